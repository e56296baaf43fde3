// The numbers of one example of what a model reads, held against what it declares.

import { didYouMean } from '../text/spelling.ts'
import {
  type AxisSizes,
  cellsPerPlace,
  checkCells,
  described,
  mostAlong,
  needed,
  type Reading,
  type Reads,
  varyingAxis,
} from './reads.ts'

/** One example of what a model reads: for each input its cells, row-major. */
export type InputValues = Readonly<Record<string, ArrayLike<number> | undefined>>

/**
 * The sizes of the axes of one example, a batch of one.
 *
 * Throws for an input that is missing, that the model does not read, or that is empty, too long or uneven, and for cells that
 * are no ids of the model or no finite numbers. `place` is who asks.
 */
export function sizesOfValues(place: string, reads: Reads, values: InputValues): AxisSizes {
  const sizes: Record<string, number> = { batch: 1 }
  const given = givenOf(values)
  checkInputNames(place, reads, Object.keys(given))
  for (const name of needed(reads))
    if (given[name] === undefined)
      throw new Error(`${place}: the model reads ${described(name, reads[name])}, but none was given. Give it too.`)
  for (const [name, cells] of Object.entries(given)) {
    const reading = reads[name]
    const axis = varyingAxis(reading)
    const length = checkLength(place, name, reading, cells)
    if (axis !== undefined) {
      if (sizes[axis] !== undefined && sizes[axis] !== length)
        throw new Error(
          `${place}: ${name} has ${length} places along "${axis}", but others have ${sizes[axis]}. Give as many of each.`,
        )
      sizes[axis] = length
    }
    checkCells(`${place}: ${name}`, reading, cells)
  }
  return sizes
}

/** Throws for a name of an input that the model does not read. `place` is who asks. */
export function checkInputNames(place: string, reads: Reads, names: readonly string[]): void {
  const known = Object.keys(reads)
  for (const name of names) {
    if (known.includes(name)) continue
    const hint = didYouMean(
      name,
      known.filter((each) => !names.includes(each)),
    )
    throw new Error(`${place}: ${name} was given, but the model reads ${known.join(', ')}.${hint || ' Leave it out.'}`)
  }
}

/** Those inputs that are there. */
export const givenOf = (values: InputValues): Record<string, ArrayLike<number>> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, cells]) => (cells === undefined ? [] : [[name, cells]])))

/** The number of places that the cells of an input take along the axis that varies (1 where none does). Throws where they do not fit. */
export function checkLength(place: string, name: string, reading: Reading, { length }: ArrayLike<number>): number {
  const axis = varyingAxis(reading)
  const width = cellsPerPlace(reading)
  if (axis === undefined) {
    if (length !== width)
      throw new Error(
        `${place}: ${name} has ${length} numbers, but the model reads ${width}: ${described(name, reading)}. Give one for each cell.`,
      )
    return 1
  }
  const most = mostAlong(reading.axes[axis])
  const places = length / width
  if (!Number.isInteger(places))
    throw new Error(
      `${place}: ${name} has ${length} numbers, which are no multiple of ${width}: ${described(name, reading)}. Give whole rows.`,
    )
  if (places < 1 || places > most) {
    const what = reading.below === undefined ? 'places' : 'tokens'
    throw new Error(
      `${place}: ${name} ${places === 0 ? 'is empty' : `has ${places} ${what}`}, but the model looks at 1 to ${most} ${what} at once. Give ${places === 0 ? 'a longer one' : 'a part of it'}.`,
    )
  }
  return places
}
