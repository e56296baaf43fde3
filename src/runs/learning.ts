// From a source to what a run learns: batches of both parts, their objective, and the baselines to beat.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import type { GenerationIds } from '../checkpoint/generationIds.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import type { Batches } from '../data/batch.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import type { Examples } from '../data/examples.ts'
import { labelledExamples } from '../data/labelled.ts'
import { splitLabelled } from '../data/labelledTexts.ts'
import { maskedExamples } from '../data/masked.ts'
import { type Pair, type PairOptions, pairExamples } from '../data/pairs.ts'
import { shapesFor } from '../data/shapes.ts'
import { splitWorded } from '../data/split.ts'
import { answerSize, type Task } from '../data/tasks/task.ts'
import { taskExamples } from '../data/tasks/taskExamples.ts'
import { type Fitting, labelledOfTexts, pairsOfTexts, textWindows } from '../data/textExamples.ts'
import { splitPairs } from '../data/textPairs.ts'
import { classification, maskedTokens, nextToken, targetSequence } from '../evaluate/objective.ts'
import type { AnyModel, ClassifyingModel, DecoderModel, MaskedModel, SequenceModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import { type Corpus, splitCorpus } from '../text/corpus.ts'
import { countLosses } from '../text/counts.ts'
import { countCodePoints } from '../text/statistics.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { BatchLearning, TextLearning } from '../train/train.ts'
import { type Baseline, guessing, labelBaselines, sequenceBaselines, textBaselines } from './baselines.ts'
import { pairsOfDrawings } from './drawings.ts'
import { setting, settingError } from './settingError.ts'
import type { Source, SourceOf } from './source.ts'

/** Everything that a run learns, ready to begin. */
export interface Learning {
  readonly learning: TextLearning | BatchLearning
  /** The hardest comes last. */
  readonly baselines: readonly Baseline[]
  readonly counts: ExampleCounts
  /** The name of its tokens. */
  readonly unit: 'character' | 'token'
  /** The number of steps that read everything once. */
  readonly stepsPerEpoch: number
}

/** The numbers of tokens of a text, or of examples. */
export interface ExampleCounts {
  /** Infinite, where every step brings new ones. */
  readonly training: number
  readonly validation: number
  /** The number of pairs that were left out, or texts that were cut, being longer than the context. */
  readonly tooLong: number
}

/** A model with what is needed to make its batches. */
export interface Learner extends Processor {
  readonly as: RunKind
  readonly model: AnyModel
  readonly blueprint: Blueprint
  readonly batch: number
  readonly seed: number
  readonly smoothing: number
  /** The most pixels by which pictures are moved. */
  readonly shift: number
}

/** Makes of a source what a model learns. Throws where that gives too few examples, or none that fits. */
export function learningFor(source: Exclude<Source, { kind: 'recordings' | 'pictures' }>, learner: Learner): Learning {
  if (source.kind === 'task') return taskLearning(source.task, learner)
  if (source.kind === 'pairs') return pairLearning(source, learner)
  if (source.kind === 'drawings') return drawingLearning(source, learner)
  if (source.kind === 'labelled') return labelledLearning(source, learner)
  return learner.as === 'encoder' ? maskedLearning(source, learner) : textLearning(source, learner)
}

function textLearning(source: SourceOf<'text'>, learner: Learner): Learning {
  const model = learner.model as DecoderModel
  const corpus = splitCorpus(source.text, learner.tokenizer, { context: model.config.context })
  return {
    learning: { model, corpus, smoothing: learner.smoothing },
    ...ofText(source, corpus, model.config.vocab),
    stepsPerEpoch: Number.NaN,
  }
}

function maskedLearning(source: SourceOf<'text'>, learner: Learner): Learning {
  const { model, tokenizer, seed, smoothing } = learner
  const { vocab, context } = textLimits('train', model)
  const corpus = splitCorpus(source.text, tokenizer, { context })
  const { mask = -1, pad = 0 } = tokenizer.special
  const isSpecial = (id: number): boolean => id >= tokenizer.size || tokenizer.isSpecial(id)
  const examples = (ids: Int32Array, seed: number): Examples =>
    maskedExamples(textWindows(ids, tokenizer, context), { vocab, mask, isSpecial, pad, seed })
  const parts = bucketed(learner, examples(corpus.training, seed), examples(corpus.validation, seed))
  const objective = maskedTokens(model as MaskedModel, { smoothing, scores: ['accuracy'] })
  return { ...parts, learning: { objective, ...parts.learning }, ...ofText(source, corpus, vocab) }
}

function ofText(
  { text }: SourceOf<'text'>,
  { training, validation }: Corpus,
  vocab: number,
): Pick<Learning, 'baselines' | 'counts' | 'unit'> {
  const counts = { training: training.length, validation: validation.length, tooLong: 0 }
  // Where every character is a token, one speaks of characters.
  const unit = countCodePoints(text) === counts.training + counts.validation ? 'character' : 'token'
  const losses = countLosses({ training, evaluation: validation, vocab })
  return { baselines: textBaselines(losses, vocab, `${unit}s`), counts, unit }
}

function pairLearning(source: SourceOf<'pairs'>, learner: Learner): Learning {
  const { model, tokenizer, blueprint } = learner
  const { context } = (model as SequenceModel).config
  const { training, validation } = splitPairs(source.pairs)
  const [learnt, heldBack] = [training, validation].map((pairs) => pairsOfTexts(pairs, tokenizer, context))
  return sequenceLearning(learner, learnt, heldBack, targetIds(blueprint.config.special, tokenizer))
}

/** Words and pictures of them. */
function drawingLearning({ drawings, leftOut }: SourceOf<'drawings'>, learner: Learner): Learning {
  const { training, validation } = splitWorded(drawings, leftOut)
  const drawn = { ...learner, model: learner.model as SequenceModel }
  const [learnt, heldBack] = [training, validation].map((part) => pairsOfDrawings(part, drawn))
  return sequenceLearning(learner, learnt, heldBack, learnt.options)
}

/** Pairs of a source and what is to be written about it. */
export function sequenceLearning(
  learner: Learner,
  learnt: Fitting<Pair>,
  heldBack: Fitting<Pair>,
  options: PairOptions,
): Learning {
  const model = learner.model as SequenceModel
  const { smoothing } = learner
  const { context, vocab } = model.config
  const [few, others] = [learnt.examples.length, heldBack.examples.length]
  const tooLong = learnt.tooLong + heldBack.tooLong
  const all = few + others + tooLong
  if (few === 0 || others === 0 || tooLong > all / 2)
    throw settingError`${tooLong} of ${all} pairs are longer than the context of ${context} tokens. Give a longer one with ${setting('context')}.`
  const examples = (pairs: readonly Pair[]): Examples => pairExamples(pairs, options)
  const parts = bucketed(learner, examples(learnt.examples), examples(heldBack.examples))
  const objective = targetSequence(model, { smoothing, scores: ['accuracy', 'exact'] })
  const targets = ({ examples }: Fitting<Pair>): Int32Array =>
    joinedIds(
      examples.map(({ target }) => target),
      options.end,
    )
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    baselines: sequenceBaselines({ training: targets(learnt), validation: targets(heldBack) }, vocab),
    counts: { training: few, validation: others, tooLong },
    unit: 'token',
  }
}

