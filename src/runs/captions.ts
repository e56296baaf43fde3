// Runs that learn which texts and pictures belong together: their batches, the objective, and the settings.

import type { Batches } from '../data/batch.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import { captionExamples, captionIds } from '../data/captions.ts'
import type { Drawing, Drawings } from '../data/drawings.ts'
import type { Examples } from '../data/examples.ts'
import { shapesFor } from '../data/shapes.ts'
import { splitWorded } from '../data/split.ts'
import { contrastive } from '../evaluate/objective.ts'
import type { DualEncoderModel } from '../model/language.ts'
import type { TrainSettings } from '../train/settings.ts'
import { guessing } from './baselines.ts'
import type { Learner, Learning } from './learning.ts'

/** The texts and pictures of batches, of which it is learnt which belong together, and those that are held back. */
export function captionLearning({ drawings, leftOut }: Drawings, learner: Learner): Learning {
  const { model, tokenizer, blueprint, preparation, batch, seed } = learner
  const end = blueprint.config.special?.end?.[0]
  if (preparation === undefined || end === undefined)
    throw new Error('clip: nothing says how its pictures are prepared, or which token ends its texts. Say both.')
  const { context } = (model as DualEncoderModel).config
  const { training, validation } = splitWorded(drawings, leftOut)
  if (validation.length < 2)
    throw new Error(
      `clip: ${validation.length} picture is held back, among which no words could be wrong. Give more pictures with words.`,
    )
  const options = { tokenizer, end, context, preparation }
  const isCut = ({ words }: Drawing): boolean => captionIds(words, options).isCut
  const held = Math.min(batch, validation.length)
  // Of one shape: texts of all lengths are told apart in one batch.
  const batches = (examples: Examples, rows: number): Batches =>
    bucketedBatches(examples, { batch: rows, seed, shapes: shapesFor([examples], { batch: rows, atMost: 1 }) })
  const learnt = batches(captionExamples(training, options), batch)
  return {
    learning: {
      objective: contrastive(model as DualEncoderModel),
      training: learnt,
      validation: batches(captionExamples(validation, options), held),
    },
    baselines: [guessing(held)],
    counts: { training: training.length, validation: validation.length, tooLong: drawings.filter(isCut).length },
    unit: 'token',
    stepsPerEpoch: learnt.stepsPerEpoch,
  }
}

/** The settings with which a small CLIP learns well; docs/log.md has what was tried. */
export const captionSettings = (steps: number): Partial<TrainSettings> => ({
  ...{ rate: 1e-3, leastRate: 0, decay: 0.05, beta2: 0.98 },
  warmup: Math.min(200, Math.ceil(steps / 10)),
})
