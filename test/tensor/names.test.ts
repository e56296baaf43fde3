// Names: one address for every value, in a table that belongs to a pass.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bert, ClassifyingBert } from '../../src/model/bert.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../src/model/embedding.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { Linear } from '../../src/model/linear.ts'
import { MLP } from '../../src/model/mlp.ts'
import type { Stream } from '../../src/model/stream.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { see, trace } from '../../src/tensor/pass.ts'
import { add, exp, input, multiply, parameter, sum } from '../../src/tensor/primitives.ts'

const sizes = { vocab: 7, context: 4, layer: 1, head: 2, model: 4 }
const ids = input('ids', { batch: 1, position: 3 }, { below: sizes.vocab })

describe('the weights of a model', () => {
  test('have their paths from the model that is asked, as the names of a pass through it have', () => {
    const classifier = new ClassifyingBert({ ...sizes, class: 2 })
    for (const [model, first] of [
      [classifier, 'bert.embedding.token'],
      [classifier.bert, 'embedding.token'],
    ] as const) {
      const weights = parametersOf(model)
      const { names } = trace(model, () => classifier.bert.states({ ids }))
      assert.equal([...weights.keys()][0], first)
      for (const [path, weight] of weights) assert.equal(names.addressOf(weight), path)
    }
  })

  test('are named once where parts share them', () => {
    const weight = parameter({ model: 2 })
    assert.deepEqual(
      [...parametersOf({ first: { weight }, second: { weight }, third: [weight] }).keys()],
      ['first.weight'],
    )
  })

  test('may lie in a circle of parts', () => {
    const child: { up: object | undefined; weight: object } = { up: undefined, weight: parameter({ model: 2 }) }
    child.up = { child }
    assert.deepEqual([...parametersOf({ child }).keys()], ['child.weight'])
  })
})

describe('one address for one value', () => {
  const model = { blocks: [{ norm: {} }] }
  const [block] = model.blocks
  const x = input('x', { model: 4 })

  test('a norm that gives back its input is not two values: the error says both places', () => {
    const identity = { apply: (x: Stream): Stream => x }
    const embedding = new TokenEmbedding({ vocab: 7, model: 4 })
    const decoder = new Decoder({
      context: 4,
      embedding,
      blocks: [],
      norm: identity,
      unembedding: new TiedUnembedding(embedding),
    })
    assert.throws(() => decoder.logits({ ids }), {
      message:
        'names: one value would have two names, "embedded" and "norm.output". A part that gives back what it is given makes no value: ' +
        'leave the part out, or let only one of the two places name it.',
    })
  })

  test('an MLP without an activation names its layer inside once', () => {
    const mlp = new MLP({
      up: new Linear({ from: { model: 4 }, to: { hidden: 6 }, bias: false }),
      down: new Linear({ from: { hidden: 6 }, to: { model: 4 }, bias: false }),
      activation: (x) => x,
    })
    const x = input('x', { batch: 1, position: 3, model: 4 })
    const { names } = trace({ mlp }, () => mlp.apply(x))
    assert.deepEqual(
      [...names.values.keys()].filter((each) => !each.includes('weight')),
      ['mlp.up', 'mlp.output'],
    )
  })

  test('a name that is taken is an error that says both values', () => {
    const twice = () => {
      see(block, { output: exp(x) })
      see(block, { output: sum(x, 'model') })
    }
    assert.throws(() => trace(model, twice), {
      message:
        'names: two values would have the name "blocks.0.output": the apply (model 4) and the reduce a single number. ' +
        'Where a part, or a whole model, is applied several times in one pass, let it be a field in as many places, or build each pass by itself.',
    })
  })

  test('the same name for the same value is no news', () => {
    const output = exp(x)
    const { names } = trace(model, () => [see(block, { output }), see(block, { output })])
    assert.equal(names.addressOf(output), 'blocks.0.output')
  })

  test('a weight has its own', () => {
    const part = { query: parameter({ model: 4 }) }
    const { names } = trace({ part }, () => see(part, { query: part.query }))
    assert.equal(names.addressOf(part.query), 'part.query')
    assert.throws(
      () => trace({ part }, () => see(part, { asks: part.query })),
      /two names, "part.query" and "part.asks"/,
    )
  })

  test('is a matter of the pass: an error leaves no name behind', () => {
    const output = exp(x)
    assert.throws(() => trace(model, () => see(block, { output, again: output })))
    assert.equal(trace(model, () => see(block, { output })).names.addressOf(output), 'blocks.0.output')
  })
})

describe('parts that stand in several places', () => {
  test('name their values in one place after the other', () => {
    const [block] = new GPT2(sizes).blocks
    const embedding = new TokenEmbedding({ vocab: 7, model: 4 })
    const model = new Decoder({
      context: 4,
      embedding,
      blocks: [block, block, block],
      unembedding: new TiedUnembedding(embedding),
    })
    const { outputs, names } = trace(model, () => model.logits({ ids }))
    const outputsOfBlocks = [0, 1, 2].map((i) => names.valueAt(`blocks.${i}.output`))
    assert.equal(new Set(outputsOfBlocks).size, 3)
    assert.equal(names.valueAt('blocks.2.attention.pattern').axes.length, 4)
    assert.equal(names.addressOf(outputs), 'logits')
    assert.equal(parametersOf(model).size, parametersOf({ block, embedding }).size)
  })
})

describe('the part in which a value was made', () => {
  const model = new GPT2(sizes)
  const { outputs, names } = trace(model, () => {
    const loss = sum(model.logits({ ids }), 'batch', 'position', 'vocab')
    const weights = [...parametersOf(model).values()]
    return { loss, weights, gradients: gradient(loss, weights) }
  })

  test('is that of the named value which its steps lead to', () => {
    const query = names.valueAt('blocks.0.attention.query')
    assert.equal(names.placeOf(query), 'blocks.0.attention')
    assert.equal(names.placeOf(query.inputs[0]), 'blocks.0.attention')
    assert.equal(names.placeOf(names.valueAt('blocks.0.attention.query.weight')), 'blocks.0.attention.query')
  })

  test('or else that of the nearest weight or named value that it is made of', () => {
    const up = names.valueAt('blocks.0.mlp.up')
    const scale = parametersOf(model).get('norm.scale')
    assert.equal(names.placeOf(exp(multiply(up as never, 2))), 'blocks.0.mlp')
    assert.equal(scale && names.placeOf(add(up as never, scale as never)), 'norm')
  })

  test('of a gradient it is that of the value whose gradient it belongs to', () => {
    for (const [i, weight] of outputs.weights.entries()) {
      const forward = names.forwardOf(outputs.gradients[i])
      assert.ok(forward, `${names.addressOf(weight)}`)
      assert.equal(names.placeOf(outputs.gradients[i]), names.placeOf(forward))
    }
  })
})

test('the states of a BERT and the vector for its whole text are one pass', () => {
  const model = new Bert(sizes)
  const { names } = trace(model, () => model.pooledFrom(model.states({ ids })))
  assert.equal(names.addressOf(names.valueAt('pooled')), 'pooled')
  // The last norm of a block gives what the block gives.
  assert.ok(names.values.has('blocks.0.attentionNorm.output') && !names.values.has('blocks.0.mlpNorm.output'))
})