/** Ids one after the other, each of them followed by an end. */
function joinedIds(all: readonly Int32Array[], end: number): Int32Array {
  const joined = new Int32Array(all.reduce((sum, ids) => sum + ids.length + 1, 0)).fill(end)
  let at = 0
  for (const ids of all) {
    joined.set(ids, at)
    at += ids.length + 1
  }
  return joined
}

/** The ids that begin, end and fill up a target: those that the model's config names, or else the tokenizer's. */
export function targetIds(
  special: GenerationIds | undefined,
  { special: roles }: Tokenizer,
): { begin: number; end: number; pad: number } {
  const end = special?.end?.[0] ?? roles.end ?? 0
  const pad = special?.pad ?? roles.pad ?? end
  return { begin: special?.start ?? pad, end, pad }
}

function labelledLearning(source: SourceOf<'labelled'>, learner: Learner): Learning {
  const { model, tokenizer, blueprint, smoothing } = learner
  const { context } = textLimits('train', model)
  const labels = blueprint.config.labels ?? source.labels
  const { training, validation } = splitLabelled(source.texts)
  const options = { labels, context, kinds: model.reads.kinds?.below ?? 1 }
  const [learnt, heldBack] = [training, validation].map((texts) => labelledOfTexts(texts, tokenizer, options))
  const pad = tokenizer.special.pad ?? 0
  const parts = bucketed(
    learner,
    labelledExamples(learnt.examples, { pad }),
    labelledExamples(heldBack.examples, { pad }),
  )
  const hasKinds = learnt.examples[0].kinds !== undefined
  const objective = classification(model as ClassifyingModel, {
    smoothing,
    scores: ['accuracy'],
    ...(hasKinds && { optional: ['kinds'] }),
  })
  const numbers = ({ examples }: typeof learnt): number[] => examples.map(({ label }) => label)
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    baselines: labelBaselines(numbers(learnt), numbers(heldBack), labels.length),
    counts: {
      training: training.length,
      validation: validation.length,
      tooLong: learnt.tooLong + heldBack.tooLong,
    },
    unit: 'token',
  }
}

/** A task has new questions at every step where it has so many. */
const endless = 2 ** 30

function taskLearning(task: Task, learner: Learner): Learning {
  const { as, model, seed, smoothing } = learner
  const isPairs = as === 'encoder-decoder'
  const examples = (part: 'training' | 'validation'): Examples =>
    taskExamples(task, { as: isPairs ? 'pairs' : 'decoder', part, seed })
  const [training, validation] = [examples('training'), examples('validation')]
  const parts = bucketed(learner, training, validation)
  const options = {
    smoothing,
    scores: task.teaches === 'answer' ? (['accuracy', 'exact'] as const) : (['accuracy'] as const),
  }
  const objective = isPairs
    ? targetSequence(model as SequenceModel, options)
    : nextToken(model as DecoderModel, options)
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    baselines: [guessing(answerSize(task))],
    counts: {
      training: training.count >= endless ? Infinity : training.count,
      validation: validation.count,
      tooLong: 0,
    },
    unit: 'token',
  }
}

/** Batches of both parts, in shapes that both share. */
function bucketed(
  { batch, seed }: Learner,
  training: Examples,
  validation: Examples,
): { learning: { training: Batches; validation: Batches }; stepsPerEpoch: number } {
  const shapes = shapesFor([training, validation], { batch })
  const learning = {
    training: bucketedBatches(training, { shapes, seed }),
    validation: bucketedBatches(validation, { shapes, seed }),
  }
  return { learning, stepsPerEpoch: learning.training.stepsPerEpoch }
}
