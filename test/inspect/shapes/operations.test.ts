// The operations of a model, read off its graph: their order, what goes in and comes out, what they cost.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPass } from '../../../src/inspect/shapes/opened.ts'
import type { ModelOperation } from '../../../src/inspect/shapes/operation.ts'
import { modelOperations } from '../../../src/inspect/shapes/operations.ts'
import { parametersByPart } from '../../../src/inspect/shapes/parameters.ts'
import { matrixProducts } from '../../../src/inspect/shapes/products.ts'
import { passOf } from '../../../src/model/pass.ts'
import type { Node } from '../../../src/tensor/node.ts'
import { type Pass, see, trace } from '../../../src/tensor/pass.ts'
import { add, input, max, multiply } from '../../../src/tensor/primitives.ts'
import {
  attentionOnly,
  bert,
  type Case,
  gpt2,
  llama,
  noBlocks,
  parallel,
  preNormCross,
  translator,
} from '../stream/models.ts'

const passThrough = ({ model, inputs }: Case): Pass<Node[]> =>
  passOf(model, { position: inputs['ids'].length, ...(inputs['source'] && { source: inputs['source'].length }) })

const written = (operations: readonly ModelOperation[]): string[] =>
  operations.map(({ kind, role, address }) => `${kind} ${role}${address === undefined ? '' : ` ${address}`}`)

test('of GPT-2, from ids to probabilities', () => {
  const found = written(modelOperations(passThrough(gpt2())))
  const block = (i: number): string[] =>
    [
      'norm output attentionNorm.output',
      'product query attention.query',
      'product key attention.key',
      'product value attention.value',
      'scores scores attention.scores',
      'softmax pattern attention.pattern',
      'mix mixed attention.mixed',
      'product output attention.output',
      'add middle middle',
      'norm output mlpNorm.output',
      'product up mlp.up',
      'activation hidden mlp.hidden',
      'product down mlp.output',
      'add output output',
    ].map((text) => text.replace(/(\S+)$/, `blocks.${i}.$1`))
  assert.deepEqual(found, [
    ...['lookUp token', 'positions embedded embedded', ...block(0), ...block(1)],
    ...['norm output norm.output', 'product unembedding logits', 'softmax probabilities'],
  ])
})

test('of Llama: queries and keys are turned, the MLP has a gate, heads share keys', () => {
  const found = modelOperations(passThrough(llama()))
  assert.deepEqual(written(found).slice(0, 18), [
    'lookUp embedded embedded',
    'norm output blocks.0.attentionNorm.output',
    'product query',
    'turn query blocks.0.attention.query',
    'product key',
    'product value blocks.0.attention.value',
    'turn key blocks.0.attention.key',
    'scores scores blocks.0.attention.scores',
    'softmax pattern blocks.0.attention.pattern',
    'mix mixed blocks.0.attention.mixed',
    'product output blocks.0.attention.output',
    'add middle blocks.0.middle',
    'norm output blocks.0.mlpNorm.output',
    'product gate blocks.0.mlp.gate',
    'product up blocks.0.mlp.up',
    'activation hidden blocks.0.mlp.hidden',
    'product down blocks.0.mlp.output',
    'add output blocks.0.output',
  ])
  const turned = found[3]
  assert.deepEqual(
    turned.operands.map(({ made, isWeight }) => ({ made, isWeight })),
    [{ made: 2, isWeight: false }],
  )
})

test('of post-norm models: sums without a name, and what BERT puts on top', () => {
  const found = modelOperations(passThrough(bert()))
  assert.deepEqual(
    found.filter(({ address }) => address === undefined).map(({ kind, part, role }) => `${kind} ${part} ${role}`),
    [
      'lookUp bert.embedding token',
      ...[0, 0, 1, 1].map((block) => `add bert.blocks.${block} sum`),
      'activation  value',
      'softmax  probabilities',
    ],
  )
  assert.deepEqual(
    found.filter(({ part }) => part === 'bert.blocks.0').map(({ kind }) => kind),
    ['add', 'add', 'norm'],
  )
})

