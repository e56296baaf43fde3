// What the numbers of a classifier mean, in a config.json.
//
//   "problem_type": "single_label_classification"     one of the classes: softmax
//                   "multi_label_classification"      any of the classes: sigmoid, each by itself
//                   "regression"                      numbers as they are
//                   null                              sigmoid where there is one class, softmax where there are several
//
// That is what transformers' text-classification pipeline makes of it; it takes sigmoid for one class whatever the type, but for
// a regression. Cross-encoders of sentence-transformers, which give two texts one number, name a function of their own:
//
//   "sentence_transformers": { "activation_fn": "torch.nn.modules.linear.Identity" }

import type { ClassScores } from '../model/language.ts'
import type { ConfigFields } from '../text/configFields.ts'

export interface Problem {
  /** The name of the problem in config.json, if it has one. */
  readonly problem?: 'regression' | 'single_label_classification' | 'multi_label_classification'
  /** The function that a cross-encoder applies to its number, if it names one. */
  readonly outputActivation?: 'sigmoid' | 'none'
}

const problems = {
  regression: 'regression',
  single_label_classification: 'single_label_classification',
  multi_label_classification: 'multi_label_classification',
} as const

const activations: Readonly<Record<string, 'sigmoid' | 'none'>> = {
  'torch.nn.modules.activation.Sigmoid': 'sigmoid',
  'torch.nn.modules.linear.Identity': 'none',
  'torch.nn.Sigmoid': 'sigmoid',
  'torch.nn.Identity': 'none',
}
const activationNames = {
  sigmoid: 'torch.nn.modules.activation.Sigmoid',
  none: 'torch.nn.modules.linear.Identity',
} as const

/** The problem of a classifier, as config.json describes it. */
export function problemFrom(fields: ConfigFields, classes: number): Problem {
  const problem = fields.has('problem_type') ? fields.choice('problem_type', problems) : undefined
  if (problem === 'single_label_classification' && classes === 1)
    throw fields.wrong(
      'problem_type is "single_label_classification", but there is one class. Write "regression", or name two.',
    )
  const outputActivation = activationFrom(fields, classes)
  return { ...(problem && { problem }), ...(outputActivation && { outputActivation }) }
}

function activationFrom(fields: ConfigFields, classes: number): Problem['outputActivation'] {
  // Up to version 4 it had a field of its own.
  const older = 'sbert_ce_default_activation_function'
  const inner = fields.inner('sentence_transformers')
  const [place, name] = inner?.has('activation_fn') ? [inner, 'activation_fn'] : [fields, older]
  if (!place.has(name)) return undefined
  const activation = place.choice(name, activations)
  if (classes === 1) return activation
  // Of several classes sentence-transformers gives out the bare numbers; here they become shares, as in transformers.
  if (activation !== 'none')
    fields.warn(`${name} is not used: it counts where there is one class, and here are ${classes}.`)
  return undefined
}

/** The fields that `problemFrom` reads. */
export const problemToJSON = ({ problem, outputActivation }: Problem): object => ({
  problem_type: problem ?? null,
  ...(outputActivation && { sentence_transformers: { activation_fn: activationNames[outputActivation] } }),
})

/** The way that a classifier's numbers become scores. */
export function scoresOf({ problem, outputActivation }: Problem, classes: number): ClassScores {
  if (outputActivation !== undefined) return outputActivation
  if (problem === 'regression') return 'none'
  return problem === 'multi_label_classification' || classes === 1 ? 'sigmoid' : 'softmax'
}
