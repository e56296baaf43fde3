// Evaluations of models that do not write on: the examples of each kind of model, and what is asked of them.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { classNames } from '../checkpoint/labels.ts'
import type { Batches } from '../data/batch.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import type { Drawing } from '../data/drawings.ts'
import type { Examples } from '../data/examples.ts'
import { labelledExamples } from '../data/labelled.ts'
import type { LabelledText } from '../data/labelledTexts.ts'
import { maskedExamples } from '../data/masked.ts'
import { type Pair, type PairOptions, pairExamples } from '../data/pairs.ts'
import { type LabelledPicture, pictureExamples } from '../data/pictures.ts'
import type { Recording } from '../data/recordings.ts'
import { type Fitting, labelledOfTexts, pairsOfTexts, textWindows } from '../data/textExamples.ts'
import type { TextPair } from '../data/textPairs.ts'
import type { Edit } from '../edit/edit.ts'
import { classification, maskedTokens, type Objective, targetSequence } from '../evaluate/objective.ts'
import type { Preparation } from '../image/prepare.ts'
import type { AnyModel, ClassifyingModel, MaskedModel, SequenceModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { type Drawer, pairsOfDrawings } from './drawings.ts'
import { pairsOfRecordings, type Recorded } from './recordings.ts'

/** Examples to measure a model on. */
export interface Measurement {
  readonly objective: Objective
  readonly examples: Examples
  readonly batches: Batches
  /** The number of tokens of a text, of pairs, of texts or of pictures. */
  readonly count: number
  /** Among how many tokens or classes a guess would choose. */
  readonly choices: number
  /** The number of pairs that are left out, or texts that are cut, being longer than the model can look at. */
  readonly tooLong: number
}

/** A model with its tokenizer, and what its folder says. */
interface Measured<M extends AnyModel> {
  readonly model: M
  readonly tokenizer: Tokenizer
  readonly blueprint: Blueprint
}

/** Examples in a batch. */
const batch = 16

const inBatches = (examples: Examples): Pick<Measurement, 'examples' | 'batches'> => ({
  examples,
  batches: bucketedBatches(examples, { batch, seed: 0 }),
})

/** A text in which tokens are hidden, the same ones every time. `edits`, here and below: with nothing left that must be run first. */
export function measureMasked(
  { model, tokenizer }: Omit<Measured<MaskedModel>, 'blueprint'>,
  text: string,
  edits: readonly Edit[] = [],
): Measurement {
  const { mask, pad } = tokenizer.special
  if (mask === undefined)
    throw new Error(
      'tokenizer: it has no [MASK], which stands for a hidden token. Take the one that the model was trained with.',
    )
  const ids = tokenizer.encode(text)
  const { vocab, context } = model.config
  const isSpecial = (id: number): boolean => tokenizer.isSpecial(id)
  const padded = pad === undefined ? {} : { pad }
  const windows = textWindows(ids, tokenizer, context)
  return {
    objective: maskedTokens(model, { scores: ['accuracy'], edits }),
    ...inBatches(maskedExamples(windows, { vocab: tokenizer.size, mask, isSpecial, seed: 0, ...padded })),
    count: ids.length,
    choices: vocab,
    tooLong: 0,
  }
}

/** Pairs of a source and its target, which the model reads as it goes (teacher forcing). */
export function measurePairs(
  { model, tokenizer, blueprint }: Measured<SequenceModel>,
  pairs: readonly TextPair[],
  edits: readonly Edit[] = [],
): Measurement {
  const { context } = model.config
  const fitting = pairsOfTexts(pairs, tokenizer, context)
  if (fitting.examples.length === 0)
    throw new Error(`pairs: none fits the ${context} tokens that the model looks at. Give shorter ones.`)
  const { start, end } = blueprint.config.special ?? {}
  const [begin = tokenizer.special.pad, stop = tokenizer.special.end] = [start, end?.[0]]
  if (begin === undefined || stop === undefined)
    throw new Error(
      'pairs: config.json does not say with which token a target begins and with which it ends. Write decoder_start_token_id and eos_token_id there.',
    )
  const { pad } = tokenizer.special
  return ofPairs(model, { ...fitting, options: { begin, end: stop, ...(pad !== undefined && { pad }) } }, edits)
}

/** Pairs as they are read: those that fit, and how they begin and end. */
function ofPairs(
  model: SequenceModel,
  { examples, tooLong, options }: Fitting<Pair> & { readonly options: PairOptions },
  edits: readonly Edit[],
): Measurement {
  return {
    objective: targetSequence(model, { scores: ['accuracy', 'exact'], edits }),
    ...inBatches(pairExamples(examples, options)),
    count: examples.length,
    choices: model.config.vocab,
    tooLong,
  }
}

/** Recordings that the model hears, or speaks. */
export function measureRecordings(
  run: Recorded,
  recordings: readonly Recording[],
  edits: readonly Edit[] = [],
): Measurement {
  const pairs = pairsOfRecordings(recordings, run)
  if (pairs.examples.length === 0)
    throw new Error('recordings: none fits what the model hears or says at once. Give shorter ones.')
  return ofPairs(run.model, pairs, edits)
}

/** Pictures with words, which the model draws. */
export function measureDrawings(run: Drawer, drawings: readonly Drawing[], edits: readonly Edit[] = []): Measurement {
  const pairs = pairsOfDrawings(drawings, run)
  if (pairs.examples.length === 0)
    throw new Error('drawings: none has words that fit what the model reads at once. Give shorter ones.')
  return ofPairs(run.model, pairs, edits)
}

/** Labelled texts. */
export function measureLabelled(
  { model, tokenizer, blueprint }: Measured<ClassifyingModel>,
  texts: readonly LabelledText[],
  edits: readonly Edit[] = [],
): Measurement {
  const { class: classes } = model.config
  const { context } = textLimits('eval', model)
  checkIsOneOfSeveral(model)
  const kinds = model.reads.kinds?.below ?? 1
  const { examples, tooLong } = labelledOfTexts(texts, tokenizer, {
    labels: classNames(blueprint.config, classes),
    context,
    kinds,
  })
  const hasKinds = examples.some((example) => example.kinds !== undefined)
  return {
    objective: classification(model, { scores: ['accuracy'], edits, ...(hasKinds && { optional: ['kinds'] }) }),
    ...inBatches(labelledExamples(examples)),
    count: examples.length,
    choices: classes,
    tooLong,
  }
}

/**
 * Labelled pictures. `labels`: the names of their classes; `place`: theirs, for messages. Throws for a class that the model does not know.
 */
export function measurePictures(
  {
    model,
    blueprint,
    preparation,
  }: Omit<Measured<ClassifyingModel>, 'tokenizer'> & { readonly preparation: Preparation },
  { pictures, labels }: { readonly pictures: readonly LabelledPicture[]; readonly labels: readonly string[] },
  place: string,
  edits: readonly Edit[] = [],
): Measurement {
  checkIsOneOfSeveral(model)
  const names = classNames(blueprint.config, model.config.class)
  const unknown = labels.find((label) => !names.includes(label))
  if (unknown !== undefined)
    throw new Error(
      `${place}: it has a class "${unknown}", which the model does not know (${names.join(', ')}). Leave it out, or call it as the model does.`,
    )
  const known = pictures.map((each) => ({ ...each, label: names.indexOf(labels[each.label]) }))
  return {
    objective: classification(model, { scores: ['accuracy'], edits }),
    ...inBatches(pictureExamples(known, { preparation })),
    count: known.length,
    choices: names.length,
    tooLong: 0,
  }
}

/** Throws for a classifier that does not give a text one of several labels: that one of them is right is what is measured. */
export function checkIsOneOfSeveral({ config: { scores = 'softmax' } }: ClassifyingModel): void {
  if (scores === 'softmax') return
  throw new Error(
    `classifier: it gives ${scores === 'none' ? 'numbers' : 'each class a probability of its own'} (config.json: problem_type, num_labels), but only one that gives a text one of several labels can be measured. Classify texts to see what it says.`,
  )
}
