// Checks: a sound model passes all; each fault that is planted is told by its name.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { checkModel } from '../../../src/inspect/proofs/check.ts'
import { Attention } from '../../../src/model/attention.ts'
import { PreNormBlock, type SelfAttention } from '../../../src/model/block.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../../src/model/embedding.ts'
import { Linear } from '../../../src/model/linear.ts'
import { type Extent, type Mask, maskWhere } from '../../../src/model/masks.ts'
import type { Stream } from '../../../src/model/stream.ts'
import { softmax } from '../../../src/tensor/definitions.ts'
import { see } from '../../../src/tensor/pass.ts'
import { add, dot, less, lessEqual, rename, where } from '../../../src/tensor/primitives.ts'
import { fill, models } from '../../edit/models.ts'

const ids = [3, 1, 4, 1, 5, 2]

/** The slip of study notes: each source divides its attention among the positions. */
class OverPositions implements SelfAttention {
  apply(x: Stream): Stream {
    const source = rename(x, 'position', 'source')
    const keep = maskWhere({ position: ids.length }, (position, source) => lessEqual(source, position))
    const pattern = softmax(where(keep, dot(x, source, 'model'), -Infinity), 'position')
    return see(this, { pattern, output: dot(pattern, source, 'source') }).output
  }
}

/** The names of the checks that fail for a decoder that is put together with a fault, and what they say. */
async function faults({
  sight,
  scale,
  ...own
}: {
  sight?: (extent: Extent) => Mask
  scale?: number
  attention?: SelfAttention
}) {
  const [model, head, key] = [8, 2, 4]
  const embedding = new TokenEmbedding({ vocab: 11, model })
  const heads = () => new Linear({ from: { model }, to: { head, key }, bias: true })
  const attention =
    own.attention ??
    new Attention({
      query: heads(),
      key: heads(),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: true }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
      scale,
    })
  const decoder = new Decoder({
    context: 8,
    embedding,
    blocks: [new PreNormBlock({ attention })],
    unembedding: new TiedUnembedding(embedding),
    ...(sight && { sight }),
  })
  const engine = reference()
  fill(engine, decoder)
  const checks = await checkModel({ model: decoder, engine, inputs: { ids } })
  return checks.filter(({ passed }) => !passed).map(({ name, meaning }) => [name, meaning])
}

describe('checks', () => {
  for (const name of ['gpt2', 'llama', 'llama, a window', 'masked bert', 'translator'])
    test(`pass: ${name}`, async () => {
      const engine = reference()
      fill(engine, models[name])
      const inputs = { ids: ids.slice(0, 5), ...(name === 'translator' && { source: [9, 2, 6] }) }
      const checks = await checkModel({ model: models[name], engine, inputs })
      assert.ok(checks.length >= 2)
      for (const check of checks) assert.ok(check.passed, JSON.stringify(check))
    })

  test('a sound model that is put together passes', async () => {
    assert.deepEqual(await faults({}), [])
  })

  test('name a transposed mask', async () => {
    const sight = (extent: Extent): Mask => maskWhere(extent, (position, source) => lessEqual(position, source))
    const [[name, meaning]] = await faults({ sight })
    assert.deepEqual(
      [name, meaning],
      ['mask triangle', 'the mask is transposed: positions see what comes after them, and nothing before'],
    )
  })

  test('name a mask that is off by one position, both ways', async () => {
    const ahead = (extent: Extent): Mask => maskWhere(extent, (position, source) => lessEqual(source, add(position, 1)))
    assert.deepEqual(
      (await faults({ sight: ahead })).map(([name]) => name),
      ['off by one', 'causality'],
    )
    const behind = (extent: Extent): Mask => maskWhere(extent, (position, source) => less(source, position))
    assert.deepEqual(await faults({ sight: behind }), [
      ['off by one', 'no position sees itself: the mask is off by one position'],
    ])
  })

  test('name a softmax over the wrong axis', async () => {
    const [[name, meaning]] = await faults({ attention: new OverPositions() })
    assert.deepEqual(
      [name, meaning],
      ['softmax axis', 'softmax runs over "position", but values are summed over "source"'],
    )
  })

  test('name scores without 1/√d_k', async () => {
    assert.deepEqual(await faults({ scale: 1 }), [
      ['scale', 'scores are query · key, without the factor 1/√d_k (d_k = 4)'],
    ])
  })

  test('refuse a text that is too short', async () => {
    const engine = reference()
    await assert.rejects(checkModel({ model: models['gpt2'], engine, inputs: { ids: [1, 2] } }), {
      message: 'check: the text has 2 tokens. Give at least three: each is changed in turn.',
    })
  })
})
