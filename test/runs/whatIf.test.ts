// What if a size were another one: a model that can be, or the clear reason why not.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { maskedBert } from '../../src/checkpoint/bert.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { llama } from '../../src/checkpoint/llama.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import { skipGram } from '../../src/checkpoint/skipGram.ts'
import { classifyingViT } from '../../src/checkpoint/vit.ts'
import { matrixProducts } from '../../src/inspect/shapes/products.ts'
import { passOf } from '../../src/model/pass.ts'
import { askedSizesOf, whatIf } from '../../src/runs/whatIf.ts'
import { whatIfText } from '../../src/show/whatIfText.ts'

const sizes = { vocab: 65, context: 64, layer: 4, head: 4, model: 64 }
const decoder = gpt2.blueprint({ ...sizes, hidden: 256 })
const half = { layer: 2, head: 4 }

describe('what if', () => {
  test('64 numbers were divided among 5 heads: they cannot be', () => {
    const found = whatIf(decoder, { size: 'head', is: 5 })
    assert.deepEqual(found, {
      size: 'head',
      was: 4,
      is: 5,
      impossible: { because: 'heads', model: 64, head: 5, models: [60, 65], heads: [4, 8] },
    })
    assert.equal(whatIfText(found), '64 cannot be split by 5; 60 or 65 can, and 64 by 4 or 8.')
    const many = whatIf(decoder, { size: 'head', is: 100 })
    assert.equal(whatIfText(many), '64 cannot be split by 100; 100 can, and 64 by 64.')
  })

  test('there were 8 heads: the same parameters, and more scores', () => {
    const found = whatIf(decoder, { size: 'head', is: 8 })
    assert.deepEqual(found.parameters, { was: 208_320, is: 208_320 })
    assert.deepEqual(found.tokens, { was: 64, is: 64 })
    const { was, is } = found.flops ?? { was: 0, is: 0 }
    assert.equal(found.factor, is / was)
    assert.ok(is > was && is < 1.05 * was)
    assert.match(
      whatIfText(found),
      /^With 8 heads rather than 4: 208,320 parameters rather than 208,320; for a text of 64 tokens .* so about 1\.01 times the time\.$/,
    )
  })

  test('the stream were as wide as twice: the MLP stays four times as wide', () => {
    const found = whatIf(decoder, { size: 'model', is: 128 })
    const other = gpt2.blueprint({ ...sizes, model: 128, hidden: 512 }).build()
    const products = matrixProducts(passOf(other, { position: 64 })).reduce((sum, { flops }) => sum + flops, 0)
    assert.ok((found.flops?.is ?? 0) > products && (found.flops?.is ?? 0) < 1.1 * products)
    assert.deepEqual(found.parameters, { was: 208_320, is: 809_856 })
  })

  test('there were hundreds of layers: counted at once, and refused where nobody would wait for it', {
    timeout: 30_000,
  }, () => {
    const found = whatIf(decoder, { size: 'layer', is: 200 })
    assert.deepEqual(found.parameters, { was: 208_320, is: 208_320 + 196 * 49_984 })
    assert.throws(() => whatIf(decoder, { size: 'layer', is: 20_000 }), {
      message: 'what if: 20000 layers are more than are counted here. Give at most 1000.',
    })
  })

  test('a shorter text is counted, where one is given', () => {
    const found = whatIf(decoder, { size: 'context', is: 128, tokens: 32 })
    assert.deepEqual([found.tokens, found.factor], [{ was: 32, is: 32 }, 1])
    assert.equal((found.parameters?.is ?? 0) - (found.parameters?.was ?? 0), 64 * 64)
  })

  test('of other architectures', () => {
    const shared = llama.blueprint({ ...sizes, hidden: 96, shared: 2 })
    assert.ok((whatIf(shared, { size: 'layer', is: 5 }).factor ?? 0) > 1.1)
    const apart = llama.blueprint({ ...sizes, hidden: 96, shared: 4 })
    assert.equal(
      whatIf(apart, { size: 'head', is: 8 }).parameters?.is,
      whatIf(apart, { size: 'head', is: 8 }).parameters?.was,
    )
    assert.ok((whatIf(maskedBert.blueprint(sizes), { size: 'hidden', is: 512 }).factor ?? 0) > 1.3)
    const translator = marian.blueprint({ vocab: 65, context: 32, model: 64, encoder: half, decoder: half })
    const deeper = whatIf(translator, { size: 'layer', is: 4 })
    assert.deepEqual([deeper.was, deeper.is], [2, 4])
    assert.ok((deeper.factor ?? 0) > 1.5)
    assert.deepEqual(whatIf(translator, { size: 'head', is: 3 }).impossible, {
      because: 'heads',
      model: 64,
      head: 3,
      models: [63, 66],
      heads: [2, 4],
    })
  })

  test('may be asked of the sizes that a model has: vectors of words have no heads, and are looked up', () => {
    const translator = marian.blueprint({ vocab: 65, context: 32, model: 64, encoder: half, decoder: half })
    for (const blueprint of [decoder, translator, maskedBert.blueprint(sizes)])
      assert.deepEqual(askedSizesOf(blueprint), ['layer', 'head', 'model', 'hidden', 'context', 'vocab'])
    const picture = { channel: 1, down: 28, across: 28 }
    const sees = { picture, patch: { down: 7, across: 7 }, layer: 1, head: 2, model: 16, class: 3 }
    assert.deepEqual(askedSizesOf(classifyingViT.blueprint(sees)), ['layer', 'head', 'model', 'hidden'])
    const vectors = skipGram.blueprint({ vocab: 40, context: 32, model: 16 })
    assert.deepEqual(askedSizesOf(vectors), ['model', 'context', 'vocab'])
    assert.equal(
      whatIfText(whatIf(vectors, { size: 'model', is: 20 })),
      'With a stream of 20 numbers rather than 16: 1,600 parameters rather than 1,280.',
    )
    assert.ok(whatIf(vectors, { size: 'hidden', is: 20 }).impossible)
  })

  test('the reason of the model itself is told where it is another one', () => {
    const shared = llama.blueprint({ ...sizes, head: 8, hidden: 96, shared: 4 })
    const { impossible } = whatIf(shared, { size: 'head', is: 2 })
    assert.ok(impossible?.because === 'other')
    assert.match(impossible.message, /^llama: 2 heads cannot share 4 heads of keys and values evenly\./)
    assert.match(whatIfText(whatIf(shared, { size: 'head', is: 2 })), /^That cannot be: /)
  })

  test('what is no size is refused', () => {
    assert.throws(() => whatIf(decoder, { size: 'head', is: 0 }), {
      message: 'what if: head is 0. Give a whole number, at least 1.',
    })
  })
})
