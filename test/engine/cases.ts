// Small graphs, one or more for every operation, with sizes as parameters: the table that all engines are held to.

import {
  concatenate,
  crossEntropy,
  dropout,
  gelu,
  geluExact,
  logSumExp,
  mish,
  normalize,
  normalizeRms,
  quickGelu,
  reluSquared,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
} from '../../src/tensor/definitions.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import * as p from '../../src/tensor/primitives.ts'
import { attentionCases } from './attentionCases.ts'
import { type ABC, bias, binary, type Case, column, positive, unary, withGradients, x } from './case.ts'

export type { CaseSizes } from './case.ts'

export const cases: readonly Case[] = [
  unary('negate', (x) => p.negate(x)),
  unary('exp', (x) => p.exp(x)),
  { name: 'log', build: (sizes) => ({ outputs: { y: p.log(positive(sizes)) } }) },
  { name: 'sqrt', build: (sizes) => ({ outputs: { y: p.sqrt(positive(sizes)) } }) },
  { name: 'reciprocal', build: (sizes) => ({ outputs: { y: p.reciprocal(positive(sizes)) } }) },
  unary('tanh', (x) => p.tanh(x)),
  unary('erf', (x) => p.erf(x)),
  unary('sin', (x) => p.sin(x)),
  unary('cos', (x) => p.cos(x)),
  unary('abs', (x) => p.abs(x)),
  { name: 'floor', build: (sizes) => ({ outputs: { y: p.floor(p.multiply(x(sizes), 3)) } }) },
  binary('add', p.add),
  binary('subtract', p.subtract),
  binary('multiply', p.multiply),
  binary('divide', (a, b) => p.divide(a, p.add(p.multiply(b, b), 0.5))),
  binary('maximum', p.maximum),
  binary('minimum', p.minimum),
  { name: 'lessEqual', build: (sizes) => ({ outputs: { y: p.lessEqual(x(sizes), x(sizes, 'y')) } }) },
  { name: 'less', build: (sizes) => ({ outputs: { y: p.less(x(sizes), 0) } }) },
  {
    name: 'equal',
    build: (sizes) => ({
      outputs: { y: p.equal(p.floor(p.multiply(x(sizes), 2)), p.floor(p.multiply(x(sizes, 'y'), 2))) },
    }),
  },
  binary('where', (a, b) => p.where(p.less(a, b), a, p.multiply(b, 2))),
  {
    name: 'index',
    build: (sizes) => ({
      outputs: {
        y: p.add(
          p.add(p.multiply(p.index('a', sizes.a), 100), p.multiply(p.index('b', sizes.b), 10)),
          p.index('c', sizes.c),
        ),
      },
    }),
  },
  {
    name: 'table',
    build: (sizes) => {
      const { a, c } = sizes
      const values = Array.from({ length: a * c }, (_, i) => Math.sin(i + 1))
      const input = x(sizes)
      return withGradients(p.multiply(p.table({ a, c }, values), input), input)
    },
  },
  {
    name: 'loops of one name and two sizes',
    build: ({ a, b, c }) => {
      const table = p.input('table', { v: 3, c })
      const rows = (length: number): Node => p.gather(table, p.lessEqual(p.index('a', length), 1), 'v')
      const [one, two] = [rows(a), rows(a + b)] as Tensor<'a' | 'c'>[]
      return { outputs: { one: p.multiply(one, 2), two: p.add(two, p.index('c', c)) } }
    },
  },
  { name: 'random', build: (sizes) => ({ outputs: { y: p.random('noise', p.input('step', {}), x(sizes)) } }) },
  {
    name: 'broadcast',
    build: (sizes) => {
      const [large, small, tall] = [x(sizes), bias(sizes), column(sizes)]
      return withGradients(p.multiply(p.add(large, small), tall), large, small, tall)
    },
  },
  unary('sum of the last axis', (x) => p.sum(x, 'c')),
  unary('sum of a middle axis', (x) => p.sum(x, 'b')),
  unary('sum of the first axes', (x) => p.sum(x, 'a', 'b')),
  unary('sum of all', (x) => p.sum(x, 'a', 'b', 'c')),
  unary('sum of first and last', (x) => p.sum(x, 'a', 'c')),
  unary('mean', (x) => p.mean(x, 'b', 'c')),
  unary('max of the last axis', (x) => p.max(x, 'c')),
  unary('max of the first axis', (x) => p.max(x, 'a')),
  unary('rename and outer product', (x) => p.multiply(p.sum(x, 'b'), p.rename(p.sum(x, 'b'), 'a', 'd'))),
  unary('stop', (x) => p.multiply(x, p.stopGradient(p.exp(x)))),
  {
    name: 'dot, one axis',
    build: (sizes) => {
      const [left, right] = [x(sizes), p.input('weight', { c: sizes.c, d: sizes.b + 1 })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot, the table transposed',
    build: (sizes) => {
      const [left, right] = [x(sizes), p.input('weight', { d: sizes.b + 3, c: sizes.c })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot, two axes, with bias and residual',
    build: (sizes) => {
      const [left, right] = [x(sizes), p.input('weight', { b: sizes.b, c: sizes.c, d: 6 })]
      const [shift, stream] = [p.input('shift', { d: 6 }), p.input('stream', { a: sizes.a, d: 6 })]
      return withGradients(p.add(stream, gelu(p.add(p.dot(left, right, 'b', 'c'), shift))), left, right, shift, stream)
    },
  },
  {
    name: 'dot with a batch',
    build: ({ a, b, c }) => {
      const [left, right] = [p.input('left', { a, b, c }), p.input('right', { a, d: b + 2, c })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot with a batch in the middle',
    build: ({ a, b, c }) => {
      const [left, right] = [p.input('left', { b, a, c }), p.input('right', { d: b + 2, a, c })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot to two axes',
    build: ({ a, b, c }) => {
      const [left, right] = [p.input('left', { a, c }), p.input('right', { c, h: b, k: 5 })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot to two axes, the last of one place',
    build: ({ a, b, c }) => {
      const [left, right] = [p.input('left', { a, c }), p.input('right', { c, h: b, k: 1 })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot of vectors',
    build: ({ c }) => {
      const [left, right] = [p.input('left', { c }), p.input('right', { c })]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'dot of a matrix and a vector',
    build: (sizes) => {
      const [left, right] = [x(sizes), bias(sizes)]
      return withGradients(p.dot(left, right, 'c'), left, right)
    },
  },
  {
    name: 'gather',
    build: ({ a, b, c }) => {
      const [table, ids] = [p.input('table', { vocab: 7, c }), p.input('ids', { a, b }, { below: 7 })]
      return withGradients(p.multiply(p.gather(table, ids, 'vocab'), 2), table)
    },
  },
  {
    name: 'gather of places, added',
    build: ({ a, b, c }) => {
      const [table, places, ids] = [
        p.input('table', { vocab: 7, c }),
        p.input('places', { b: b + 2, c }),
        p.input('ids', { a, b }, { below: 7 }),
      ]
      const y = p.add(p.gather(table, ids, 'vocab'), p.gather(places, p.add(p.index('b', b), 1), 'b'))
      return withGradients(normalize(y, 'c'), table, places)
    },
  },
  {
    name: 'gather at places of each row of the batch',
    build: ({ a, b, c }) => {
      const table = p.input('table', { context: b + 2, c })
      const padding = p.input('padding', { a }, { below: b })
      const places = p.maximum(p.subtract(p.index('b', b), padding), 0)
      return withGradients(p.multiply(p.gather(table, places, 'context'), 2), table)
    },
  },
  {
    name: 'gather of ids outside the table: its first row, or its last; no gradient',
    build: ({ a, c }) => {
      const table = p.input('table', { c, vocab: 4 })
      const ids = p.subtract(p.multiply(p.index('row', 4 * a), 3), 5)
      return withGradients(p.multiply(p.gather(table, ids, 'vocab'), 2), table)
    },
  },
  {
    name: 'gather of single numbers',
    build: ({ a, b }) => {
      const [table, ids] = [p.input('table', { vocab: 7 }), p.input('ids', { a, b }, { below: 7 })]
      return withGradients(p.gather(table, ids, 'vocab'), table)
    },
  },
  {
    name: 'gather of rows made on the way',
    build: ({ a, b, c }) => {
      const [rows, at] = [x({ a, b, c }), p.input('at', { a, b: 1 }, { below: b })]
      return withGradients(p.gather(normalize(rows, 'c'), at, 'b'), rows)
    },
  },
  {
    name: 'gather of one place after another, down to a number',
    build: ({ a, b, c }) => {
      const rows = x({ a, b, c })
      const row = p.gather(p.gather(rows, p.constant(a - 1), 'a'), p.constant(b - 1), 'b')
      return withGradients(p.add(p.gather(row, p.constant(c - 1), 'c'), p.gather(row, p.constant(0), 'c')), rows)
    },
  },
  {
    name: 'place',
    build: ({ a, b, c }) => {
      const target = p.parameter({ a, b: b + 3, c }, 'zeros')
      const placed = p.place(target, x({ a, b, c }), 'b', p.input('start', {}))
      return { outputs: { y: p.multiply(placed, 2) }, updates: new Map([[target, placed]]) }
    },
  },
  {
    name: 'place in a value that is repeated',
    build: ({ a, b, c }) => {
      const target = p.expand(p.input('onto', { c }), x({ a, b: b + 3, c }).axes) as ABC
      return { outputs: { y: p.place(target, x({ a, b, c }), 'b', p.input('start', {})) } }
    },
  },
  {
    name: 'scatter onto a parameter, which is read before, and onto another value',
    build: ({ a, b, c }) => {
      const vocab = { name: 'vocab', size: 7 }
      const table = p.parameter({ vocab: 7, c }, { normal: 1 })
      const ids = p.input('ids', { a, b }, { below: 7 })
      const rows = p.multiply(p.gather(table, ids, 'vocab'), x({ a, b, c }))
      const moved = p.scatter(rows, ids, vocab, table.axes, table)
      const other = p.scatter(rows, ids, vocab, table.axes, p.input('onto', { c }))
      return { outputs: { rows, other }, updates: new Map([[table, moved]]) }
    },
  },
  {
    name: 'scatter of a parameter onto itself',
    build: ({ a, c }) => {
      const table = p.parameter({ a, c }, { normal: 1 })
      const moved = p.scatter(table, p.input('ids', { a }, { below: a }), table.axes[0], table.axes, table)
      return { outputs: {}, updates: new Map([[table, moved]]) }
    },
  },
  unary('softmax', (x) => softmax(x, 'c')),
  unary('softmax over a middle axis', (x) => softmax(x, 'b')),
  unary('logSumExp', (x) => logSumExp(x, 'c')),
  unary('normalize', (x) => normalize(x, 'c')),
  unary('normalizeRms', (x) => normalizeRms(x, 'c')),
  {
    name: 'layer norm with scale and shift',
    build: (sizes) => {
      const [input, scale, shift] = [x(sizes), bias(sizes), p.input('shift', { c: sizes.c })]
      return withGradients(p.add(p.multiply(normalize(input, 'c'), scale), shift), input, scale, shift)
    },
  },
  unary('window along the last axis', (x) => p.window(x, 'c', { from: -3, size: 7 })),
  unary('window along the last axis, beyond its end', (x) => p.window(p.exp(x), 'c', { from: 2, size: 70 })),
  unary('window outside', (x) => p.multiply(p.window(x, 'c', { from: 70, size: 3 }), 2)),
  unary('window along a middle axis', (x) => p.window(x, 'b', { from: -2, size: 9 })),
  unary('window along the first axis', (x) => p.window(x, 'a', { from: 1, size: 2 })),
  {
    name: 'window of rows of one cell',
    build: ({ a, b }) => {
      const x = p.input('x', { a, b, d: 1 })
      return withGradients(p.window(p.exp(x), 'a', { from: -1, size: a }), x)
    },
  },
  unary('window of a sum, repeated', (x) =>
    p.multiply(x, p.rename(p.window(p.sum(x, 'c', 'b'), 'a', { from: -1, size: 3 }), 'a', 'd')),
  ),
  {
    name: 'window of a single number, repeated',
    build: ({ c }) => ({
      outputs: {
        y: p.window(p.expand(p.input('step', {}), [{ name: 'c', size: c }]) as ABC, 'c', { from: -1, size: 6 }),
      },
    }),
  },
  binary('concatenate along the last axis', (a, b) => concatenate(a, b, 'c')),
  binary('concatenate along the first axis', (a, b) => p.multiply(concatenate(p.exp(a), b, 'a'), 2)),
  {
    name: 'pairs turned by slices',
    build: ({ a, b, c }) => {
      const x = p.input('x', { a, b, c: 2 * c })
      const [low, high] = [slice(x, 'c', { to: c }), slice(x, 'c', { from: c })]
      return withGradients(p.add(x, concatenate(p.negate(high), low, 'c')), x)
    },
  },
  unary('gelu', gelu),
  unary('quickGelu', quickGelu),
  unary('reluSquared', reluSquared),
  unary('softplus', softplus),
  unary('mish', mish),
  unary('geluExact', geluExact),
  unary('sigmoid', sigmoid),
  unary('silu', silu),
  {
    name: 'crossEntropy',
    build: ({ a, b, c }) => {
      const [logits, target] = [p.input('logits', { a, b, c }), p.input('target', { a, b }, { below: c })]
      return withGradients(crossEntropy(logits, target, 'c'), logits)
    },
  },
  {
    name: 'crossEntropy with label smoothing',
    build: ({ a, b, c }) => {
      const [logits, target] = [p.input('logits', { a, b, c }), p.input('target', { a, b }, { below: c })]
      return withGradients(crossEntropy(logits, target, 'c', { smoothing: 0.1 }), logits)
    },
  },
  {
    name: 'crossEntropy with label smoothing, some without a target',
    build: ({ a, b, c }) => {
      const [logits, ids] = [p.input('logits', { a, b, c }), p.input('target', { a, b }, { below: c + 2 })]
      const target = p.where(p.lessEqual(ids, c - 1), ids, -1)
      return withGradients(crossEntropy(logits, target, 'c', { smoothing: 0.1 }), logits)
    },
  },
  {
    name: 'dropout',
    build: (sizes) => {
      const input = x(sizes)
      return withGradients(dropout(input, { rate: 0.3, name: 'd', step: p.input('step', {}) }), input)
    },
  },
  ...attentionCases,
  {
    name: 'an update that is also read',
    build: (sizes) => {
      const weight = p.parameter({ ...sizes }, 'zeros')
      const next = p.add(p.multiply(weight, 0.5), x(sizes))
      return {
        outputs: { y: p.sum(weight, 'c'), z: p.multiply(next, 2) },
        updates: new Map([[weight as Node, next as Node]]),
      }
    },
  },
  {
    name: 'an update whose old value is asked for',
    build: (sizes) => {
      const weight = p.parameter({ ...sizes }, 'zeros')
      return { outputs: { weight }, updates: new Map([[weight as Node, p.add(weight, x(sizes)) as Node]]) }
    },
  },
  {
    name: 'an exchange of two parameters',
    build: ({ c }) => {
      const [one, two] = [p.parameter({ c }, 'zeros'), p.parameter({ c }, 'zeros')]
      const y = p.add(one, p.input('bias', { c }))
      return {
        outputs: { y },
        updates: new Map<Node, Node>([
          [one, two],
          [two, y],
        ]),
      }
    },
  },
]
