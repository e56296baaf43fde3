// The sentences about values: what they say is so of the model that is there, whatever it is.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ModelTraits, meaningOf } from '../../../../src/studio/page/look/meanings.ts'

const decoder: ModelTraits = { kind: 'decoder', unit: 'character', isPostNorm: false }
const masked: ModelTraits = { kind: 'masked', unit: 'character', isPostNorm: true }
const translator: ModelTraits = { kind: 'encoder-decoder', unit: 'token', isPostNorm: true }
const classifier: ModelTraits = { kind: 'classifier', unit: 'token', isPostNorm: true }

describe('what a value means', () => {
  test('logits are of what comes next, or of what stands there', () => {
    assert.equal(meaningOf('logits', decoder), 'How much speaks for each letter of the vocabulary to come next.')
    assert.equal(
      meaningOf('logits', masked),
      'How much speaks for each letter of the vocabulary to be the one that stands there.',
    )
    assert.equal(
      meaningOf('decoder.logits', translator),
      'How much speaks for each token of the vocabulary to come next.',
    )
    assert.equal(meaningOf('classes', classifier), 'How much speaks for each class.')
  })

  test('only what writes from left to right is masked', () => {
    const isMasked = (path: string, model: ModelTraits): boolean => /masked/.test(meaningOf(path, model))
    assert.ok(isMasked('blocks.0.attention.scores', decoder))
    assert.ok(isMasked('decoder.blocks.0.attention.scores', translator))
    assert.ok(!isMasked('encoder.blocks.0.attention.scores', translator))
    assert.ok(!isMasked('decoder.blocks.0.cross.scores', translator))
    assert.ok(!isMasked('bert.blocks.0.attention.scores', masked))
  })

  test('word vectors go through no blocks', () => {
    const vectors: ModelTraits = { kind: 'encoder', unit: 'token', hasWordVectors: true }
    assert.match(meaningOf('', vectors), /^A vector for each word/)
    for (const path of ['', 'ids', 'embedding', 'contexts']) assert.doesNotMatch(meaningOf(path, vectors), /block/)
  })

  test('norms in the stream are no copies of it', () => {
    assert.match(meaningOf('blocks.0.attentionNorm.output', decoder), /^A copy of the stream/)
    assert.match(meaningOf('bert.blocks.0.attentionNorm.output', masked), /^The stream after attention/)
    assert.match(meaningOf('blocks.0', decoder), /reads a copy of the stream/)
    assert.doesNotMatch(meaningOf('decoder.blocks.0', translator), /copy/)
    assert.match(meaningOf('decoder.blocks.0', translator), /a look at the source/)
  })

  test('tokens are called letters only where they are such', () => {
    const paths = ['', 'ids', 'embedding.token', 'norm.output', 'logits', 'embedding', 'kinds']
    for (const path of paths)
      for (const model of [translator, classifier]) assert.doesNotMatch(meaningOf(path, model), /letter/)
    assert.match(meaningOf('ids', decoder), /letters/)
  })

  test('of a picture classifier its own words come first', () => {
    assert.match(meaningOf('', { kind: 'classifier', sees: true }), /^A picture/)
    assert.equal(meaningOf('nothing.known', { kind: 'classifier', sees: true }), '')
  })
})
