// Gradients of values inside a model: how much the loss of a text changes, for each cell, when the cell changes a little.
//
//   gradient = ∂ loss / ∂ value      loss: the mean of −ln p(next token) over the text, in nats
//
// The value is the one that the loss depends on: a definition that hides it is opened, as when it is replaced.

import { runWith, type Values } from '../engine/engine.ts'
import { lossSum } from '../evaluate/loss.ts'
import { givenOf } from '../model/inputValues.ts'
import { isWriting } from '../model/language.ts'
import type { Ids, Logits } from '../model/stream.ts'
import { type Address, addressText } from '../tensor/address.ts'
import { sizeOf } from '../tensor/axes.ts'
import { gradient } from '../tensor/gradient.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { placed } from '../tensor/placed.ts'
import { divide, input } from '../tensor/primitives.ts'
import { addressesIn } from './asked.ts'
import { editedPass, type Looking } from './editedPass.ts'
import { checkBytes, withoutBatch } from './read.ts'

/** The loss of a text, values inside, and its gradient at them. */
export interface Gradients {
  /** The mean of −ln p(next token), in nats per token. */
  readonly loss: number
  /** ∂ loss / ∂ value, by address, with the axes of the value. */
  readonly gradients: ReadonlyMap<string, Values>
  /** The values themselves, by address, of the same run. */
  readonly values: ReadonlyMap<string, Values>
}

/**
 * The gradient of the loss at values of the forward pass over one text: that of its next tokens, each after those before it.
 *
 * - `inputs`: `{ ids }` of at least two tokens, with `{ source }` for a translator
 * - `addresses`: as `read` takes them, weights too
 * - `limit`: the most bytes that all values and gradients together may have; 1 GiB if not given
 *
 * Throws for models that do not write on, and for values that the loss does not depend on.
 */
export async function readGradients({
  addresses,
  limit,
  ...looking
}: Looking & {
  readonly addresses: readonly (Address | string)[]
  readonly limit?: number | undefined
}): Promise<Gradients> {
  const { engine, model, inputs } = looking
  if (!isWriting(model))
    throw new Error(
      `gradients: this model is ${describedKind[model.kind]}; there is no next token, whose loss it would be.`,
    )
  const ids = Array.from(inputs['ids'] ?? [])
  if (ids.length < 2)
    throw new Error(
      `gradients: the text has ${ids.length} tokens. Give at least two: the loss is that of each after the first.`,
    )
  const names = await editedPass(looking, 'gradients')
  const logits = logitsIn(names) as Logits
  const vocab = sizeOf(logits.axes, 'vocab')
  const targets = input('targets', { batch: 1, position: ids.length }, { below: vocab }) as Ids
  const { sum, count } = lossSum(logits, targets)
  const loss = divide(sum, count)
  const wanted = addressesIn(names, addresses, 'gradients')
  const nodes = wanted.map(({ path, at = {} }) => placed(names.valueAt(path), at))
  checkBytes([...nodes, ...nodes], limit)
  const paths = [...new Set(wanted.map(({ path }) => path))]
  const found = gradient(
    loss,
    paths.map((path) => names.valueAt(path)),
  )
  const outputs: Record<string, Node> = { loss }
  for (const [i, address] of wanted.entries()) {
    outputs[addressText(address)] = nodes[i]
    outputs[gradientOf(address)] = placed(found[paths.indexOf(address.path)], address.at ?? {})
  }
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, { ...givenOf(inputs), targets: [...ids.slice(1), -1] })
    const [values, gradients] = [new Map<string, Values>(), new Map<string, Values>()]
    for (const address of wanted) {
      const text = addressText(address)
      values.set(text, withoutBatch(await program.read(text)))
      gradients.set(text, withoutBatch(await program.read(gradientOf(address))))
    }
    return { loss: (await program.read('loss')).data[0], gradients, values }
  } finally {
    await program.close()
  }
}

const gradientOf = (address: Address): string => `∂ loss / ∂ ${addressText(address)}`

/** The logits of a pass, whichever part of the model gives them. */
export const logitsIn = (names: Names): Node =>
  names.valueAt([...names.values.keys()].findLast((address) => /(^|\.)logits$/.test(address)) ?? 'logits')

const describedKind = {
  masked: 'one that fills in masked tokens',
  encoder: 'one that turns texts into vectors',
  classifier: 'a classifier',
  'dual-encoder': 'one of texts and pictures in one space',
} as const
