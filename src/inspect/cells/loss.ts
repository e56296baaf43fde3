// The loss whose gradients are explained: the mean of −ln p(target) over the targets, in nats.

import { answerLoss } from '../../evaluate/loss.ts'
import type { InputValues } from '../../model/inputValues.ts'
import { type AnyModel, isWriting } from '../../model/language.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { divide, input } from '../../tensor/primitives.ts'

/** The input that holds the targets. */
export const targetsName = 'targets'

/** The loss of a pass: of its logits along a vocabulary, or of its classes. Throws for a model that gives neither. */
export function lossIn(names: Names): Tensor<never> {
  const answers = [...names.values.values()]
  const logits = answers.findLast(
    ({ operation, axes }) => operation.kind !== 'parameter' && answerAxis(axes) !== undefined,
  )
  const over = logits && answerAxis(logits.axes)
  if (!logits || !over)
    throw new Error('cells: the model says no tokens and no classes, so there is no loss and no gradient of it.')
  const rest = logits.axes.filter(({ name }) => name !== over)
  const sizes = Object.fromEntries(rest.map(({ name, size }) => [name, size]))
  const targets = input(targetsName, sizes, { below: sizeOf(logits.axes, over) })
  const { sum, count } = answerLoss({ logits, targets, over })
  return divide(sum, count)
}

const answerAxis = (axes: Node['axes']): 'vocab' | 'class' | undefined =>
  hasAxis(axes, 'vocab') ? 'vocab' : hasAxis(axes, 'class') ? 'class' : undefined

/**
 * The targets of a loss: those that are given, or what comes next, for a model that writes on.
 *
 * Throws for none where there must be some.
 */
export function targetsOf(model: AnyModel, inputs: InputValues, given: ArrayLike<number> | undefined): number[] {
  if (given) {
    const targets = Array.from(given)
    if (targets.some((id) => id >= 0)) return targets
    throw new Error(
      `cells: none of the ${targets.length} targets is one: −1 says that there is none. Give at least one.`,
    )
  }
  const ids = Array.from(inputs['ids'] ?? [])
  if (!isWriting(model))
    throw new Error('cells: this model does not write on, so that no target follows from the text. Give the targets.')
  if (ids.length < 2)
    throw new Error(`cells: the text has ${ids.length} tokens, and none of them follows another. Give the targets.`)
  return [...ids.slice(1), -1]
}
