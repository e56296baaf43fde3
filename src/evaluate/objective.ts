// Objectives: what a step computes its loss from. A model reads a batch and answers; how far its answers are from the
// targets is the loss.
//
//   nextToken         ids → which token comes next, at every position                      a decoder
//   maskedTokens      ids, some hidden → which tokens stand there                          an encoder
//   targetSequence    source, ids → which token of the target comes next                   an encoder and a decoder
//   classification    ids → which class the text is of                                     an encoder
//
// The inputs are those of the batches that src/data makes, by their names. Padding is masked wherever something could see it:
// behind a row's end no target stands, and no other position looks there.

import type { Edit } from '../edit/edit.ts'
import { editedModel } from '../edit/editedModel.ts'
import type { ClassifyingModel, LanguageModel, SequenceModel } from '../model/language.ts'
import { memoryOf } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import type { Ids } from '../model/stream.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { input, rename, size } from '../tensor/primitives.ts'
import type { Answer } from './loss.ts'

export interface Objective {
  /** The model whose weights are learnt. */
  readonly model: object
  /** What a batch brings: the axes of each input, and where its numbers end that are ids. */
  readonly inputs: Readonly<Record<string, { readonly axes: readonly string[]; readonly below?: number }>>
  /** How long a batch may be along an axis. */
  readonly most: Readonly<Record<string, number>>
  /** What training makes of targets: see `answerLoss`. Evaluations are without it. */
  readonly smoothing?: number
  /** Which scores an evaluation tells besides the loss: how many places are right, how many rows are right throughout. */
  readonly scores?: readonly ScoreName[]
  /** What is replaced in the model, in training and in evaluations; what another run had must have been read (`settleEdits`). */
  readonly edits?: readonly Edit[] | undefined

  /** What the model answers; `step`: the number of the training step, for dropout. */
  answer(inputs: Readonly<Record<string, Node>>, step?: Tensor<never>): Answer
}

export type ScoreName = 'accuracy' | 'exact'

/** The inputs of a program for batches of one shape. */
export function inputsFor({ inputs }: Pick<Objective, 'inputs'>, shape: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { axes, below }]) => [
      name,
      input(name, Object.fromEntries(axes.map((axis) => [axis, shape[axis]])), below === undefined ? {} : { below }),
    ]),
  )
}

const perPosition = ['batch', 'position'] as const
const perRow = ['batch'] as const

export type ObjectiveOptions = Pick<Objective, 'smoothing' | 'scores' | 'edits'>

/** Which token comes next. A causal model at a position has seen nothing behind it, so padding on the right is never seen. */
export function nextToken(model: LanguageModel, options: ObjectiveOptions = {}): Objective {
  const { vocab, context } = model.config
  const edited = editedModel(model, options.edits ?? [])
  return {
    ...options,
    model,
    inputs: { ids: { axes: perPosition, below: vocab }, targets: { axes: perPosition, below: vocab } },
    most: { position: context },
    answer: ({ ids, targets }, step) => ({ logits: edited.logits(ids as Ids, { step }), targets, over: 'vocab' }),
  }
}

/** Which tokens are hidden, by what stands on both sides. Devlin et al. 2018, section 3.1. */
export function maskedTokens(model: LanguageModel, options: ObjectiveOptions = {}): Objective {
  const { inputs, ...rest } = nextToken(model, options)
  const edited = editedModel(model, options.edits ?? [])
  return {
    ...rest,
    inputs: { ...inputs, lengths: { axes: perRow } },
    answer({ ids, targets, lengths }, step) {
      const keep = upTo(size(ids as Ids, 'position'), lengths as Tensor<'batch'>)
      return { logits: edited.logits(ids as Ids, { step, keep }), targets, over: 'vocab' }
    },
  }
}

/** Which token of the target comes next, after reading the source and the true target so far (teacher forcing). */
export function targetSequence(model: SequenceModel, options: ObjectiveOptions = {}): Objective {
  const { vocab, sourceVocab, context } = model.config
  const edited = editedModel(model, options.edits ?? [])
  return {
    ...options,
    model,
    inputs: {
      source: { axes: ['batch', 'source'], below: sourceVocab },
      sourceLengths: { axes: perRow },
      ids: { axes: perPosition, below: vocab },
      targets: { axes: perPosition, below: vocab },
    },
    most: { source: context, position: context },
    answer({ source, sourceLengths, ids, targets }, step) {
      const keep = upTo(size(source as Tensor, 'source'), sourceLengths as Tensor<'batch'>)
      const encoded = edited.encode(rename(source as Tensor<'batch' | 'source'>, 'source', 'position'), { step, keep })
      return { logits: edited.logits(ids as Ids, { step, memory: memoryOf(encoded, keep) }), targets, over: 'vocab' }
    },
  }
}

/**
 * Which class a text is of.
 *
 * - `kinds`: whether batches say of each token which of two texts it belongs to, and how many kinds the model knows
 */
export function classification(
  model: ClassifyingModel,
  { kinds, ...options }: ObjectiveOptions & { readonly kinds?: number } = {},
): Objective {
  const { vocab, context, class: classes } = model.config
  const edited = editedModel(model, options.edits ?? [])
  return {
    ...options,
    model,
    inputs: {
      ids: { axes: perPosition, below: vocab },
      lengths: { axes: perRow },
      labels: { axes: perRow, below: classes },
      ...(kinds !== undefined && { kinds: { axes: perPosition, below: kinds } }),
    },
    most: { position: context },
    answer({ ids, lengths, labels, kinds: given }, step) {
      const keep = upTo(size(ids as Ids, 'position'), lengths as Tensor<'batch'>)
      const logits = edited.classes(ids as Ids, { step, keep, kinds: given as Ids | undefined })
      return { logits, targets: labels, over: 'class' }
    },
  }
}

/** Throws for batches that are longer than the model can look at, rather than let it see places it never learnt. */
export function checkFits(shape: Readonly<Record<string, number>>, { most }: Objective): void {
  for (const [axis, limit] of Object.entries(most))
    if (shape[axis] > limit)
      throw new Error(
        `train: batches have ${shape[axis]} tokens along "${axis}", but the model looks at ${limit} at most. ` +
          'Cut the examples, leave the longest out, or make a model with a longer context.',
      )
}
