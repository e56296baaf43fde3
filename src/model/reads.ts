// What a model reads, as it declares it: its inputs by name, the axes of each besides "batch", and what stands there.
//
//   { ids: { axes: { position: { most: 256 } }, below: 65 } }       the ids of a text of up to 256 tokens
//   { pixels: { axes: { down: 8, across: 8 } } }                    the numbers of a picture
//
// Whoever runs a model takes from this which inputs its programs have, and checks by it what they are given.

import type { Node, Tensor } from '../tensor/node.ts'
import { input } from '../tensor/primitives.ts'
import { checkIds } from '../text/ids.ts'

/** The length of an axis: always so long, or at most. */
export type AxisLength = number | { readonly most: number }

/** One input of a model. */
export interface Reading {
  /** Its axes behind "batch", in order. */
  readonly axes: Readonly<Record<string, AxisLength>>
  /** Its cells are ids from 0 below this; where it is not given, numbers. */
  readonly below?: number
  /** True if the model does without it too. */
  readonly isOptional?: boolean
}

/** The inputs of a model by their names. */
export type Reads = Readonly<Record<string, Reading>>

/** Nodes for what a model reads, by the same names. */
export type InputNodes = Readonly<Record<string, Node | undefined>>

/** The sizes of axes by name. */
export type AxisSizes = Readonly<Record<string, number>>

/** Ids of up to so many tokens. */
export const idsBelow = (below: number, context: number): Reading => ({ axes: { position: { most: context } }, below })

/** The axis along which examples are of different lengths; the others are always as long. Throws where there are several. */
export function varyingAxis({ axes }: Reading): string | undefined {
  const varying = Object.entries(axes).flatMap(([name, length]) => (typeof length === 'number' ? [] : [name]))
  if (varying.length > 1)
    throw new Error(
      `reads: the axes ${varying.join(' and ')} both vary, so that no list of numbers tells their sizes. Fix all but one.`,
    )
  return varying[0]
}

/** The greatest length that an axis may have. */
export const mostAlong = (length: AxisLength): number => (typeof length === 'number' ? length : length.most)

/** The number of cells that stand at one place of the axis that varies; all of them where none does. */
export const cellsPerPlace = ({ axes }: Reading): number =>
  Object.values(axes).reduce((cells: number, length) => (typeof length === 'number' ? cells * length : cells), 1)

/**
 * The text that a model reads: how many different ids there are, and how many of them it looks at. `place` is who asks.
 *
 * Throws for a model that reads no ids along positions.
 */
export function textLimits(place: string, { reads }: { readonly reads: Reads }): { vocab: number; context: number } {
  const { ids } = reads
  const position = ids?.axes.position
  if (ids?.below !== undefined && position !== undefined) return { vocab: ids.below, context: mostAlong(position) }
  const known = Object.entries(reads).map(([name, reading]) => described(name, reading))
  throw new Error(`${place}: the model reads no text, but ${known.join(', ')}. Give one that reads ids.`)
}

/** The inputs of a program over examples of these sizes; without `only`, those that the model needs. */
export function inputNodes(
  reads: Reads,
  sizes: AxisSizes,
  only: readonly string[] = needed(reads),
): Record<string, Tensor> {
  return Object.fromEntries(
    only.map((name) => {
      const { axes, below } = reads[name]
      const lengths = Object.entries(axes).map(([axis, length]) => [
        axis,
        typeof length === 'number' ? length : sizes[axis],
      ])
      return [
        name,
        input(name, { batch: sizes.batch, ...Object.fromEntries(lengths) }, below === undefined ? {} : { below }),
      ]
    }),
  )
}

/** The names of the inputs that a model does not do without. */
export const needed = (reads: Reads): string[] => Object.keys(reads).filter((name) => !reads[name].isOptional)

/** Throws for a cell that is no id of the model, or no finite number; `place` says whose they are. */
export function checkCells(place: string, { below }: Reading, cells: ArrayLike<number>): void {
  if (below !== undefined) {
    checkIds(place, cells, below)
    return
  }
  for (let i = 0; i < cells.length; i++)
    if (!Number.isFinite(cells[i]))
      throw new Error(
        `${place} has ${cells[i]} at cell ${i}; every number must be finite. Mend the data, or leave this example out.`,
      )
}

/** `pixels (down 8, across 8)`, `ids (position up to 256)` */
export function described(name: string, { axes }: Reading): string {
  const lengths = Object.entries(axes).map(([axis, length]) =>
    typeof length === 'number' ? `${axis} ${length}` : `${axis} up to ${length.most}`,
  )
  return `${name} (${lengths.join(', ')})`
}
