// What a run learns from: a text, as windows of which every next token is to be said; or whatever batches bring.

import type { Batches } from '../data/batch.ts'
import { windowBatches } from '../data/windows.ts'
import type { Edit } from '../edit/edit.ts'
import { nextToken, type Objective } from '../evaluate/objective.ts'
import type { DecoderModel } from '../model/language.ts'
import type { Corpus } from '../text/corpus.ts'
import { small, type TrainSettings } from './settings.ts'

/** The next tokens of a text, in windows. */
export interface TextLearning {
  readonly model: DecoderModel
  readonly corpus: Corpus
  /** The share of every target that is given to all entries alike: see `answerLoss`. Evaluations are without it. */
  readonly smoothing?: number
  /** Replacements in the model, in every step and in every evaluation; nothing that another run had. */
  readonly edits?: readonly Edit[] | undefined
}

/** Whatever batches bring and an objective makes a loss of. */
export interface BatchLearning {
  readonly objective: Objective
  readonly training: Batches
  /** The examples that training never sees; an evaluation takes all of them. */
  readonly validation: Batches
}

/** Everything that is learnt, as batches; of a text, batches of windows, the first of which begins behind so many `examples`. */
export function asBatches(
  learning: TextLearning | BatchLearning,
  { context, batch, seed }: TrainSettings,
  examples: number,
): BatchLearning {
  if (!('corpus' in learning)) return learning
  const { model, corpus, smoothing = 0, edits } = learning
  return {
    objective: nextToken(model, { smoothing, edits }),
    training: windowBatches({ ids: corpus.training, context, batch, seed, skipped: examples % batch }),
    validation: windowBatches({ ids: corpus.validation, context, batch, seed }),
  }
}

/** The sizes of a batch where nobody says them. */
export function usualBatch(learning: TextLearning | BatchLearning): { batch: number; context: number } {
  if ('corpus' in learning) return { batch: small.training.batch, context: learning.model.config.context }
  const { batch, ...lengths } = learning.training.shapes[learning.training.shapes.length - 1]
  return { batch, context: lengths.position ?? Math.max(1, ...Object.values(lengths)) }
}
