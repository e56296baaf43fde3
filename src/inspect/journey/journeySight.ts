// Everything that the steps of a journey are made of: the nodes, the numbers of one run, and how much is told.

import type { Values } from '../../engine/engine.ts'
import { addressText } from '../../tensor/address.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { isWeight } from '../stream/forms.ts'
import type { SeenHere } from './atPosition.ts'
import type { DirectEffects } from './directEffects.ts'
import type { StepEffect, StepProduct, StreamHere } from './steps.ts'

/** The numbers of a run, and the questions about them. */
export interface JourneySight {
  readonly names: Names
  readonly seen: SeenHere
  readonly position: number
  /** The ids of the text, and of a translator's source. */
  readonly ids: ArrayLike<number>
  readonly source: ArrayLike<number> | undefined
  /** The number of sources and of hidden units that are told. */
  readonly most: { readonly sources: number; readonly units: number }
  readonly products: ReadonlyMap<string, readonly StepProduct[]>
  readonly direct: DirectEffects | undefined
  /** The stream at one of its nodes. */
  stream(node: Node): StreamHere
}

/** The numbers of a node at the position. */
export const numbersHere = ({ seen }: Pick<JourneySight, 'seen'>, node: Node): Values => {
  const found = seen.get(node)
  if (!found) throw new Error('journey: a value was not read.')
  return found
}

/** The address of a node with the position, as text; undefined for one without a name. */
export function addressAt(
  { names, position }: Pick<JourneySight, 'names' | 'position'>,
  node: Node,
): string | undefined {
  const path = names.addressOf(node)
  if (path === undefined) return undefined
  const hasPosition = node.axes.some(({ name }) => name === 'position') && !isWeight(node)
  return addressText(hasPosition ? { path, at: { position } } : { path })
}

/** The addresses of some nodes, as far as they have some, each once. */
export const addressesOf = (sight: JourneySight, nodes: readonly (Node | undefined)[]): string[] => [
  ...new Set(nodes.flatMap((node) => (node && addressAt(sight, node)) ?? [])),
]

/** The paths of the weights of a part, and of the parts in it. */
export const weightPathsIn = ({ names }: JourneySight, ...parts: readonly string[]): string[] =>
  [...names.values].flatMap(([path, node]) =>
    isWeight(node) && parts.some((part) => path.startsWith(`${part}.`)) ? [path] : [],
  )

/** The products that make values of a part, by the values' own names. */
export const productsOf = ({ products }: JourneySight, part: string, ...names: readonly string[]): StepProduct[] =>
  names.flatMap((name) => products.get(part === '' ? name : `${part}.${name}`) ?? [])

/** The effect of a part as a whole: direct where the logit is a sum of it, otherwise by how much the lens on the stream changes. */
export function stepEffect(sight: JourneySight, part: string, before: Node, sum: Node): StepEffect | undefined {
  const rows = sight.direct?.attribution.rows.filter(({ address }) => address?.startsWith(`${part}.`)) ?? []
  if (rows.length > 0) return { logit: rows.reduce((total, { logit }) => total + logit, 0), by: 'direct' }
  const [was, is] = [sight.stream(before).guess, sight.stream(sum).guess]
  if (!was || !is) return undefined
  const lead = (guess: typeof is): number => guess.token.logit - (guess.against?.logit ?? 0)
  return { logit: lead(is) - lead(was), by: 'lens' }
}

/** The direct effect of a head or of a hidden unit; undefined where the logit is no sum over them. */
export const effectOfPart = (
  { direct }: JourneySight,
  part: string,
  which: 'head' | 'neuron',
  place: number,
): number | undefined =>
  direct?.attribution.rows.find((row) => row[which] === place && row.address?.startsWith(`${part}.`))?.logit
