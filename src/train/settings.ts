// The settings of a training run: plain numbers, which are kept with a checkpoint. Those that nobody chooses are nanoGPT's
// for training a character model on a CPU; with them a model of `small` sizes learns Shakespeare in a few minutes.

import { paperRate, type ScheduleSettings } from './schedule.ts'
import type { TrainerSettings } from './trainer.ts'

/** Everything that a run is made of, besides its model and its text. */
export interface TrainSettings extends ScheduleSettings, TrainerSettings {
  /** The most examples of a batch: windows of a text, pairs. */
  readonly batch: number
  /** The most positions of a text in a batch. */
  readonly context: number
  /** After so many steps the model is evaluated, and again and again after as many. */
  readonly evaluateEvery: number
  /** The most batches of what is learnt from, and of a text's held-back part, that an evaluation takes. */
  readonly evaluateBatches: number
  /** After so many steps the run's state is given out to be saved, and again and again after as many. */
  readonly checkpointEvery: number
  /** After so many steps the loss is read and reported. */
  readonly reportEvery: number
}

/** The sizes of a small GPT-2, and the settings to train it. */
export const small = {
  model: { layer: 4, head: 4, model: 128, context: 64, dropout: 0 },
  training: {
    batch: 12,
    context: 64,
    accumulate: 1,
    steps: 2000,
    schedule: 'cosine',
    rate: 1e-3,
    leastRate: 1e-4,
    warmup: 100,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    decay: 0.1,
    clip: 1,
    seed: 0,
    evaluateEvery: 250,
    evaluateBatches: 20,
    checkpointEvery: 250,
    reportEvery: 1,
  },
} as const satisfies { model: object; training: TrainSettings }

/** nanoGPT's model of Shakespeare for a GPU (config/train_shakespeare_char.py): 10 million parameters. */
export const nanogptShakespeare = {
  model: { layer: 6, head: 6, model: 384, context: 256, dropout: 0.2 },
  training: { ...small.training, batch: 64, context: 256, steps: 5000, evaluateBatches: 200 },
} as const satisfies { model: object; training: TrainSettings }

/**
 * The settings of the paper: Adam without decay or clipping, and a rate that rises for a while and then falls with the root
 * of the step; a tenth of targets and of answers is smoothed and dropped. Vaswani et al. 2017, sections 5.3 and 5.4.
 *
 * - `model`: the width of the stream, on which the rate depends
 * - `warmup`: 4000 in the paper, of 100,000 steps
 */
export function paper({ model, steps, warmup = Math.min(4000, Math.ceil(steps / 3)) }: PaperOptions) {
  return {
    model: { dropout: 0.1 },
    smoothing: 0.1,
    training: {
      beta1: 0.9,
      beta2: 0.98,
      epsilon: 1e-9,
      decay: 0,
      clip: 0,
      schedule: 'paper',
      rate: paperRate({ model, warmup }),
      leastRate: 0,
      warmup,
    },
  } as const
}

interface PaperOptions {
  readonly model: number
  readonly steps: number
  readonly warmup?: number | undefined
}
