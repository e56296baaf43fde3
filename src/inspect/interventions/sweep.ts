// Values that are swept: at each stands a choice, for each row of the batch, between the value as it is and what is given for it.
//
//   value ← where(chosen, given, value)     chosen: an input along "batch" and the axes on which patches say places

import { type Address, placesIn } from '../../tensor/address.ts'
import { type Axis, cells, placesOfCell } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { expand, input, where } from '../../tensor/primitives.ts'
import { replacing } from '../../tensor/replacing.ts'
import { sizesOf, valueInEveryRow, withoutRows } from './inEveryRow.ts'

/** A value that is swept. */
export interface Swept {
  readonly path: string
  /** Its axes without "batch". */
  readonly axes: readonly Axis[]
  readonly chosen: Node
  readonly chosenAxes: readonly Axis[]
}

const chosenName = (path: string): string => `chosen at ${path}`
export const givenName = (path: string): string => `given at ${path}`

/**
 * The names of a pass in which the values at these addresses are swept.
 *
 * - `held`: the paths of values that are, in all rows, what the example has there; inputs stand for them
 */
export function sweep(
  names: Names,
  patches: readonly Address[],
  held: readonly string[] = [],
): { readonly swept: readonly Swept[]; readonly carried: Names } {
  const swept = sweptValues(names, patches)
  const choices = new Map<Node, (value: Node) => Node>()
  for (const own of swept) choices.set(names.valueAt(own.path), (value) => chosenValue(own, value))
  for (const path of held) {
    const node = names.valueAt(path)
    choices.set(node, () => keptInput(path, node))
  }
  const rewriting = replacing(choices)
  return { swept, carried: names.carried((node) => rewriting.of(node)) }
}

/** The values that addresses mean, each with the choice of its places. */
export function sweptValues(names: Names, addresses: readonly Address[]): Swept[] {
  return [...Map.groupBy(addresses, ({ path }) => path)].map(([path, own]) => {
    const node = names.valueAt(path)
    const places = new Set(own.flatMap(({ at = {} }) => Object.keys(at)))
    const chosenAxes = node.axes.filter(({ name }) => name === 'batch' || places.has(name))
    const axes = withoutRows(node.axes)
    for (const address of own) placesIn(axes, address, 'patch')
    return { path, axes, chosen: input(chosenName(path), sizesOf(chosenAxes)), chosenAxes }
  })
}

/** The value as it is, and in the cells that are chosen the one that is given for it. */
export function chosenValue({ path, axes, chosen }: Swept, value: Node): Node {
  const given = expand(input(givenName(path), sizesOf(axes)), value.axes)
  return where(chosen as Tensor, given as Tensor, value as Tensor)
}

export const keptName = (path: string): string => `kept at ${path}`

/** The value that an example has at a path, in every row: an input without "batch". */
export const keptInput = (path: string, { axes }: Node): Node => valueInEveryRow(keptName(path), axes)

/** The choices of a run: in row i the places of all addresses of patch i. */
export function rowChoices(
  swept: readonly Swept[],
  patches: readonly (readonly Address[])[],
): Record<string, Float32Array> {
  const choices: Record<string, Float32Array> = {}
  for (const { path, axes, chosenAxes } of swept) {
    const own = patches.map((patch) =>
      patch.flatMap((address) => (address.path === path ? [placesIn(axes, address, 'patch')] : [])),
    )
    const batch = chosenAxes.findIndex(({ name }) => name === 'batch')
    choices[chosenName(path)] = Float32Array.from({ length: cells(chosenAxes) }, (_, cell) => {
      const places = own[placesOfCell(chosenAxes, cell)[batch]] ?? []
      return places.some((at) => isAt(chosenAxes, cell, at)) ? 1 : 0
    })
  }
  return choices
}

/** True if a cell, counted row-major, stands at these places. */
export function isAt(axes: readonly Axis[], cell: number, at: Readonly<Record<string, number>>): boolean {
  return placesOfCell(axes, cell).every((place, i) => place === (at[axes[i].name] ?? place))
}
