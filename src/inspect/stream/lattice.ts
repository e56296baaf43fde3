// The lattice of a text: for the stream after every block, at each position, what the model would say there if it stopped, how sure it would
// be, how surprised by what really comes next, and how far the block has moved the stream.
//
//   surprise = −ln p(next token)         change = ‖state − state before‖

import { isWriting } from '../../model/language.ts'
import type { Looking } from '../editedPass.ts'
import { LensReader, type LensRow } from './lens.ts'
import { vectorLength } from './vectors.ts'

/** The stream at one point and position. */
export interface LatticeCell {
  /** The likeliest token, and its probability. */
  readonly id: number
  readonly probability: number
  /** Of the probabilities, in nats. */
  readonly entropy: number
  /** −ln p of the token that comes next in the text, in nats; none at its end, and for models that do not write on. */
  readonly surprise?: number
  /** ‖state − state before‖; none in the first row. */
  readonly change?: number
}

export interface LatticeRow extends Pick<LensRow, 'address' | 'point' | 'layer'> {
  /** By position. */
  readonly cells: readonly LatticeCell[]
}

/** The rows of a text's lattice, from the embeddings to the last block. Throws for models that say nothing of tokens or of classes at each position. */
export async function lattice(looking: Looking): Promise<LatticeRow[]> {
  return (await latticeWithStates(looking)).rows
}

/** A lattice with the stream that its cells are read from. */
export interface LatticeWithStates {
  readonly rows: LatticeRow[]
  /** The stream of each row, by its address: positions × width. */
  readonly states: ReadonlyMap<string, Float32Array>
}

/** A cell of the lattice beside the same cell of another. */
export interface LatticeChange {
  /** ‖state − other state‖ / the longer of both: 0 for the same, up to 2 for opposite ones. */
  readonly distance: number
  /** The likeliest token of the other. */
  readonly was: number
}

/** By how far the cells of a lattice are from those of another: of another text as long, other weights, or without edits. Throws for two that are not alike. */
export function latticeChanges(
  before: LatticeWithStates,
  after: LatticeWithStates,
): (Pick<LatticeRow, 'address'> & { readonly cells: readonly LatticeChange[] })[] {
  return after.rows.map(({ address, cells }, i) => {
    const other = before.rows[i]
    if (other?.address !== address || other.cells.length !== cells.length)
      throw new Error(
        `lattice: one has ${other?.cells.length ?? 0} tokens at ${address}, the other ${cells.length}. Give two texts of one length.`,
      )
    const [a, b] = [before, after].map(({ states }) => rowsOf(states.get(address), cells.length))
    return {
      address,
      cells: cells.map((_, position) => ({
        distance: distanceOf(a[position], b[position]),
        was: other.cells[position].id,
      })),
    }
  })
}

function distanceOf(a: Float32Array, b: Float32Array): number {
  const apart = vectorLength(a.map((value, i) => value - b[i]))
  return apart === 0 ? 0 : apart / Math.max(vectorLength(a), vectorLength(b))
}

const rowsOf = (data: Float32Array = new Float32Array(), positions: number): Float32Array[] =>
  Array.from({ length: positions }, (_, position) =>
    data.subarray((position * data.length) / positions, ((position + 1) * data.length) / positions),
  )

/** The lattice of a text, and the stream that it was read from. */
export async function latticeWithStates(looking: Looking): Promise<LatticeWithStates> {
  const reader = await LatticeReader.over(looking, { keeps: false })
  try {
    return await reader.read(looking.inputs)
  } finally {
    await reader.close()
  }
}

/** Makes lattices as `latticeWithStates` does, of texts of one length: compiles once. */
export class LatticeReader {
  readonly #lens: LensReader
  readonly #isNext: boolean

  private constructor(lens: LensReader, isNext: boolean) {
    this.#lens = lens
    this.#isNext = isNext
  }

  /** For texts as long as the one that is given. Throws as `lattice` does. */
  static async over(looking: Looking, { keeps = true } = {}): Promise<LatticeReader> {
    const isNext = isWriting(looking.model)
    return new LatticeReader(
      await LensReader.over({ ...looking, hasTarget: isNext, keeps, isByPosition: true }),
      isNext,
    )
  }

  async read(inputs: Looking['inputs']): Promise<LatticeWithStates> {
    const ids = Array.from(inputs['ids'] ?? [])
    // What comes behind the last token is not known: the number that stands for it is not used.
    const target = this.#isNext ? [...ids.slice(1), ids[0]] : undefined
    const { rows: found, states } = await this.#lens.read(inputs, target)
    const addresses = [...new Set(found.map(({ address }) => address))]
    const all = addresses.map((address, i) => {
      const rows = found.filter((row) => row.address === address)
      const changes =
        i === 0 ? undefined : lengthsOfChange(states.get(addresses[i - 1]), states.get(address), rows.length)
      const { point, layer } = rows[0]
      return {
        address,
        point,
        ...(layer !== undefined && { layer }),
        cells: rows.map(({ guesses: [guess], entropy, target: next }, position) => ({
          id: guess.id,
          probability: guess.probability,
          entropy,
          ...(next && position < ids.length - 1 && { surprise: -Math.log(next.probability) }),
          ...(changes && { change: changes[position] }),
        })),
      }
    })
    return { rows: all, states }
  }

  /** Gives back its programs. */
  close(): Promise<void> {
    return this.#lens.close()
  }
}

function lengthsOfChange(
  before: Float32Array | undefined,
  after: Float32Array | undefined,
  positions: number,
): number[] {
  const former = rowsOf(before, positions)
  return rowsOf(after, positions).map((row, position) =>
    vectorLength(row.map((value, i) => value - former[position][i])),
  )
}
