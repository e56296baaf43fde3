// Beginning with a model that has learnt something: all of it, or an encoder under a head that is new.

import type { Planned } from '../checkpoint/architecture.ts'
import { weightSizes, withSizes } from '../checkpoint/engineWeights.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Problem } from '../checkpoint/problem.ts'
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
): Planned & { readonly weights: Weights } {
  const planned = plannedFrom(learnt, as, labels)
  const { architecture } = planned
  const config = dropout === undefined ? planned.config : { ...planned.config, dropout }
  const model = architecture.build(config)
  const sizes = weightSizes(model)
  const weights = new Map(withSizes(model, initialValues(model, seed)))
  for (const [path, weight] of learnt.weights) {
    const there = [path, `bert.${path}`].find((each) => sizes.has(each))
    if (there === undefined) continue
    const isEqual = JSON.stringify(sizes.get(there)) === JSON.stringify(weight.sizes)
    // A head for other classes has another size: it begins anew.
    if (isEqual) weights.set(there, weight)
  }
  return { architecture, config, weights }
}

/** Warnings of a model that will mean something else by its classes; none of others. */
export function newMeaning({ architecture, config, name }: Learnt, as: RunKind): string[] {
  if (as !== 'classifier') return []
  const model = architecture.build(config)
  if (model.kind !== 'classifier') return []
  const { problem, outputActivation } = config as Problem
  const { scores = 'softmax' } = model.config
  if (scores === 'softmax') return []
  const said = problem === undefined ? (outputActivation === undefined ? 'it has one class' : 'activation_fn') : problem
  return [
    `${name}: its classes were ${scores === 'none' ? 'numbers' : 'probabilities by themselves'} (${said}); what is trained here gives each text one of several labels.`,
  ]
}

function plannedFrom({ architecture, config, name }: Learnt, as: RunKind, labels: readonly string[] = []): Planned {
  const headed = architecture.underNewHead?.(config, as, labels)
  if (headed !== undefined) return headed
  const kind = architecture.trainedAs
  if (kind === as || (as === 'decoder' && kind === 'llama')) return { architecture, config }
  throw settingError`${setting('from')} ${name}: it is a ${architecture.name}, which cannot be trained ${setting('as')} ${as}. Train it ${setting('as')} ${kind ?? 'encoder or classifier'}.`
}
