// Passes: who names what while a graph is built.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ClassifyingBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { memoryOf } from '../../src/model/language.ts'
import { AxisError } from '../../src/tensor/axes.ts'
import { graphOf } from '../../src/tensor/graph.ts'
import type { Node } from '../../src/tensor/node.ts'
import { namesHere, pathHere, see, trace } from '../../src/tensor/pass.ts'
import { constant, dot, exp, input, parameter, rename } from '../../src/tensor/primitives.ts'

const sizes = { vocab: 7, context: 4, layer: 1, head: 2, model: 4 }
const ids = input('ids', { batch: 1, position: 3 }, { below: sizes.vocab })

describe('a pass', () => {
  test('names the values that its parts see, and gives what was built', () => {
    const model = new GPT2(sizes)
    const { outputs: logits, names } = trace(model, () => model.logits({ ids }))
    assert.equal(names.valueAt('logits'), logits)
    const inBlock = [...names.values.keys()].filter((each) => /^blocks\.0\.attention\.[a-z]+$/.test(each))
    assert.deepEqual(inBlock, [
      'blocks.0.attention.query',
      'blocks.0.attention.key',
      'blocks.0.attention.value',
      'blocks.0.attention.scores',
      'blocks.0.attention.pattern',
      'blocks.0.attention.mixed',
      'blocks.0.attention.output',
    ])
  })

  test('has names of its own: the same model is passed again under the same ones', () => {
    const model = new GPT2(sizes)
    const [first, second] = [1, 2].map(() => trace(model, () => model.logits({ ids })))
    assert.deepEqual([...first.names.values.keys()], [...second.names.values.keys()])
    assert.notEqual(first.names.valueAt('embedded'), second.names.valueAt('embedded'))
    assert.equal(first.names.addressOf(second.outputs), undefined)
  })

  test('through a part of the model belongs to the pass around it', () => {
    const model = new ClassifyingBert({ ...sizes, class: 2 })
    const { names } = trace(model, () => trace(model.bert, () => model.bert.states({ ids })).names)
    assert.ok(names.values.has('bert.embedded'))
    assert.equal(trace(model.bert, () => model.bert.states({ ids })).names.addressOf(parameter({ a: 1 })), undefined)
    assert.ok(trace(model.bert, () => model.bert.states({ ids })).names.values.has('embedded'))
  })

  test('through another model is a pass by itself', () => {
    const [one, other] = [new GPT2(sizes), new GPT2(sizes)]
    const { outputs, names } = trace(one, () => [one.logits({ ids }), other.logits({ ids })])
    assert.equal(names.addressOf(outputs[0]), 'logits')
    assert.equal(names.addressOf(outputs[1]), undefined)
  })

  test('through two models is one through both', () => {
    const pair = { student: new GPT2(sizes), teacher: new GPT2(sizes) }
    const { names } = trace(pair, () => [pair.student.logits({ ids }), pair.teacher.logits({ ids })])
    assert.ok(names.values.has('student.blocks.0.output') && names.values.has('teacher.blocks.0.output'))
  })

  test('through an encoder and a decoder has the names of both', () => {
    const half = { layer: 1, head: 2 }
    const model = new EncoderDecoder({ vocab: 7, context: 4, model: 4, encoder: half, decoder: half })
    const { names } = trace(model, () =>
      model.logits({ ids }, { memory: memoryOf(model.encode({ source: rename(ids, 'position', 'source') })) }),
    )
    for (const address of ['encoder.embedded', 'decoder.embedded', 'decoder.blocks.0.cross.pattern'])
      assert.ok(names.values.has(address), address)
  })

  test('ends where building fails', () => {
    assert.throws(() =>
      trace({}, () => {
        throw new Error('no')
      }),
    )
    assert.equal(namesHere(), undefined)
  })

  test('knows only the fields of its model', () => {
    class Hidden {}
    const part = new Hidden()
    const value = exp(input('x', { model: 4 }))
    assert.throws(() => trace({}, () => see(part, { value })), {
      message:
        'pass: a part of the kind Hidden is no field of the model, so that its values have no path. ' +
        'Make it a field of the model, or of one of its parts.',
    })
  })
})

describe('outside of a pass', () => {
  test('nothing is named, and values come back', () => {
    const value = exp(input('x', { model: 4 }))
    assert.equal(see({}, { value }).value, value)
    assert.equal(pathHere({}), '')
  })

  test('a model that is called begins one: its errors tell the place', () => {
    const model = new GPT2(sizes)
    Object.assign(model.blocks[0].mlpNorm ?? {}, { scale: parameter({ model: 5 }) })
    assert.throws(
      () => model.logits({ ids }),
      (error) => error instanceof AxisError && error.message.startsWith('blocks.0.mlpNorm: multiply: axis "model" is'),
    )
  })

  test('and dropout draws by its parts, by their paths from the model', () => {
    const randomsOf = (ends: readonly Node[]): string[] =>
      graphOf(ends).flatMap(({ operation }) => (operation.kind === 'random' ? [operation.name] : []))
    const model = new ClassifyingBert({ ...sizes, class: 2, dropout: 0.1 })
    const given = { step: constant(1) }
    const drawn = randomsOf([model.classes({ ids }, given)])
    assert.deepEqual(drawn.toSorted(), [
      '/answer',
      'bert.blocks.0.attention/answer',
      'bert.blocks.0.attention/pattern',
      'bert.blocks.0.mlp/answer',
      'bert/embedding',
    ])
    assert.deepEqual(randomsOf([trace(model, () => model.classes({ ids }, given)).outputs]), drawn)
    assert.equal(randomsOf([model.bert.states({ ids }, given)]).includes('/embedding'), true)
  })

  test('an operation tells no place', () => {
    assert.throws(() => dot(input('x', { model: 4 }), parameter({ model: 5 }), 'model'), {
      message:
        'dot: axis "model" is 4 in (model 4) but 5 in (model 5).\n' +
        '  Shared axes must have equal sizes; rename one if they mean different things.',
    })
  })
})
