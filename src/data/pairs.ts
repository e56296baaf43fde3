// Pairs for an encoder and a decoder: the encoder reads the source; the decoder reads the target as far as it has come.
//
//   source    E i n   H u n d ⏎
//   ids       ⊢ A   d o g             what the decoder reads: a begin, then the target
//   targets   A   d o g ⏎             what it should say at each position: the target, then its end
//
// That the decoder reads the true target rather than what it said itself is called teacher forcing.

import { type Examples, emptyLength, type Field, type Row } from './examples.ts'

/** A source and what belongs to it: two texts as ids; or numbers, such as the frames of a sound, and a text. */
export interface Pair {
  /** With whatever ends a source, where the model expects one. */
  readonly source: Int32Array | Float32Array
  /** Without begin and end. */
  readonly target: Int32Array
}

export interface PairOptions {
  /** The id that the decoder reads first. */
  readonly begin: number
  /** The id that ends a target. */
  readonly end: number
  /** The id that stands behind shorter sources and targets; nothing may depend on it. */
  readonly pad?: number
  /** The axes of sources that are numbers, all of one size: `{ frame: 150, mel: 80 }`. Without it sources are ids. */
  readonly block?: Readonly<Record<string, number>> | undefined
}

/** The values of pairs in a batch: `source` (batch, source), `ids` and `targets` (batch, position), and lengths (batch). */
export function pairFields(pad: number): Readonly<Record<string, Field>> {
  return { source: { axis: 'source', fill: pad }, sourceLengths: { fill: emptyLength }, ...targetFields(pad) }
}

const targetFields = (pad: number): Readonly<Record<'ids' | 'targets', Field>> => ({
  ids: { axis: 'position', fill: pad },
  targets: { axis: 'position', fill: -1 },
})

export function pairRow({ source, target }: Pair, options: Pick<PairOptions, 'begin' | 'end'>): Row {
  return { source, sourceLengths: source.length, ...targetRow(target, options) }
}

function targetRow(target: Int32Array, { begin, end }: Pick<PairOptions, 'begin' | 'end'>) {
  const ids = new Int32Array(target.length + 1).fill(begin)
  ids.set(target, 1)
  const targets = new Int32Array(target.length + 1).fill(end)
  targets.set(target)
  return { ids, targets }
}

/** Examples of pairs. Throws for a pair without a source, or one of another size; a target may be empty, and is then nothing but its end. */
export function pairExamples(pairs: readonly Pair[], options: PairOptions): Examples {
  const { block, pad = 0 } = options
  if (block) return blockExamples(pairs, block, options)
  const without = pairs.findIndex(({ source }) => source.length === 0)
  if (without >= 0) throw new Error(`batches: pair ${without} has an empty source. Leave it out.`)
  return {
    count: pairs.length,
    fields: pairFields(pad),
    lengths: (example) => ({ source: pairs[example].source.length, position: pairs[example].target.length + 1 }),
    row: (example) => pairRow(pairs[example], options),
  }
}

function blockExamples(
  pairs: readonly Pair[],
  block: Readonly<Record<string, number>>,
  { pad = 0, ...options }: PairOptions,
): Examples {
  const cells = Object.values(block).reduce((product, size) => product * size, 1)
  const other = pairs.findIndex(({ source }) => source.length !== cells)
  if (other >= 0)
    throw new Error(
      `batches: pair ${other} has a source of ${pairs[other].source.length} numbers, not ${cells} (${Object.entries(
        block,
      )
        .map((axis) => axis.join(' '))
        .join(', ')}). Make all alike.`,
    )
  return {
    count: pairs.length,
    fields: { source: { sizes: block, holds: 'numbers', fill: 0 }, ...targetFields(pad) },
    lengths: (example) => ({ position: pairs[example].target.length + 1 }),
    row: (example) => ({ source: pairs[example].source, ...targetRow(pairs[example].target, options) }),
  }
}
