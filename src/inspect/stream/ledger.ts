// The ledger of the residual stream: at any point and position it is a sum of named parts, and here they all stand.
//
//   stream = token + position + Σ heads + Σ MLPs (or neurons) + biases
//
// Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits". In post-norm models a norm stands in the way: what it
// gives is no sum of what went into it. Their ledger is of what goes into one norm, and begins with what the norm before it gave.

import { type Address, addressOf, addressText, pathsOf, placesIn } from '../../tensor/address.ts'
import { hasAxis } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { normOf } from './norms.ts'
import { type PartLabel, readableOf, valuesAt, visitParts } from './parts.ts'
import { streamStates } from './states.ts'
import { type Detail, type Summand, summandsOf } from './summands.ts'
import { angle, vectorLength } from './vectors.ts'

/** A part of the stream at one position. */
export interface LedgerRow extends PartLabel {
  /** Its length, √Σ part². */
  readonly norm: number
  /** The cosine of its angle to the whole stream. */
  readonly cosine: number
  /** The share of the stream that it makes up, part · stream / ‖stream‖²; those of all parts add up to 1. */
  readonly share: number
  /** The numbers of the part, along "model", where they were asked for. */
  readonly numbers?: readonly number[]
}

/** The stream at one point and position as a sum of its parts. */
export interface Ledger {
  /** The address of the value, without places; where a norm gives the value, the ledger is of what goes into that norm. */
  readonly address: string
  readonly isBeforeNorm: boolean
  readonly position: number
  /** The length of the stream. */
  readonly norm: number
  readonly rows: readonly LedgerRow[]
  /** The part that is no sum of earlier ones, if there is one: what the norm before gave. */
  readonly stopsAt?: string
  /** The length of what is left of the stream when all parts are taken away, as a share of its own: rounding. */
  readonly left: number
}

/**
 * The ledger of a value: of the stream where it is read by the unembedding, or of any other value that is added up.
 *
 * - `at`: its address, with a position or without one: `blocks.3.output {position: 5}`; the last position if not given
 * - `detail`: the smallest parts: what each attention and each MLP adds ('parts'), each head ('heads', if not given), or each
 *   neuron too ('neurons')
 * - `numbers`: true to have the vectors themselves
 *
 * Throws for an address that is not there, and for a model without a stream.
 */
export async function ledger({
  at,
  detail = 'heads',
  numbers = false,
  ...looking
}: Looking & {
  readonly at?: Address | string | undefined
  readonly detail?: Detail | undefined
  readonly numbers?: boolean | undefined
}): Promise<Ledger> {
  const names = await editedPass(looking, 'ledger')
  const { address, node, position } = placeOf(names, at)
  const norm = normOf(node)
  const value = norm?.input ?? node
  const summands = summandsOf(value, names, detail)
  const read = new Map([...readableOf(summands), ['stream', value]])
  const values = await valuesAt({ ...looking, names, position }, read)
  const stream = Float64Array.from(values.get('stream')?.data ?? [])
  const left = stream.slice()
  const rows: LedgerRow[] = []
  const length = vectorLength(stream)
  await visitParts(looking.engine, summands, values, (label, vector) => {
    const { norm, product, cosine } = angle(vector, stream, length)
    vector.forEach((cell, i) => {
      left[i] -= cell
    })
    rows.push({ ...label, norm, cosine, share: product / length ** 2, ...(numbers && { numbers: [...vector] }) })
  })
  const stop = stopOf(summands)
  return {
    address,
    isBeforeNorm: norm !== undefined,
    position,
    norm: length,
    rows,
    ...(stop !== undefined && { stopsAt: stop }),
    left: vectorLength(left) / length,
  }
}

/** The address at which a sum stops, because a norm stands there. */
export const stopOf = (summands: readonly Summand[]): string | undefined =>
  summands.find(({ isNorm }) => isNorm)?.address

function placeOf(names: Names, at: Address | string | undefined): { address: string; node: Node; position: number } {
  const asked = addressOf(at ?? (streamStates(names, 'ledger').at(-1)?.address as string))
  const paths = pathsOf(asked, names.values.keys(), 'ledger')
  if (paths.length > 1)
    throw new Error(`ledger: ${asked.path} means ${paths.length} values. Give the address of one, such as ${paths[0]}.`)
  const [address] = paths
  const node = names.valueAt(address)
  const { position, batch: _, ...others } = asked.at ?? {}
  if (!hasAxis(node.axes, 'position') || !hasAxis(node.axes, 'model') || Object.keys(others).length > 0)
    throw new Error(
      `ledger: ${addressText({ ...asked, path: address })} is no vector of the stream. Give an address with the axes "position" and "model", and no place but a position.`,
    )
  const places = placesIn(node.axes, { path: address, at: { position: position ?? -1 } }, 'ledger')
  return { address, node, position: places.position }
}
