// Windows of one long text, cut so that the program of a step always gets the same shapes. windows.ts makes batches of them.
//
//   ids      H e l l o ,   w o r l d
//   window   [H e l l]              what the model reads            (position 0 … context − 1)
//   targets    [e l l o]            what it should say at each      (the same, one further)
//
// One window teaches `context` predictions at once, since a causal model at position p has seen only positions 0 … p.

import { randomBelow, shuffled } from '../text/random.ts'
import { checkWhole, spread } from './batch.ts'

/** Ids and targets, row by row: the entry of row b and position p is at b · context + p. */
export interface Windows {
  readonly ids: Int32Array
  /** The id that follows each position; −1 where there is nothing to predict. */
  readonly targets: Int32Array
}

export interface EvaluationWindows extends Windows {
  /** The number of targets that are not −1: the weight of this batch in a mean over batches. */
  readonly count: number
}

/**
 * The batch of one training step: a pure function of (seed, step), so that a resumed run goes on without any state.
 *
 * An epoch walks once through the text in windows that do not overlap, in random order. The first window begins
 * somewhere else in every epoch (which leaves out less than two windows at the ends), so that over the epochs every
 * token is seen at every position. Row b of step n is window skipped + n · batch + b of this walk.
 *
 * - `ids`: the training text; at least context + 1 of them
 * - `seed`: a whole number from 0 to 2^53 − 1
 * - `step`: a whole number from 0
 * - `skipped`: the number of windows that are passed over before the first step
 *
 * Throws when the text is shorter than one window with its targets.
 */
export function trainingWindows({
  ids,
  context,
  batch,
  seed,
  step,
  skipped = 0,
}: {
  ids: Int32Array
  context: number
  batch: number
  seed: number
  step: number
  skipped?: number
}): Windows {
  checkSizes(ids, context, batch)
  checkWhole('seed', seed, 0)
  checkWhole('step', step, 0)
  checkWhole('skipped', skipped, 0)
  const windows = Math.max(1, Math.floor((ids.length - context) / context))
  const starts = ids.length - windows * context // ways to place the row of windows and one last target
  const rows: Windows = { ids: new Int32Array(batch * context), targets: new Int32Array(batch * context) }
  for (let row = 0; row < batch; row++) {
    const draw = skipped + step * batch + row
    const epoch = Math.floor(draw / windows)
    // The counter's second word tells this draw from those of the shuffle, which are all smaller.
    const offset = randomBelow(starts, seed, epoch, 0xffffffff)
    const start = offset + context * shuffled(draw % windows, windows, seed, epoch)
    rows.ids.set(ids.subarray(start, start + context), row * context)
    rows.targets.set(ids.subarray(start + 1, start + 1 + context), row * context)
  }
  return rows
}

/**
 * The batches of an evaluation, the same every time: windows that do not overlap, one after the other, so that every
 * id but the first is predicted exactly once. The last window and the last batch are filled up with targets −1, which
 * count for nothing (the ids there are 0; under a causal mask nothing before them sees them).
 *
 * The loss over all of them is Σ loss · count / Σ count.
 *
 * - `atMost`: at most so many batches; their windows are then spread evenly over the text, from beginning to end
 *
 * Throws for fewer than 2 ids, where there is nothing to predict.
 */
export function evaluationWindows({
  ids,
  context,
  batch,
  atMost = Number.POSITIVE_INFINITY,
}: {
  ids: Int32Array
  context: number
  batch: number
  atMost?: number
}): EvaluationWindows[] {
  checkWhole('context', context, 1)
  checkWhole('batch', batch, 1)
  if (atMost !== Number.POSITIVE_INFINITY) checkWhole('atMost', atMost, 1)
  if (ids.length < 2) {
    throw new Error(`batches: ${ids.length} ids hold nothing to predict. Evaluate on a text of at least 2 tokens.`)
  }
  const all = Math.ceil((ids.length - 1) / context)
  const taken = Math.min(all, atMost * batch)
  const chosen = spread(all, taken)
  return Array.from({ length: Math.ceil(taken / batch) }, (_, index) => {
    const rows = { ids: new Int32Array(batch * context), targets: new Int32Array(batch * context).fill(-1), count: 0 }
    for (let row = 0; row < batch && index * batch + row < taken; row++) {
      const start = context * chosen[index * batch + row]
      const length = Math.min(context, ids.length - 1 - start)
      rows.ids.set(ids.subarray(start, start + length), row * context)
      rows.targets.set(ids.subarray(start + 1, start + 1 + length), row * context)
      rows.count += length
    }
    return rows
  })
}

function checkSizes(ids: Int32Array, context: number, batch: number): void {
  checkWhole('context', context, 1)
  checkWhole('batch', batch, 1)
  if (ids.length < context + 1) {
    throw new Error(
      `batches: ${ids.length} ids are too few for a context of ${context}, which takes ${context + 1} (the last target is one ` +
        `further). Give a longer text, or a context of at most ${Math.max(1, ids.length - 1)}.`,
    )
  }
}
