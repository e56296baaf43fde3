// What definitions give, forward and backward, against PyTorch's results (tools/make_fixtures.py), on every engine.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Engine } from '../../src/engine/engine.ts'
import { attention } from '../../src/tensor/attention.ts'
import {
  crossEntropy,
  gelu,
  geluExact,
  logSoftmax,
  mish,
  normalize,
  normalizeRms,
  quickGelu,
  reluSquared,
  silu,
  softmax,
} from '../../src/tensor/definitions.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import {
  add,
  expand,
  gather,
  index,
  less,
  lessEqual,
  mean,
  multiply,
  parameter,
  rename,
  sum,
  table,
} from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'
import { assertClose } from './numbers.ts'

interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

interface Case {
  readonly operation: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, Stored>>
  readonly output: Stored
  readonly upstream: Stored
  readonly gradients: Readonly<Record<string, Stored>>
}

const { cases } = JSON.parse(readFileSync(new URL('../fixtures/operations.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

type Given = (name: string, ...axes: string[]) => Tensor

/** Each operation with ours. `given` makes an input with names for its axes. */
const ours: Record<string, (given: Given, settings: Case['settings']) => Node> = {
  softmax: (given, { over }) => softmax(given('x', '0', '1'), String(over)),
  logSoftmax: (given, { over }) => logSoftmax(given('x', '0', '1'), String(over)),
  layerNorm: (given, { over, epsilon }) => {
    const normal = normalize(given('x', '0', '1'), String(over), Number(epsilon))
    return add(multiply(normal, given('scale', '1')), given('shift', '1'))
  },
  rmsNorm: (given, { over, epsilon }) =>
    multiply(normalizeRms(given('x', '0', '1'), String(over), Number(epsilon)), given('scale', '1')),
  gelu: (given, { form }) => (form === 'erf' ? geluExact : gelu)(given('x', '0')),
  silu: (given) => silu(given('x', '0')),
  crossEntropy: (given, settings) => {
    const [logits, targets] = [given('logits', 'position', 'vocab'), given('targets', 'position')]
    const loss = crossEntropy(logits, targets, 'vocab', { smoothing: Number(settings['smoothing'] ?? 0) })
    return settings['mean'] ? mean(loss, 'position') : loss
  },
  quickGelu: (given) => quickGelu(given('x', '0')),
  reluSquared: (given) => reluSquared(given('x', '0')),
  mish: (given) => mish(given('x', '0')),
  attention: (given, { padded, scale }) => {
    const side = (name: string, last: string) =>
      rename(given(name, 'batch', 'head', 'position', last), 'position', 'source')
    const query = given('query', 'batch', 'head', 'position', 'key') as Tensor<'batch' | 'head' | 'position' | 'key'>
    const key = side('key', 'key') as Tensor as Tensor<'batch' | 'head' | 'source' | 'key'>
    const value = side('value', 'value') as Tensor as Tensor<'batch' | 'head' | 'source' | 'value'>
    const keep = padded
      ? less(index('source', 5), table({ batch: 2 }, padded as number[]))
      : lessEqual(index('source', 5), index('position', 5))
    const { mixed } = attention(query, key, value, { keep, ...(scale === undefined ? {} : { scale: Number(scale) }) })
    return expand(
      mixed,
      ['batch', 'head', 'position', 'value'].flatMap((name) => mixed.axes.filter((axis) => axis.name === name)),
    )
  },
  embedding: (given) => gather(given('table', 'vocab', 'model'), given('ids', 'position'), 'vocab'),
}

for (const { name, open } of engines)
  describe(`definitions and PyTorch, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    for (const { operation, settings, inputs, output, upstream, gradients } of cases)
      test(`${operation} ${JSON.stringify(settings)}`, async () => {
        const made = new Map<string, Tensor>()
        const given: Given = (input, ...axes) => {
          const node = parameter(Object.fromEntries(axes.map((axis, i) => [axis, inputs[input].shape[i]])))
          made.set(input, node)
          return node
        }
        const value = ours[operation](given, settings)
        const weights = parameter(Object.fromEntries(value.axes.map((axis) => [axis.name, axis.size])))
        const loss = sum(multiply(value as Tensor, weights), ...value.axes.map((axis) => axis.name))
        const by = Object.keys(gradients)
        const found = gradient(
          loss as Node as Tensor<never>,
          by.map((input) => made.get(input) as Tensor),
        )
        const program = await engine.compile({
          outputs: { result: value, ...Object.fromEntries(by.map((input, i) => [input, found[i]])) },
        })
        for (const [input, node] of made) engine.set(node, inputs[input].values)
        engine.set(weights, upstream.values)
        await program.run({})
        const { axes, data } = await program.read('result')
        assert.deepEqual(
          axes.map(({ size }) => size),
          output.shape,
        )
        assertClose(data, output.values, 2e-6, 'value')
        for (const input of by)
          assertClose((await program.read(input)).data, gradients[input].values, 5e-6, `gradient of ${input}`)
      })
  })
