// From what was read to what a run learns: batches, and what people are told of them.

import type { Architecture } from '../checkpoint/architecture.ts'
import type { GenerationIds } from '../checkpoint/generationIds.ts'
import type { Batches } from '../data/batch.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import type { Examples } from '../data/examples.ts'
import { labelledExamples } from '../data/labelled.ts'
import { maskedExamples } from '../data/masked.ts'
import { type Pair, pairExamples } from '../data/pairs.ts'
import { shapesFor } from '../data/shapes.ts'
import { split } from '../data/split.ts'
import { endOf, type Task } from '../data/tasks/task.ts'
import { taskExamples } from '../data/tasks/taskExamples.ts'
import { labelledOfTexts, pairsOfTexts, textWindows } from '../data/textExamples.ts'
import { classification, maskedTokens, nextToken, targetSequence } from '../evaluate/objective.ts'
import type { AnyModel, ClassifyingModel, LanguageModel, SequenceModel } from '../model/language.ts'
import { grouped } from '../show/lines.ts'
import { count } from '../text/amounts.ts'
import { splitCorpus } from '../text/corpus.ts'
import { countLosses } from '../text/counts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { BatchLearning, TextLearning } from '../train/train.ts'
import { guessing, type Hurdle, labelHurdles, sequenceHurdles, textHurdles } from './baselines.ts'
import type { RunKind, Source } from './source.ts'

/** What a run learns, ready to begin, and how it is told. */
export interface Learning {
  readonly learning: TextLearning | BatchLearning
  readonly hurdles: readonly Hurdle[]
  /** Names and what they stand for: the text, its tokens. */
  readonly facts: readonly (readonly [name: string, what: string])[]
  /** What its tokens are. */
  readonly unit: 'character' | 'token'
  /** How many steps read everything once. */
  readonly stepsPerEpoch: number
}

/** A model with what is needed to make its batches. */
export interface Learner {
  readonly as: RunKind
  readonly model: AnyModel
  readonly config: { readonly labels?: readonly string[]; readonly kind?: number; readonly special?: GenerationIds }
  readonly architecture: Architecture
  readonly tokenizer: Tokenizer
  readonly batch: number
  readonly seed: number
  readonly smoothing: number
}

export function prepareLearning(source: Source, learner: Learner): Learning {
  if (source.kind === 'task') return taskLearning(source.task, learner)
  if (source.kind === 'pairs') return pairLearning(source, learner)
  if (source.kind === 'labelled') return labelledLearning(source, learner)
  return learner.as === 'encoder' ? maskedLearning(source, learner) : textLearning(source, learner)
}

type SourceOf<K extends Source['kind']> = Extract<Source, { kind: K }>

function textLearning(source: SourceOf<'text'>, { model, tokenizer, smoothing }: Learner): Learning {
  const { context, vocab } = (model as LanguageModel).config
  const corpus = splitCorpus(source.text, tokenizer, { context })
  const unit = unitOf(source.text, corpus.training.length + corpus.validation.length)
  const losses = countLosses({ training: corpus.training, evaluation: corpus.validation, vocab })
  return {
    learning: { model: model as LanguageModel, corpus, smoothing },
    hurdles: textHurdles(losses, vocab, `${unit}s`),
    facts: textFacts(source, tokenizer, corpus, unit),
    unit,
    stepsPerEpoch: Number.NaN,
  }
}

function maskedLearning(source: SourceOf<'text'>, learner: Learner): Learning {
  const { model, tokenizer, seed, smoothing } = learner
  const { vocab, context } = (model as LanguageModel).config
  const corpus = splitCorpus(source.text, tokenizer, { context })
  const { mask = -1, pad = 0 } = tokenizer.special
  const isSpecial = (id: number): boolean => id >= tokenizer.size || tokenizer.isSpecial(id)
  const examples = (ids: Int32Array, seed: number): Examples =>
    maskedExamples(textWindows(ids, tokenizer, context), { vocab, mask, isSpecial, pad, seed })
  const unit = unitOf(source.text, corpus.training.length + corpus.validation.length)
  const parts = bucketed(learner, examples(corpus.training, seed), examples(corpus.validation, seed))
  return {
    ...parts,
    learning: {
      objective: maskedTokens(model as LanguageModel, { smoothing, scores: ['accuracy'] }),
      ...parts.learning,
    },
    hurdles: textHurdles(
      countLosses({ training: corpus.training, evaluation: corpus.validation, vocab }),
      vocab,
      `${unit}s`,
    ),
    facts: textFacts(source, tokenizer, corpus, unit),
    unit,
  }
}

