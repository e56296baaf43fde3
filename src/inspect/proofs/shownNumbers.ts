// Numbers that somebody shows, held beside what another engine computes: how many there are, how far apart they are at most, and where.
//
//   apart = |shown − right| / the largest number of the same value
//
// A cell that is a small rest of large terms has the rounding of these, so the largest number of its value is what it is measured by.

import type { Values } from '../../engine/engine.ts'
import { addressText } from '../../tensor/address.ts'
import { parseCellAddress } from '../cells/cellAddress.ts'
import { CellReader } from '../cells/cellReader.ts'
import { cellPlaces } from '../cells/cellValues.ts'
import type { CellOf } from '../cells/explanation.ts'
import type { Looking } from '../editedPass.ts'
import { readGradients } from '../gradients.ts'
import { sourceReading } from '../heads/sourceReading.ts'
import { read } from '../read.ts'
import { lattice } from '../stream/lattice.ts'

/** The number of one cell. */
export interface ShownNumber {
  readonly address: string
  readonly of: CellOf
  readonly value: number
}

/** All numbers of a value, or of it at some places, row-major in the order of its axes. */
export interface ShownValue {
  readonly address: string
  readonly of: CellOf
  readonly data: ArrayLike<number>
}

/** A cell of a lattice: the probability of its guess, or the share of an encoder's cell. */
export interface ShownGuess {
  readonly address: string
  readonly place: number
  readonly value: number
}

export interface ShownNumbers {
  readonly cells?: readonly ShownNumber[] | undefined
  readonly values?: readonly ShownValue[] | undefined
  readonly guesses?: readonly ShownGuess[] | undefined
}

export interface ShownApart extends ShownNumber {
  readonly right: number
  readonly apart: number
}

export interface ShownCheck {
  /** The count of the numbers that were held beside those of the other engine. */
  readonly numbers: number
  /** The number that is farthest apart; undefined where all are the same to the bit. */
  readonly farthest?: ShownApart
}

/**
 * Computes what is shown once more. The engine is the one that is to be right: it holds the weights of the same moment.
 *
 * Throws for addresses that the model does not have.
 */
export async function checkShown({
  cells = [],
  values = [],
  guesses = [],
  ...looking
}: Looking & ShownNumbers): Promise<ShownCheck> {
  let numbers = 0
  let farthest: ShownApart | undefined
  const hold = (shown: ShownNumber, right: number, largest: number): void => {
    numbers++
    if (Object.is(shown.value, right) || shown.value === right) return
    const apart = Math.abs(shown.value - right) / Math.max(Math.abs(right), largest)
    // Where one is none, nothing is farther.
    const far = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart
    if (far > (farthest?.apart ?? 0)) farthest = { ...shown, right, apart: far }
  }
  for (const side of ['value', 'gradient'] as const) {
    const [ownCells, ownValues] = [cells.filter((each) => each.of === side), values.filter((each) => each.of === side)]
    if (ownCells.length + ownValues.length > 0)
      await holdNumbers(looking, side, { cells: ownCells, values: ownValues }, hold)
  }
  if (guesses.length > 0) await holdGuesses(looking, guesses, hold)
  return { numbers, ...(farthest && { farthest }) }
}

type Hold = (shown: ShownNumber, right: number, largest: number) => void

async function holdNumbers(
  looking: Looking,
  of: CellOf,
  { cells, values }: { readonly cells: readonly ShownNumber[]; readonly values: readonly ShownValue[] },
  hold: Hold,
): Promise<void> {
  const given = new Set(Object.keys(looking.inputs))
  const paths = cells.map(({ address }) => parseCellAddress(address).path).filter((path) => !given.has(path))
  const whole = values.map(({ address }) => address).filter((address) => !given.has(address))
  const found = await readAll(looking, of, [...new Set([...paths, ...whole])])
  const largestOf = new Map([...found].map(([address, { data }]) => [address, largest(data)]))
  const reader = new CellReader({ model: looking.model, engine: looking.engine, edits: looking.edits })
  try {
    const seen = await reader.look({ inputs: looking.inputs, hasGradients: of === 'gradient' })
    for (const cell of cells)
      hold(cell, (await seen.explain(cell.address, of)).value, largestOf.get(parseCellAddress(cell.address).path) ?? 0)
  } finally {
    await reader.close()
  }
  for (const { address, data } of values) {
    const right = found.get(address)
    if (!right) continue
    const most = largestOf.get(address) ?? 0
    for (let i = 0; i < data.length; i++)
      hold({ address: cellOf(address, right, i), of, value: data[i] }, right.data[i], most)
  }
}

const readAll = async (
  looking: Looking,
  of: CellOf,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Values>> => {
  if (addresses.length === 0) return new Map()
  return of === 'value' ? read({ ...looking, addresses }) : (await readGradients({ ...looking, addresses })).gradients
}

function cellOf(address: string, { axes }: Values, cell: number): string {
  const { path, at } = parseCellAddress(address)
  return addressText({ path, at: { ...at, ...cellPlaces(axes, cell) } })
}

async function holdGuesses(looking: Looking, guesses: readonly ShownGuess[], hold: Hold): Promise<void> {
  const rows = await lattice(looking)
  const hasEncoder = guesses.some(({ address }) => !rows.some((row) => row.address === address))
  const encoder = hasEncoder ? await sourceReading(looking) : []
  for (const { address, place, value } of guesses) {
    const right =
      rows.find((row) => row.address === address)?.cells[place]?.probability ??
      encoder.find((row) => row.address === address)?.shares[place]
    if (right === undefined) throw new Error(`check: there is no cell ${place} of ${address} in the lattice.`)
    // Shares of a whole.
    hold({ address: addressText({ path: address, at: { position: place } }), of: 'value', value }, right, 1)
  }
}

function largest(numbers: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < numbers.length; i++) if (Number.isFinite(numbers[i])) most = Math.max(most, Math.abs(numbers[i]))
  return most
}
