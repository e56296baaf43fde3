// How much a decoder reads of each token of its source, and through which cells of the encoder's stream that comes.
//
//   r_L = mean over layers, heads and positions of the attention across        of the stream that leaves the encoder
//   r_{l−1} = Â_lᵀ · r_l                                                       before its block l: the rollout of its attention
//
// Each r adds up to 1. Â: rollout.ts.

import type { Looking } from '../editedPass.ts'
import { patternReader, patternsIn } from '../pattern.ts'
import type { PatternReader } from '../patternReader.ts'
import { streamStates } from '../stream/states.ts'
import { carriedBack, type Square, withSkip } from './rollout.ts'

/** The shares of an encoder's stream at one point that a decoder reads. */
export interface SourceRow {
  readonly address: string
  /** The number of the block that the stream comes out of; none for what goes into the first. */
  readonly layer?: number
  /** By place in the source; together 1. */
  readonly shares: Float64Array
}

/** Reads what a decoder reads of sources of one length; compiles once. */
export class SourceReader {
  readonly #reader: PatternReader

  private constructor(reader: PatternReader) {
    this.#reader = reader
  }

  /** For texts as long as the one that is given. Throws for a model in which nothing looks across. */
  static async over(looking: Looking): Promise<SourceReader> {
    const reader = await patternReader(looking)
    if (!reader.layers.some(({ part }) => part === 'cross'))
      throw new Error('source: nothing in this model looks across to a source. Take a model that translates.')
    return new SourceReader(reader)
  }

  /** The rows from the embeddings to the last block of the encoder. */
  async read(inputs: Looking['inputs']): Promise<SourceRow[]> {
    const { names, layers } = this.#reader
    const decoder = new Set(streamStates(names, 'source').map(({ address }) => address))
    const states = streamStates(names, 'source', { halves: 'both' }).filter(
      ({ address, point }) => !decoder.has(address) && point !== 'middle',
    )
    const inside: Square[] = []
    const across: Float64Array[] = []
    await this.#reader.begin(inputs)
    for (const layer of layers) {
      const heads = patternsIn(layer, await this.#reader.read(layer))
      const [{ part, positions, sources }] = heads
      const shares = heads.map((head) => head.shares)
      if (part === 'encoder') inside.push(withSkip(shares, sources))
      if (part === 'cross') across.push(meanRow(shares, positions, sources))
    }
    const read = [meanRow(across, 1, across[0].length)]
    for (const layer of inside.toReversed()) read.unshift(carriedBack(layer, read[0]))
    return states.map(({ address, layer }, i) => ({ address, ...(layer !== undefined && { layer }), shares: read[i] }))
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}

/** The same, for one text. */
export async function sourceReading(looking: Looking): Promise<SourceRow[]> {
  const reader = await SourceReader.over(looking)
  try {
    return await reader.read(looking.inputs)
  } finally {
    await reader.close()
  }
}

/** The mean of all rows of all matrices. */
function meanRow(matrices: readonly ArrayLike<number>[], rows: number, columns: number): Float64Array {
  const mean = new Float64Array(columns)
  for (const matrix of matrices)
    for (let cell = 0; cell < rows * columns; cell++) mean[cell % columns] += matrix[cell] / (rows * matrices.length)
  return mean
}
