// What is said of a value: its formula and its axes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeValue } from '../../../src/inspect/shapes/describe.ts'
import { smallModel, trainingPass } from '../model.ts'

describe('a description', () => {
  const pass = trainingPass(smallModel())
  const formula = (address: string) => {
    const { text, where } = describeValue(pass, address).formula
    return [text, ...where.map(({ letter, text }) => `${letter} = ${text}`)]
  }

  test('writes the formula down to values with names', () => {
    assert.deepEqual(formula('embedded'), ['embedding.token[ids] + positions.place[position]'])
    assert.deepEqual(formula('blocks.0.output'), ['blocks.0.middle + blocks.0.mlp.output'])
    assert.deepEqual(formula('blocks.0.attention.key'), [
      'Σ[model] blocks.0.attentionNorm.output · blocks.0.attention.key.weight + blocks.0.attention.key.bias',
    ])
    assert.deepEqual(formula('blocks.0.attention.scores'), [
      'Σ[key] blocks.0.attention.query · blocks.0.attention.key · 0.5 where source ≤ position, otherwise −∞',
    ])
    assert.deepEqual(formula('logits'), ['Σ[model] norm.output · embedding.token'])
    assert.deepEqual(formula('blocks.0.mlp.up.weight'), ['learnt'])
  })

  test('gives letters to what is used twice', () => {
    assert.deepEqual(formula('blocks.0.attention.pattern'), [
      'a · 1 / max(Σ[source] a, 1e−30)',
      'a = e^(blocks.0.attention.scores − max(max[source] blocks.0.attention.scores, −1e30))',
    ])
    assert.deepEqual(formula('blocks.0.attentionNorm.output'), [
      'a · 1 / √(Σ[model] (a · a) · 1/12 + 0.00001) · blocks.0.attentionNorm.scale + blocks.0.attentionNorm.shift',
      'a = embedded − Σ[model] embedded · 1/12',
    ])
  })

  test('says of every axis where its size comes from', () => {
    const { address, place, axes } = describeValue(pass, 'blocks.1.attention.query', { batch: 'asked for' })
    assert.deepEqual({ address, place }, { address: 'blocks.1.attention.query', place: 'blocks.1.attention' })
    assert.deepEqual(axes, [
      { name: 'batch', size: 2, reason: 'chosen' },
      { name: 'position', size: 7, reason: 'chosen' },
      { name: 'head', size: 3, reason: 'chosen' },
      { name: 'key', size: 4, reason: '4 = 12 / 3 heads' },
    ])
  })

  test('lacks the axes on which a place is asked for', () => {
    const { address, axes } = describeValue(pass, 'blocks.1.attention.query {position: -1,head:0}')
    assert.equal(address, 'blocks.1.attention.query {position: -1, head: 0}')
    assert.deepEqual(
      axes.map(({ name }) => name),
      ['batch', 'key'],
    )
    assert.throws(() => describeValue(pass, 'blocks.1.attention.query {heads: 0}'), {
      message:
        'address: blocks.1.attention.query {heads: 0}: the value has no axis "heads", it is (batch 2, position 7, head 3, key 4). Did you mean "head"?',
    })
    assert.throws(() => describeValue(pass, 'blocks.1.attention.query {head=0}'), {
      message:
        'address: "head=0" in "blocks.1.attention.query {head=0}" is no place. Write the axis and a whole number, as in blocks.3.attention.pattern {head: 0, position: -1}.',
    })
  })

  test('is also there for a node without a name', () => {
    const { address, axes, formula } = describeValue(pass, pass.outputs[0])
    assert.deepEqual({ address, axes }, { address: undefined, axes: [] })
    assert.match(formula.text, /^Σ\[batch, position\] /)
  })

  test('names the nearest address where there is none', () => {
    assert.throws(() => describeValue(pass, 'blocks.0.attention.patern'), {
      message:
        'address: there is no value "blocks.0.attention.patern". Did you mean "blocks.0.attention.pattern", "blocks.1.attention.pattern" or "blocks.0.attention.query"?',
    })
  })
})
