// Pairs for an encoder and a decoder: the encoder reads the source; the decoder reads the target as far as it has come.
//
//   source    E i n   H u n d ⏎
//   ids       ⊢ A   d o g             what the decoder reads: a begin, then the target
//   targets   A   d o g ⏎             what it should say at each position: the target, then its end
//
// That the decoder reads the true target rather than what it said itself is called teacher forcing.

import { type Examples, emptyLength, type Field, type Row } from './examples.ts'

/** Two texts that belong together, as ids. */
export interface Pair {
  /** With whatever ends a source, where the model expects one. */
  readonly source: Int32Array
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
}

/** The values of pairs in a batch: `source` (batch, source), `ids` and `targets` (batch, position), and lengths (batch). */
export function pairFields(pad: number): Readonly<Record<string, Field>> {
  return {
    source: { axis: 'source', fill: pad },
    sourceLengths: { fill: emptyLength },
    ids: { axis: 'position', fill: pad },
    targets: { axis: 'position', fill: -1 },
  }
}

export function pairRow({ source, target }: Pair, { begin, end }: Pick<PairOptions, 'begin' | 'end'>): Row {
  const ids = new Int32Array(target.length + 1).fill(begin)
  ids.set(target, 1)
  const targets = new Int32Array(target.length + 1).fill(end)
  targets.set(target)
  return { source, sourceLengths: source.length, ids, targets }
}

/** Examples of pairs. Throws for a pair without a source; a target may be empty, and is then nothing but its end. */
export function pairExamples(pairs: readonly Pair[], options: PairOptions): Examples {
  const without = pairs.findIndex(({ source }) => source.length === 0)
  if (without >= 0) throw new Error(`batches: pair ${without} has an empty source. Leave it out.`)
  return {
    count: pairs.length,
    fields: pairFields(options.pad ?? 0),
    lengths: (example) => ({ source: pairs[example].source.length, position: pairs[example].target.length + 1 }),
    row: (example) => pairRow(pairs[example], options),
  }
}
