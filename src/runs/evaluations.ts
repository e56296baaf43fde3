// What a model of each kind is measured on: its examples, its objective, and the words for what comes out.

import type { GenerationIds } from '../checkpoint/generationIds.ts'
import { labelsOf } from '../cli/classify.ts'
import type { OpenRun } from '../cli/openRun.ts'
import type { Batches } from '../data/batch.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import type { Examples } from '../data/examples.ts'
import { readLabelled, readPairs } from '../data/files.ts'
import { labelledExamples } from '../data/labelled.ts'
import { maskedExamples } from '../data/masked.ts'
import { pairExamples } from '../data/pairs.ts'
import { labelledOfTexts, pairsOfTexts, textWindows } from '../data/textExamples.ts'
import { classification, maskedTokens, type Objective, targetSequence } from '../evaluate/objective.ts'
import type { ClassifyingModel, MaskedModel, SequenceModel } from '../model/language.ts'
import { grouped } from '../show/lines.ts'
import { readTexts } from '../text/files.ts'
import type { Columns } from './columns.ts'

/** What is measured, and how it is told. */
export interface Measurement {
  readonly objective: Objective
  readonly batches: Batches
  readonly count: number
  /** `pair`: what is counted. */
  readonly what: string
  /** Among how many a guess would choose. */
  readonly choices: number
  /** What they are. */
  readonly among: 'tokens' | 'labels'
  readonly loss: string
  readonly accuracy: string
  readonly exact?: string
  /** How many examples are longer than the model can look at. */
  readonly tooLong: number
  /** What else is to be said of them. */
  readonly note: string
}

/** Examples in a batch. */
const batch = 16

const inBatches = (examples: Examples): Batches => bucketedBatches(examples, { batch, seed: 0 })

const lengthNote = (tooLong: number, what: string): string =>
  tooLong === 0 ? '' : `; ${grouped(tooLong)} ${tooLong === 1 ? 'was' : 'were'} ${what}, being too long`

/** A text in which tokens are hidden, the same ones every time. */
export async function measureMasked(run: OpenRun<MaskedModel>, files: readonly string[]): Promise<Measurement> {
  const { model, tokenizer } = run
  const { mask, pad } = tokenizer.special
  if (mask === undefined)
    throw new Error('eval: the tokenizer has no [MASK]. Take the tokenizer that the model was trained with.')
  const { text } = await readTexts(files)
  const ids = tokenizer.encode(text)
  const { vocab, context } = model.config
  const windows = textWindows(ids, tokenizer, context)
  const isSpecial = (id: number): boolean => tokenizer.isSpecial(id)
  const batches = inBatches(
    maskedExamples(windows, { vocab: tokenizer.size, mask, isSpecial, seed: 0, ...(pad !== undefined && { pad }) }),
  )
  return {
    objective: maskedTokens(model, { scores: ['accuracy'] }),
    batches,
    count: ids.length,
    what: 'token',
    choices: vocab,
    among: 'tokens',
    loss: 'nats per hidden token',
    accuracy: 'of the hidden tokens are guessed right',
    tooLong: 0,
    note: ', of which 15 % were asked for',
  }
}

/** Pairs of a source and its target, which the model reads as it goes (teacher forcing). */
export async function measurePairs(
  run: OpenRun<SequenceModel>,
  files: readonly string[],
  columns: Columns,
): Promise<Measurement> {
  const { model, tokenizer, config } = run
  const { pairs } = await readPairs(files, columns)
  const { examples, tooLong } = pairsOfTexts(pairs, tokenizer, model.config.context)
  if (examples.length === 0)
    throw new Error(`eval: no pair fits the ${model.config.context} tokens that the model looks at. Give shorter ones.`)
  const { start, end } = 'special' in config ? (config.special as GenerationIds) : {}
  const [begin = tokenizer.special.pad, stop = tokenizer.special.end] = [start, end?.[0]]
  if (begin === undefined || stop === undefined)
    throw new Error(
      'eval: config.json does not say with which token a target begins and with which it ends. Write decoder_start_token_id and eos_token_id there.',
    )
  const { pad } = tokenizer.special
  return {
    objective: targetSequence(model, { scores: ['accuracy', 'exact'] }),
    batches: inBatches(pairExamples(examples, { begin, end: stop, ...(pad !== undefined && { pad }) })),
    count: examples.length,
    what: 'pair',
    choices: model.config.vocab,
    among: 'tokens',
    loss: 'nats per token of the target',
    accuracy: 'of the tokens are right, after the true ones before them',
    exact: 'of the targets would be written exactly, token by token the likeliest',
    tooLong,
    note: lengthNote(tooLong, 'left out'),
  }
}

/** Labelled texts. */
export async function measureLabelled(
  run: OpenRun<ClassifyingModel>,
  files: readonly string[],
  { source: text, label }: Columns,
): Promise<Measurement> {
  const { model, tokenizer, config } = run
  const { context, class: classes, scores = 'softmax' } = model.config
  if (scores !== 'softmax')
    throw new Error(
      `eval: this classifier gives ${scores === 'none' ? 'numbers' : 'each class a probability of its own'} (config.json: problem_type, num_labels), and eval measures those that give a text one of several labels. See what it says with cutaway classify.`,
    )
  const [file, ...more] = files
  if (more.length > 0)
    throw new Error(`eval: a classifier takes one file, but got also ${more.join(', ')}. Measure them one by one.`)
  const { texts } = await readLabelled(file, { ...(text && { text }), ...(label && { label }), leastLabels: 1 })
  const kinds = 'kind' in config && typeof config.kind === 'number' ? config.kind : 1
  const { examples, tooLong } = labelledOfTexts(texts, tokenizer, { labels: labelsOf(config, classes), context, kinds })
  const hasKinds = examples.some((example) => example.kinds !== undefined)
  return {
    objective: classification(model, { scores: ['accuracy'], ...(hasKinds && { kinds }) }),
    batches: inBatches(labelledExamples(examples)),
    count: examples.length,
    what: 'text',
    choices: classes,
    among: 'labels',
    loss: 'nats per text',
    accuracy: 'of the texts get their label',
    tooLong,
    note: lengthNote(tooLong, 'cut'),
  }
}