test('of a translator: the source is read first, and the target looks at it', () => {
  const found = modelOperations(passThrough(translator()))
  const at = (address: string): ModelOperation | undefined => found.find((each) => each.address === address)
  const [key, query] = ['key', 'query'].map((name) => at(`decoder.blocks.1.cross.${name}`))
  assert.equal(key?.operands[0].address, 'encoder.blocks.0.output')
  assert.equal(query?.operands[0].address, 'decoder.blocks.1.attentionNorm.output')
  const scores = at('decoder.blocks.1.cross.scores')
  assert.deepEqual(
    scores?.result.axes.map(({ name, size }) => `${name} ${size}`),
    ['batch 1', 'position 7', 'head 3', 'source 4'],
  )
})

describe('all operations together', () => {
  for (const each of [
    ...[gpt2(), llama(), bert(), translator(), preNormCross()],
    ...[parallel(), attentionOnly(), noBlocks()],
  ])
    test(`${each.name}: every product and every parameter counts once, and what is known has no kind "other"`, () => {
      const pass = passThrough(each)
      const found = modelOperations(pass)
      assert.ok(found.every(({ kind }) => kind !== 'other'))
      assert.deepEqual(
        found.map(({ number }) => number),
        found.map((_, i) => i),
      )
      const share = found.reduce((sum, operation) => sum + operation.share, 0)
      assert.ok(Math.abs(share - 1) < 1e-12, `${share}`)
      const parameters = found.reduce((sum, operation) => sum + operation.parameters, 0)
      const used = parametersByPart(each.model).reduce((sum, { count }) => sum + count, 0)
      assert.equal(parameters, used)
      const products = matrixProducts(pass).reduce((sum, { flops }) => sum + flops, 0)
      const dots = openPass(pass).nodes.filter(({ operation }) => operation.kind === 'dot').length
      assert.ok(dots > 0)
      const flops = found.reduce((sum, operation) => sum + operation.flops, 0)
      assert.ok(flops > products && flops < 2 * products, `${flops} of which ${products} are products`)
      const known = new Set(found.flatMap(({ address }) => address ?? []))
      for (const { operands, number } of found)
        for (const { address, made, isWeight, input } of operands) {
          assert.ok(isWeight || input !== undefined || made !== undefined, `${address} of ${number}`)
          if (made !== undefined) assert.ok(made < number)
          if (address !== undefined && !isWeight) assert.ok(known.has(address))
        }
    })
})

test('every size has its reason', () => {
  const found = modelOperations(passThrough(gpt2()), { vocab: 'from your text: 13 letters', position: 'chosen' })
  const logits = found.find(({ address }) => address === 'logits')
  assert.deepEqual(
    logits?.result.axes.map(({ name, origin, reason }) => [name, origin, reason]),
    [
      ['batch', 'unknown', 'given with the input ids'],
      ['position', 'chosen', 'chosen'],
      ['vocab', 'text', 'from your text: 13 letters'],
    ],
  )
  const key = found.find(({ address }) => address === 'blocks.0.attention.key')
  assert.deepEqual(
    key?.operands[1].axes.map(({ name, origin }) => [name, origin]),
    [
      ['model', 'forced'],
      ['head', 'forced'],
      ['key', 'forced'],
    ],
  )
  const query = found.find(({ address }) => address === 'blocks.0.attention.query')
  assert.deepEqual(query?.operands[1].axes[2], {
    name: 'key',
    size: 4,
    origin: 'derived',
    reason: '4 = 12 / 3 heads',
  })
})

test('a value of which nothing is known is told by its formula', () => {
  const model = { name: 'strange' }
  const { outputs, names } = trace(model, () => {
    const x = input('x', { position: 3, model: 4 })
    return [see(model, { strange: add(x, multiply(x, max(x, 'model'))) }).strange]
  })
  const [{ kind, role, formula, operands }, ...more] = modelOperations({ outputs, names })
  assert.deepEqual([kind, role, more.length, operands[0].input], ['other', 'strange', 0, 'x'])
  assert.equal(formula.text, 'x + x · max[model] x')
})
