// A small GPT-2 and its training graph, for the tests of this folder: every size is another number, so that none can stand
// for another unnoticed.

import { GPT2 } from '../../src/model/gpt2.ts'
import { crossEntropy } from '../../src/tensor/definitions.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { type Pass, trace } from '../../src/tensor/pass.ts'
import { input, sum } from '../../src/tensor/primitives.ts'

export const config = { vocab: 11, context: 9, layer: 2, head: 3, model: 12, hidden: 20 }
export const batch = 2
export const positions = 7

/** A pass that gives the loss of a batch, and with it the gradients of all weights. */
export const trainingPass = (model: GPT2): Pass<readonly Node[]> =>
  trace(model, () => {
    const loss = lossOf(model)
    return [loss, ...gradient(loss, [...parametersOf(model).values()])]
  })

/** A pass that gives the loss of a batch. */
export const lossPass = (model: GPT2): Pass<readonly Node[]> => trace(model, () => [lossOf(model)])

function lossOf(model: GPT2): Tensor<never> {
  const chosen = (size: number) => ({ size, because: 'chosen' })
  const ids = input('ids', { batch: chosen(batch), position: chosen(positions) }, { below: config.vocab })
  const targets = input('targets', { batch, position: positions }, { below: config.vocab })
  return sum(crossEntropy(model.logits({ ids }), targets, 'vocab'), 'batch', 'position')
}

export function smallModel(): GPT2 {
  return new GPT2(config)
}
