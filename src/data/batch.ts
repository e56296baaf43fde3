// A batch: what one run of a program is given, as named arrays of ids and of numbers, with the sizes of their axes.
//
//   inputs.ids      (batch, position)    what the model reads
//   inputs.targets  (batch, position)    what it should say at each position; −1 where nothing is asked
//
// Four kinds of examples of texts come as batches: next token (windows.ts, sequences.ts), masked tokens (masked.ts), pairs
// (pairs.ts) and labelled texts (labelled.ts); what else a model reads, its fields describe (examples.ts). How examples become batches of few shapes stands in bucketed.ts.

/** The sizes of a batch's axes: `{ batch: 32, position: 24, source: 20 }`. */
export type Shape = Readonly<Record<string, number>>

export interface Batch {
  readonly sizes: Shape
  /** Row-major, in the order of the input's axes, which `Batches.axes` names. */
  readonly inputs: Readonly<Record<string, Int32Array | Float32Array>>
}

/** The batches of a training loop. */
export interface Batches {
  /** Every shape that its batches have, the smallest first; a program is compiled once for each. */
  readonly shapes: readonly Shape[]
  /** The axes of every input: `{ ids: ['batch', 'position'], lengths: ['batch'] }`. */
  readonly axes: Readonly<Record<string, readonly string[]>>
  /** After how many steps every example has been seen once. */
  readonly stepsPerEpoch: number

  /** The batch of a training step, counted from 0: a pure function of the seed and the step. */
  at(step: number): Batch

  /**
   * The batches of an evaluation, the same every time: every example exactly once. Rows that fill up the last one have
   * no targets, so that a mean over all of them is Σ loss / Σ number of targets.
   *
   * - `atMost`: at most so many, spread evenly over all
   */
  evaluation(atMost?: number): Iterable<Batch>
}

/** Throws unless the value is a whole number that is not too small. */
export function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`batches: ${name} is ${value}. Give a whole number from ${least}.`)
  }
}

/** The places of `taken` things among `all`, spread evenly: the first, …, the last. */
export function spread(all: number, taken: number): number[] {
  return Array.from({ length: taken }, (_, i) => (taken === 1 ? 0 : Math.round((i * (all - 1)) / (taken - 1))))
}
