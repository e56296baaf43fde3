// Objectives: what a step computes its loss from. A model reads a batch and answers; how far its answers are from the
// targets is the loss.
//
//   nextToken         → which token comes next, at every position                      a decoder
//   maskedTokens      some ids hidden → which tokens stand there                       an encoder
//   targetSequence    a source, ids → which token of the target comes next             an encoder and a decoder
//   classification    → which class an example is of                                   an encoder
//   contrastive       texts, pictures → which of the batch's belong together             two encoders
//
// What a model reads it declares; a batch brings that, by the same names, and the targets. Where examples are of different
// lengths it brings these too: padding is masked wherever something could see it. Behind a row's end no target stands, and no
// other position looks there.

import type { Batch } from '../data/batch.ts'
import type { Edit } from '../edit/edit.ts'
import { withSettled } from '../edit/edited.ts'
import type {
  AnyModel,
  ClassifyingModel,
  DecoderModel,
  DualEncoderModel,
  LanguageModel,
  MaskedModel,
  SequenceModel,
} from '../model/language.ts'
import { memoryOf } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import {
  type AxisSizes,
  checkCells,
  type InputNodes,
  inputNodes,
  mostAlong,
  needed,
  type Reading,
  type Reads,
  varyingAxis,
} from '../model/reads.ts'
import { crossEntropy } from '../tensor/definitions.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { add, index, multiply, rename, size, where } from '../tensor/primitives.ts'
import { type Answer, type LossSum, sumOf } from './loss.ts'
import type { StepGraphs, StepSettings } from './stepGraphs.ts'

export interface Objective {
  /** The model whose weights are learnt. Where `answer` runs it several times, an object that has it in as many fields: `{ one: model, other: model }`. */
  readonly model: object
  /** All that a batch brings: what the model reads, the targets, and lengths. */
  readonly inputs: Reads
  /** The part of every target that training gives to all entries alike: see `answerLoss`. Evaluations are without it. */
  readonly smoothing?: number
  /** The scores that an evaluation tells besides the loss: how many places are right, how many rows are right throughout. */
  readonly scores?: readonly ScoreName[]
  /** The programs of its steps, where these are not AdamW's. */
  readonly graphs?: (settings: StepSettings) => StepGraphs

  /** The values that are replaced in the model, in training and in evaluations; what another run had must have been read (`settleEdits`). */
  readonly edits?: readonly Edit[] | undefined

  /**
   * The model's answer, or a loss of another kind as it is.
   *
   * - `step`: the number of the training step, for dropout
   * - `edited`: the model with the edits, where there are any; it answers in the place of the model
   */
  answer(inputs: Readonly<Record<string, Node>>, step?: Tensor<never>, edited?: object): Answer | LossSum
}

/** The objective, answered by its model with the edits. Throws for edits of what the model does not have. */
export async function withItsEdits(objective: Objective): Promise<Objective> {
  const { edits = [] } = objective
  if (edits.length === 0) return objective
  const edited = await withSettled(objective.model as AnyModel, edits)
  return { ...objective, answer: (inputs, step) => objective.answer(inputs, step, edited) }
}

export type ScoreName = 'accuracy' | 'exact'

/** The inputs of a program for batches of one shape. */
export const inputsFor = ({ inputs }: Pick<Objective, 'inputs'>, shape: AxisSizes): Record<string, Tensor> =>
  inputNodes(inputs, shape, Object.keys(inputs))

export interface ObjectiveOptions extends Pick<Objective, 'smoothing' | 'scores' | 'edits'> {
  /** The inputs that batches bring although the model does without them: `['kinds']`. */
  readonly optional?: readonly string[]
}

const perRow: Reading = { axes: {} }

/** The part of what a model reads that batches bring. */
function broughtOf({ reads }: AnyModel, { optional = [] }: ObjectiveOptions): Reads {
  const unknown = optional.find((name) => !(name in reads))
  if (unknown !== undefined)
    throw new Error(
      `objective: the model does not read ${unknown}, but ${Object.keys(reads).join(', ')}. Leave it out.`,
    )
  return Object.fromEntries([...needed(reads), ...optional].map((name) => [name, reads[name]]))
}

/** The axis along which what a model reads is padded, if there is one: all of it lies along the same. */
function paddedAxis(reads: Reads): string | undefined {
  return Object.values(reads)
    .map(varyingAxis)
    .find((axis) => axis !== undefined)
}

const targetsOf = ({ reads, config }: LanguageModel): Reading => ({ axes: reads.ids.axes, below: config.vocab })

/** The token that comes next. A causal model at a position has seen nothing behind it, so padding on the right is never seen. */
export function nextToken(model: DecoderModel, { optional, ...options }: ObjectiveOptions = {}): Objective {
  return {
    ...options,
    model,
    inputs: { ...broughtOf(model, { optional }), targets: targetsOf(model) },
    answer: ({ targets, ...inputs }, step, edited: DecoderModel = model) => ({
      logits: edited.logits(inputs, { step, standing: { isPadded: true } }),
      targets,
      over: 'vocab',
    }),
  }
}

