// Windows of one long text as batches: next token, or masked tokens.
//
// The windows are those of textWindows.ts. All have one shape; the last of an evaluation are filled up with targets −1.

import { type Batch, type Batches, checkWhole } from './batch.ts'
import { Draws } from './draws.ts'
import { checkMask, type MaskOptions, maskTokens } from './masked.ts'
import { evaluationWindows, trainingWindows } from './textWindows.ts'

export interface WindowOptions {
  /** The text. */
  readonly ids: Int32Array
  /** The number of tokens in a window. */
  readonly context: number
  /** The number of windows in a batch. */
  readonly batch: number
  readonly seed: number
  /** The number of windows of training that are passed over before the first batch. */
  readonly skipped?: number
}

/** A batch of windows, which are ids alone. */
interface WindowBatch extends Batch {
  readonly inputs: Readonly<Record<'ids' | 'targets', Int32Array>>
}

export interface WindowBatches extends Batches {
  at(step: number): WindowBatch
  evaluation(atMost?: number): Iterable<WindowBatch>
}

/** Windows in which every next token is to be predicted: `ids` and `targets` (batch, position). */
export function windowBatches(options: WindowOptions): WindowBatches {
  const { ids, context, batch } = options
  checkOptions(options)
  const sizes = { batch, position: context }
  return {
    shapes: [sizes],
    axes: { ids: ['batch', 'position'], targets: ['batch', 'position'] },
    stepsPerEpoch: stepsPerEpoch(options),
    at: (step) => ({ sizes, inputs: { ...trainingWindows({ ...options, step }) } }),
    *evaluation(atMost) {
      for (const { ids: read, targets } of evaluationWindows({ ids, context, batch, atMost }))
        yield { sizes, inputs: { ids: read, targets } }
    },
  }
}

/** Windows in which hidden tokens are to be found: `ids` and `targets` (batch, position), `lengths` (batch). */
export function maskedWindowBatches(options: WindowOptions & MaskOptions & { readonly pad?: number }): Batches {
  const { context, batch, seed, pad = 0 } = options
  checkMask(options)
  const windows = windowBatches(options)
  // Every batch has masks of its own: those of a step, and those of an evaluation, whose batches are counted too.
  const masked = ({ sizes, inputs }: WindowBatch, step: number, isTraining: boolean): Batch => {
    const ids = new Int32Array(batch * context).fill(pad)
    const targets = new Int32Array(batch * context).fill(-1)
    const lengths = new Int32Array(batch).fill(1)
    for (let row = 0; row < batch; row++) {
      const end = inputs.targets.indexOf(-1, row * context)
      const length = end < 0 ? context : Math.min(context, end - row * context)
      if (length === 0) continue
      const window = inputs.ids.subarray(row * context, row * context + length)
      const draws = new Draws(seed, step, row, isTraining ? 1 : 0)
      const hidden = maskTokens(window, draws, { ...options, atLeastOne: !isTraining })
      ids.set(hidden.ids, row * context)
      targets.set(hidden.targets, row * context)
      lengths[row] = length
    }
    return { sizes, inputs: { ids, targets, lengths } }
  }
  return {
    ...windows,
    axes: { ...windows.axes, lengths: ['batch'] },
    at: (step) => masked(windows.at(step), step, true),
    *evaluation(atMost) {
      let number = 0
      for (const each of windows.evaluation(atMost)) yield masked(each, number++, false)
    },
  }
}

function stepsPerEpoch({ ids, context, batch }: WindowOptions): number {
  return Math.max(1, Math.ceil(Math.floor((ids.length - context) / context) / batch))
}

function checkOptions({ context, batch, seed }: WindowOptions): void {
  checkWhole('context', context, 1)
  checkWhole('batch', batch, 1)
  checkWhole('seed', seed, 0)
}
