// The shapes as a text: what a learner reads.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parametersByPart } from '../../../src/inspect/shapes/parameters.ts'
import { productTexts } from '../../../src/inspect/shapes/shapes.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { parametersText, productsText } from '../../../src/show/shapesText.ts'
import { smallModel, trainingPass } from '../model.ts'

describe('products in words', () => {
  const texts = productTexts(trainingPass(smallModel()), { vocab: '11 letters' })

  test('stand as study notes write them, in symbols and in numbers', () => {
    const scores = texts.find(({ formula }) => formula.startsWith('blocks.0.attention.scores'))
    assert.deepEqual(scores, {
      direction: 'forward',
      place: 'blocks.0.attention',
      formula: 'blocks.0.attention.scores = blocks.0.attention.query · blocks.0.attention.keyᵀ',
      symbols: 'batch·head times (position × key) · (key × source) → (position × source)',
      numbers: '6 times (7 × 4) · (4 × 7) → (7 × 7)',
      over: ['key'],
      sizes: [
        { axis: 'key', size: 4, of: 'blocks.0.attention.query', reason: '4 = 12 / 3 heads' },
        {
          axis: 'key',
          size: 4,
          of: 'blocks.0.attention.key',
          reason:
            'forced by blocks.0.attention.query.weight: blocks.0.attention.scores is a product that runs over both',
        },
      ],
      flops: 2 * 6 * 7 * 4 * 7,
      share: scores?.share,
    })
  })

  test('become lines, with equal blocks shown once', () => {
    const lines = productsText(texts, { width: 80 })
    assert.deepEqual(lines.slice(0, 12), [
      '',
      'Forward: 17 matrix products, 72.2 kFLOP, 32.6 %',
      '',
      'blocks.0, and the same in blocks.1 (up to product 16)',
      '',
      '  1  attention.query = attentionNorm.output · attention.query.weight',
      '     (batch·position × model) · (model × head·key) → (batch·position × head·key)',
      '     (14 × 12) · (12 × 12) → (14 × 12)                         4.03 kFLOP  1.8 %',
      '       model  12  forced by embedding.token: attention.query is a product that',
      '                  runs over both',
      '       head    3  chosen',
      '       key     4  4 = 12 / 3 heads',
    ])
    const unembedding = lines.indexOf(' 17  logits = norm.output · embedding.tokenᵀ')
    assert.deepEqual(lines.slice(unembedding + 1, unembedding + 5), [
      '     (batch·position × model) · (model × vocab) → (batch·position × vocab)',
      '     (14 × 12) · (12 × 11) → (14 × 11)                         3.70 kFLOP  1.7 %',
      '       model  12  chosen',
      '       vocab  11  11 letters',
    ])
    assert.ok(lines.includes('blocks.1, and the same in blocks.0 (up to product 53)'))
    assert.deepEqual(lines.slice(-3), [
      'forward   17 matrix products  72.2 kFLOP   32.6 %',
      'backward  36 matrix products   149 kFLOP   67.4 %',
      'together  53 matrix products   221 kFLOP  100.0 %',
    ])
  })

  test('become lines, with every block where that is wanted', () => {
    const lines = productsText(texts, { isEveryBlockShown: true })
    const numbered = lines.filter((line) => /^ +\d+ {2}\S/.test(line))
    assert.equal(numbered.length, 53)
    assert.ok(
      lines.includes('  9  blocks.1.attention.query = blocks.1.attentionNorm.output · blocks.1.attention.query.weight'),
    )
  })
})

test('parameters become lines, with equal blocks shown once', () => {
  const lines = parametersText(
    parametersByPart(new GPT2({ vocab: 5, context: 3, layer: 4, head: 1, model: 2, hidden: 2 })),
  )
  assert.deepEqual(lines.slice(0, 8), [
    'Parameters: 196',
    '',
    'embedding.token                (vocab 5, model 2)           10   5.1 %',
    'positions.place                (position 3, model 2)         6   3.1 %',
    'blocks.0 to blocks.3, 4 × 44:                              176  89.8 %',
    '  attentionNorm.scale          (model 2)                     2   1.0 %',
    '  attentionNorm.shift          (model 2)                     2   1.0 %',
    '  attention.query.weight       (model 2, head 1, key 2)      4   2.0 %',
  ])
})