/** The tokens that are hidden, by what stands on both sides. Devlin et al. 2018, section 3.1. */
export function maskedTokens(model: MaskedModel, { optional, ...options }: ObjectiveOptions = {}): Objective {
  return {
    ...options,
    model,
    inputs: { ...broughtOf(model, { optional }), targets: targetsOf(model), lengths: perRow },
    answer({ targets, lengths, ...inputs }, step, edited: MaskedModel = model) {
      const keep = upTo(size(inputs.ids as Tensor, 'position'), lengths as Tensor<'batch'>)
      return { logits: edited.logits(inputs, { step, keep }), targets, over: 'vocab' }
    },
  }
}

/** The token of the target that comes next, after reading the source and the true target so far (teacher forcing). */
export function targetSequence(model: SequenceModel, { optional, ...options }: ObjectiveOptions = {}): Objective {
  const axis = varyingAxis(model.reads.source)
  return {
    ...options,
    model,
    inputs: {
      ...broughtOf(model, { optional }),
      ...(axis !== undefined && { sourceLengths: perRow }),
      targets: targetsOf(model),
    },
    answer({ targets, sourceLengths, ...inputs }, step, edited: SequenceModel = model) {
      const keep = axis && upTo(size(inputs.source as Tensor, axis), sourceLengths as Tensor<'batch'>)
      const encoded = edited.encode(inputs, { step, ...(keep && { keep }) })
      const memory = memoryOf(encoded, keep || undefined)
      return { logits: edited.logits(inputs, { step, memory }), targets, over: 'vocab' }
    },
  }
}

/** The class that an example is of. */
export function classification(model: ClassifyingModel, { optional, ...options }: ObjectiveOptions = {}): Objective {
  const brought = broughtOf(model, { optional })
  const axis = paddedAxis(brought)
  return {
    ...options,
    model,
    inputs: {
      ...brought,
      ...(axis !== undefined && { lengths: perRow }),
      labels: { ...perRow, below: model.config.class },
    },
    answer({ lengths, labels, ...inputs }, step, edited: ClassifyingModel = model) {
      const keep = axis === undefined ? undefined : upTo(lengthAlong(axis, inputs), lengths as Tensor<'batch'>)
      return { logits: edited.classes(inputs, { step, keep }), targets: labels, over: 'class' }
    },
  }
}

/**
 * The picture of each text among all of the batch, and the text of each picture: the mean of both losses.
 *
 *   loss = ½ · (crossEntropy along the pictures + crossEntropy along the texts)      of similarities, in nats
 *
 * It depends on who shares a batch: the more, the harder. Rows that only fill up a batch, where `isReal` is 0, are nobody's choice. Radford et
 * al. 2021, figure 3.
 */
export function contrastive(model: DualEncoderModel, { optional, ...options }: ObjectiveOptions = {}): Objective {
  return {
    ...options,
    model,
    inputs: { ...broughtOf(model, { optional }), isReal: perRow },
    answer({ isReal, ...inputs }, step, edited: DualEncoderModel = model) {
      const similarities = edited.similarities(inputs, { step })
      const [text, picture] = [isReal as Tensor<'batch'>, rename(isReal as Tensor<'batch'>, 'batch', 'picture')]
      const among = where(multiply(text, picture), similarities, -1e9)
      const rows = size(similarities, 'batch')
      const ofTexts = crossEntropy(among, where(text, index('batch', rows), -1), 'picture')
      const ofPictures = crossEntropy(among, where(picture, index('picture', rows), -1), 'batch')
      return { sum: multiply(add(sumOf(ofTexts), sumOf(ofPictures)), 0.5), count: sumOf(text) }
    },
  }
}

function lengthAlong(axis: string, inputs: InputNodes): number {
  for (const node of Object.values(inputs)) {
    const found = node?.axes.find(({ name }) => name === axis)
    if (found) return found.size
  }
  return 0
}

/** Throws for batches that are longer than the model can look at, rather than let it see places it never learnt. */
export function checkFits(shape: AxisSizes, { inputs }: Objective): void {
  for (const [name, { axes }] of Object.entries(inputs))
    for (const [axis, length] of Object.entries(axes)) {
      if (typeof length === 'number') continue
      if (shape[axis] === undefined)
        throw new Error(
          `train: batches have no axis "${axis}", but the model reads ${name} along it. Give batches of what the model reads.`,
        )
      if (shape[axis] > mostAlong(length))
        throw new Error(
          `train: batches have ${shape[axis]} tokens along "${axis}", but the model looks at ${mostAlong(length)} at most. ` +
            'Cut the examples, leave the longest out, or make a model with a longer context.',
        )
    }
}

/** Throws for a batch without an input that the objective reads, and for numbers in it that are not finite. */
export function checkBatch({ inputs: given }: Batch, { inputs }: Objective): void {
  for (const [name, reading] of Object.entries(inputs)) {
    const cells = given[name]
    if (cells === undefined)
      throw new Error(
        `train: a batch brings ${Object.keys(given).join(', ')}, but no ${name}, which the model reads. Give batches of what the model reads.`,
      )
    if (cells instanceof Float32Array) checkCells(`train: ${name} of a batch`, reading, cells)
  }
}
