// Beginning with a model that has learnt something: all of it, or an encoder under a head that is new.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { weightSizes, withSizes } from '../checkpoint/engineWeights.ts'
import { type RunKind, runKinds } from '../checkpoint/newConfig.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { initialValues } from '../model/start.ts'
import type { Learnt } from './beginning.ts'
import { setting, settingError } from './settingError.ts'

/**
 * The model to train from this one: itself, or a new head on its encoder, the weights of which are drawn by the seed.
 *
 * - `labels`: the names that the classes of a classifier are to have
 */
export function continued(
  learnt: Learnt,
  {
    as,
    labels,
    dropout,
    seed,
  }: { as: RunKind; labels?: readonly string[]; dropout?: number | undefined; seed: number },
): { readonly blueprint: Blueprint; readonly weights: Weights } {
  const found = blueprintFrom(learnt, as, labels)
  const blueprint = dropout === undefined ? found : found.withDropout(dropout)
  const model = blueprint.build()
  const sizes = weightSizes(model)
  const weights = new Map(withSizes(model, initialValues(model, seed)))
  // A head for other classes begins anew, though there be as many of them.
  const hasOthers = !isSame(blueprint.config.labels, learnt.blueprint.config.labels)
  for (const [path, weight] of learnt.weights) {
    const there = [path, `${blueprint.table.prefix}${path}`].find((each) => sizes.has(each))
    if (there === undefined || (hasOthers && 'class' in weight.sizes)) continue
    if (isSame(sizes.get(there), weight.sizes)) weights.set(there, weight)
  }
  return { blueprint, weights }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The kind of run that a model is trained further as where nobody says it. */
export const usualBecoming = ({ blueprint }: Learnt): RunKind =>
  blueprint.architecture.trainedAs ?? kindsUnderHeads(blueprint)[0] ?? 'decoder'

/** The kinds of runs that begin with the encoder of a model, under a head that is new. */
const kindsUnderHeads = (blueprint: Blueprint): RunKind[] =>
  runKinds.filter((kind) => blueprint.underNewHead(kind, []) !== undefined)

/** Throws for a model that cannot be trained as such a kind. */
export function checkBecomes(learnt: Learnt, as: RunKind): void {
  blueprintFrom(learnt, as)
}

/** Warnings of a model that will mean something else by its classes; none of others. */
export function newMeaning({ blueprint, name }: Learnt, as: RunKind): string[] {
  if (as !== 'classifier' && as !== 'picture-classifier') return []
  const model = blueprint.build()
  if (model.kind !== 'classifier') return []
  const { problem, outputActivation } = blueprint.config
  const { scores = 'softmax' } = model.config
  if (scores === 'softmax') return []
  const said = problem === undefined ? (outputActivation === undefined ? 'it has one class' : 'activation_fn') : problem
  return [
    `${name}: its classes were ${scores === 'none' ? 'numbers' : 'probabilities by themselves'} (${said}); what is trained here gives each ${as === 'classifier' ? 'text' : 'picture'} one of several labels.`,
  ]
}

function blueprintFrom({ blueprint, name }: Learnt, as: RunKind, labels: readonly string[] = []): Blueprint {
  const headed = blueprint.underNewHead(as, labels)
  if (headed !== undefined) return headed
  const { trainedAs: kind, name: found } = blueprint.architecture
  if (kind === as || (as === 'decoder' && kind === 'llama')) return blueprint
  const others = kind === undefined ? kindsUnderHeads(blueprint) : [kind]
  if (others.length === 0)
    throw settingError`${setting('from')} ${name}: its architecture, ${found}, is not trained here. Take another model.`
  throw settingError`${setting('from')} ${name}: it is a ${found}, which cannot be trained ${setting('as')} ${as}. Train it ${setting('as')} ${others.join(' or ')}.`
}
