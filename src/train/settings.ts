// The settings of a training run: plain numbers, which are kept with a checkpoint. Those that nobody chooses are nanoGPT's
// for training a character model on a CPU; with them a model of `small` sizes learns Shakespeare in a few minutes.

import { checkIsObject } from '../text/json.ts'
import type { ScheduleSettings } from './schedule.ts'
import type { TrainerSettings } from './trainer.ts'

/** Everything that a run is made of, besides its model and its text. */
export interface TrainSettings extends ScheduleSettings, TrainerSettings {
  /** How many examples a batch has at most: windows of a text, pairs. */
  readonly batch: number
  /** How many positions of a text a batch has at most. */
  readonly context: number
  /** After so many steps the model is evaluated, and again and again after as many. */
  readonly evaluateEvery: number
  /** How many batches of what is learnt from, and of a text's held-back part, an evaluation takes at most. */
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

/** The settings that a checkpoint brings, as far as they are ours; what they say is checked where it is used. */
export function settingsFromJSON(json: unknown): Partial<TrainSettings> {
  checkIsObject(json, 'settings')
  const known = Object.entries(small.training).filter(([name, usual]) => typeof json[name] === typeof usual)
  return Object.fromEntries(known.map(([name]) => [name, json[name]]))
}