function pairLearning(source: SourceOf<'pairs'>, learner: Learner): Learning {
  const { model, tokenizer, smoothing, config } = learner
  const { vocab, context } = (model as SequenceModel).config
  const { training, validation } = split(source.pairs, { by: (pair) => pair.source })
  const [learnt, heldBack] = [training, validation].map((pairs) => pairsOfTexts(pairs, tokenizer, context))
  const tooLong = learnt.tooLong + heldBack.tooLong
  if (learnt.examples.length === 0 || heldBack.examples.length === 0 || tooLong > source.pairs.length / 2)
    throw new Error(
      `${grouped(tooLong)} of ${grouped(source.pairs.length)} pairs are longer than the context of ${context} tokens. Give a longer one with --context.`,
    )
  const { begin, end, pad } = targetIds(config.special, tokenizer)
  const examples = (pairs: readonly Pair[]): Examples => pairExamples(pairs, { begin, end, pad })
  const parts = bucketed(learner, examples(learnt.examples), examples(heldBack.examples))
  const objective = targetSequence(model as SequenceModel, { smoothing, scores: ['accuracy', 'exact'] })
  const targets = (pairs: readonly Pair[]): Int32Array =>
    Int32Array.from(pairs.flatMap(({ target }) => [...target, end]))
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    hurdles: sequenceHurdles({ training: targets(learnt.examples), validation: targets(heldBack.examples) }, vocab),
    facts: [
      [
        'pairs',
        `${grouped(learnt.examples.length)} to learn from, ${grouped(heldBack.examples.length)} held back${leftOut([
          [tooLong, `longer than ${context} tokens`],
          [source.skipped, 'one side being empty'],
        ])}`,
      ],
      ['tokens', `${grouped(tokenizer.size)} different ones`],
    ],
    unit: 'token',
  }
}

function labelledLearning(source: SourceOf<'labelled'>, learner: Learner): Learning {
  const { model, tokenizer, config, smoothing } = learner
  const { context } = (model as ClassifyingModel).config
  const labels = config.labels ?? source.labels
  const { training, validation } = split(source.texts, { by: ({ text, second = '' }) => `${text}\t${second}` })
  const options = { labels, context, kinds: config.kind ?? 2 }
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
    ...(hasKinds && { kinds: options.kinds }),
  })
  const numbers = ({ examples }: typeof learnt): number[] => examples.map(({ label }) => label)
  const tooLong = learnt.tooLong + heldBack.tooLong
  const cut = tooLong === 0 ? '' : `; ${count(tooLong, 'text')} cut to ${context} tokens`
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    hurdles: labelHurdles(numbers(learnt), numbers(heldBack), labels.length),
    facts: [
      [
        'texts',
        `${grouped(training.length)} to learn from, ${grouped(validation.length)} held back${cut}${leftOut([
          [source.skipped, 'the text being empty'],
        ])}`,
      ],
      ['labels', labels.join(', ')],
      ['tokens', `${grouped(tokenizer.size)} different ones`],
    ],
    unit: 'token',
  }
}

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
    : nextToken(model as LanguageModel, options)
  const isEndless = training.count >= 2 ** 30
  return {
    ...parts,
    learning: { objective, ...parts.learning },
    hurdles: [guessing(task.tokenizer.size)],
    facts: [
      ['task', `${task.name}: ${task.about}`],
      [
        'questions',
        `${isEndless ? 'new ones at every step' : `${grouped(training.count)} to learn from`}, ${grouped(validation.count)} others held back`,
      ],
    ],
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

/** What begins, ends and fills up a target: as the model's config says it, or else as the tokenizer does. */
function targetIds(
  special: GenerationIds | undefined,
  { special: roles }: Tokenizer,
): { begin: number; end: number; pad: number } {
  const end = special?.end?.[0] ?? roles.end ?? 0
  const pad = special?.pad ?? roles.pad ?? end
  return { begin: special?.start ?? pad, end, pad }
}

/** The special ids of a new model, for its config. */
export function specialIds(as: RunKind, { special }: Tokenizer, task?: Task): GenerationIds | undefined {
  if (as === 'encoder-decoder') {
    const end = task ? endOf(task) : (special.end ?? 0)
    const pad = task ? end : (special.pad ?? end)
    return { end: [end], pad, start: pad, forcedEnd: [end] }
  }
  const { begin, end, pad } = special
  const found: GenerationIds = {
    ...(begin !== undefined && { begin }),
    ...(end !== undefined && { end: [end] }),
    ...(pad !== undefined && { pad }),
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function textFacts(
  { text, files, skipped }: SourceOf<'text'>,
  tokenizer: Tokenizer,
  { training, validation }: { training: Int32Array; validation: Int32Array },
  unit: 'character' | 'token',
): Learning['facts'] {
  const name = files.length === 1 ? files[0] : `${files.length} files`
  const passed = skipped === 0 ? '' : `; ${count(skipped, 'file')} passed over, being no text`
  const different = unit === 'character' ? `, ${tokenizer.size - specialCount(tokenizer)} of them different` : ''
  const kinds = unit === 'character' ? '' : `, ${grouped(tokenizer.size)} different ones`
  return [
    ['text', `${name}: ${grouped(text.length)} characters${different}${passed}`],
    ['tokens', `${grouped(training.length)} to learn from, ${grouped(validation.length)} held back${kinds}`],
  ]
}

function leftOut(reasons: readonly (readonly [number, string])[]): string {
  return reasons.map(([number, why]) => (number === 0 ? '' : `; ${grouped(number)} left out, ${why}`)).join('')
}

/** Where every character is a token, one speaks of characters. */
const unitOf = (text: string, tokens: number): 'character' | 'token' =>
  [...text].length === tokens ? 'character' : 'token'

function specialCount(tokenizer: Tokenizer): number {
  return Array.from({ length: tokenizer.size }, (_, id) => id).filter((id) => tokenizer.isSpecial(id)).length
}
