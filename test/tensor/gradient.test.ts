// The gradient of every operation against finite differences: (f(x + h) − f(x − h)) / 2h, in double precision.
//
// The list of operations is the source's own. An operation without a case fails here.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import * as attentions from '../../src/tensor/attention.ts'
import * as definitions from '../../src/tensor/definitions.ts'
import { elementwise } from '../../src/tensor/elementwise.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { graphOf } from '../../src/tensor/graph.ts'
import type { Node, Operation, Tensor } from '../../src/tensor/node.ts'
import { openedDefinition } from '../../src/tensor/opening.ts'
import * as primitives from '../../src/tensor/primitives.ts'
import { assertClose, numbers } from './numbers.ts'

const p = primitives
const d = definitions

interface Case {
  /** The exported function that is tested. */
  readonly of: keyof typeof primitives | keyof typeof definitions | keyof typeof attentions
  readonly what?: string
  /** Builds the value, and names the nodes that it is differentiated by. */
  readonly build: () => { readonly value: Node; readonly by: readonly Node[] }
  /** What `gradient` says where there is none. */
  readonly refusal?: RegExp
}

const engine = reference()

/** A value to differentiate by. Its numbers lie in [from, to), away from the places where functions have corners. */
function given<A extends string>(sizes: Record<A, number>, from = -1, to = 1): Tensor<A> {
  const node = p.parameter(sizes)
  engine.set(node, numbers(node.axes, { from, to, key: node.id }))
  return node
}

function ids<A extends string>(sizes: Record<A, number>, values: readonly number[]): Tensor<A> {
  const node = p.parameter(sizes)
  engine.set(node, values)
  return node
}

/** What every input of a case's graph is given. */
const inputs = { factor: [2, -1, 0.5] }

const none = /the loss does not depend on/

/** A case with one input. */
const one = (of: Case['of'], f: (x: Tensor<'row' | 'column'>) => Node, range: [number, number] = [-1, 1]): Case => ({
  of,
  build: () => {
    const x = given({ row: 2, column: 3 }, ...range)
    return { value: f(x), by: [x] }
  },
})

type Two = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum'

/** Two inputs: of the same axes in another order, and each with an axis that the other lacks. */
function two(of: Two, range: [number, number] = [-1, 1]): Case[] {
  return [
    {
      of,
      what: 'the same axes in another order',
      build: () => {
        const [a, b] = [given({ row: 2, column: 3 }, ...range), given({ column: 3, row: 2 }, ...range)]
        return { value: p[of](a, b), by: [a, b] }
      },
    },
    {
      of,
      what: 'axes of its own on each side',
      build: () => {
        const [a, b] = [given({ row: 2, column: 3 }, ...range), given({ column: 3, layer: 2 }, ...range)]
        return { value: p[of](a, b), by: [a, b] }
      },
    },
    {
      of,
      what: 'a single number',
      build: () => {
        const [a, b] = [given({}, ...range), given({ column: 3 }, ...range)]
        return { value: p[of](p[of](a, b), 0.75), by: [a, b] }
      },
    },
  ]
}

const flat = (of: Case['of'], f: (x: Tensor<'row' | 'column'>) => Node): Case => ({ ...one(of, f), refusal: none })

const query = () => given({ batch: 2, position: 3, head: 2, key: 3 })
const key = () => given({ batch: 2, source: 4, head: 2, key: 3 })
const value = () => given({ batch: 2, source: 4, head: 2, value: 2 })
// The first position sees nothing at all.
const mask = () => p.less(p.index('source', 4), p.index('position', 3))

const bias = () => given({ head: 2, position: 3, source: 4 })
const drop = <A extends string>(pattern: Tensor<A>): Tensor<A> =>
  d.dropout(pattern, { rate: 0.4, name: 'pattern', step: p.constant(2) })

const cases: readonly Case[] = [
  one('parameter', (x) => x),
  one('input', (x) => p.multiply(x, p.input('factor', { column: 3 }))),
  one('constant', (x) => p.multiply(p.constant(3), x)),
  one('index', (x) => p.multiply(p.index('column', 3), x)),
  one('random', (x) => p.multiply(p.random('name', p.constant(5), x), x)),
  ...two('add'),
  ...two('subtract'),
  ...two('multiply'),
  ...two('divide', [0.5, 2]),
  ...two('maximum'),
  ...two('minimum'),
  flat('lessEqual', (x) => p.lessEqual(x, 0.1)),
  flat('less', (x) => p.less(x, 0.1)),
  flat('equal', (x) => p.equal(x, 0.1)),
  flat('floor', (x) => p.floor(x)),
  one('negate', p.negate),
  one('exp', p.exp),
  one('log', p.log, [0.5, 2]),
  one('sqrt', p.sqrt, [0.5, 2]),
  one('reciprocal', p.reciprocal, [0.5, 2]),
  one('tanh', p.tanh),
  one('erf', p.erf, [-3, 3]),
  one('sin', p.sin),
  one('cos', p.cos),
  one('abs', p.abs),
  {
    of: 'where',
    build: () => {
      const [a, b] = [given({ row: 2, column: 3 }), given({ column: 3 })]
      return { value: p.where(ids({ column: 3 }, [1, 0, 1]), a, b), by: [a, b] }
    },
  },
  one('sum', (x) => p.sum(x, 'row')),
  { ...one('sum', (x) => p.sum(x, 'column', 'row')), what: 'all axes' },
  { ...one('sum', (x) => p.sum(p.expand(p.sum(x, 'row'), x.axes) as typeof x, 'row')), what: 'what was repeated' },
  one('max', (x) => p.max(x, 'column')),
  { ...one('max', (x) => p.max(x, 'row', 'column')), what: 'all axes' },
  one('mean', (x) => p.mean(x, 'column')),
  {
    of: 'dot',
    what: 'a matrix product',
    build: () => {
      const [a, b] = [given({ row: 2, over: 3 }), given({ over: 3, column: 4 })]
      return { value: p.dot(a, b, 'over'), by: [a, b] }
    },
  },
  {
    of: 'dot',
    what: 'over two axes, along a third',
    build: () => {
      const [a, b] = [given({ along: 2, row: 2, over: 3, too: 2 }), given({ too: 2, column: 2, along: 2, over: 3 })]
      return { value: p.dot(a, b, 'over', 'too'), by: [a, b] }
    },
  },
  {
    of: 'dot',
    what: 'of a value with itself',
    build: () => {
      const a = given({ row: 2, over: 3 })
      return { value: p.dot(a, p.rename(a, 'row', 'column'), 'over'), by: [a] }
    },
  },
  {
    of: 'contract',
    what: 'over nothing, in another order',
    build: () => {
      const [a, b] = [given({ row: 2 }), given({ column: 3 })]
      return { value: p.contract(a, b, [], [...b.axes, ...a.axes]), by: [a, b] }
    },
  },
  one('rename', (x) => p.rename(x, 'row', 'position')),
  one('expand', (x) => p.expand(x, [x.axes[1], { name: 'layer', size: 2 }, x.axes[0]])),
  one('size', (x) => p.multiply(x, p.size(x, 'row'))),
  {
    of: 'gather',
    build: () => {
      const table = given({ vocab: 4, model: 3 })
      return { value: p.gather(table, ids({ batch: 2, position: 2 }, [3, 1, 3, 0]), 'vocab'), by: [table] }
    },
  },
  {
    of: 'gather',
    what: 'from tables that run along',
    build: () => {
      const table = given({ batch: 2, position: 3, model: 2 })
      return { value: p.gather(table, ids({ batch: 2, position: 1 }, [2, 1]), 'position'), by: [table] }
    },
  },
  {
    of: 'scatter',
    build: () => {
      const values = given({ position: 4, model: 3 })
      const vocab = { name: 'vocab', size: 5 }
      const which = ids({ position: 4 }, [3, 1, 3, 0])
      return { value: p.scatter(values, which, vocab, [vocab, values.axes[1]]), by: [values] }
    },
  },
  {
    of: 'scatter',
    what: 'onto a table',
    build: () => {
      const [values, onto] = [given({ position: 4, model: 3 }), given({ vocab: 5, model: 3 })]
      const which = ids({ position: 4 }, [3, 1, 3, 0])
      return { value: p.scatter(values, which, onto.axes[0], onto.axes, onto), by: [values, onto] }
    },
  },
  {
    of: 'place',
    build: () => {
      const [target, values] = [given({ source: 4, key: 2 }), given({ source: 2, key: 2 })]
      return { value: p.place(target, values, 'source', p.constant(1)), by: [values] }
    },
    refusal: /^Error: gradient: there is no rule for "place"\.$/,
  },
  { ...one('stopGradient', p.stopGradient), refusal: none },
  one('softmax', (x) => d.softmax(x, 'column')),
  { ...one('softmax', (x) => d.softmax(p.multiply(x, 1000), 'row')), what: 'that is as good as certain' },
  one('logSoftmax', (x) => d.logSoftmax(x, 'column')),
  one('logSumExp', (x) => d.logSumExp(x, 'column')),
  one('normalize', (x) => d.normalize(x, 'column')),
  one('normalizeRms', (x) => d.normalizeRms(x, 'column')),
  one('relu', d.relu),
  one('gelu', d.gelu, [-3, 3]),
  one('geluExact', d.geluExact, [-3, 3]),
  one('sigmoid', d.sigmoid),
  one('silu', d.silu, [-3, 3]),
  {
    of: 'crossEntropy',
    build: () => {
      const logits = given({ batch: 2, position: 2, vocab: 3 })
      return { value: d.crossEntropy(logits, ids({ batch: 2, position: 2 }, [0, 2, -1, 1]), 'vocab'), by: [logits] }
    },
  },
  {
    of: 'crossEntropy',
    what: 'with label smoothing',
    build: () => {
      const logits = given({ batch: 2, position: 2, vocab: 3 })
      const target = ids({ batch: 2, position: 2 }, [0, 2, -1, 1])
      return { value: d.crossEntropy(logits, target, 'vocab', { smoothing: 0.3 }), by: [logits] }
    },
  },
  one('quickGelu', d.quickGelu, [-3, 3]),
  one('reluSquared', d.reluSquared),
  one('softplus', d.softplus, [-3, 3]),
  one('mish', d.mish, [-3, 3]),
  one('table', (x) => p.multiply(p.table({ column: 3 }, [1, -2, 3]), x)),
  one('window', (x) => p.window(x, 'column', { from: -1, size: 7 })),
  { ...one('window', (x) => p.window(x, 'row', { from: 1, size: 3 })), what: 'along the first axis' },
  { ...one('window', (x) => p.window(x, 'column', { from: 1, size: 1 })), what: 'inside' },
  one('slice', (x) => d.slice(x, 'column', { from: 1 })),
  one('pad', (x) => d.pad(x, 'row', { before: 2, after: 1 })),
  {
    of: 'concatenate',
    build: () => {
      const by = [given({ row: 2, column: 3 }), given({ row: 2, column: 2 })] as const
      return { value: d.concatenate(...by, 'column'), by }
    },
  },
  one('dropout', (x) => d.dropout(x, { rate: 0.5, name: 'here', step: p.constant(3) })),
  {
    of: 'attention',
    build: () => {
      const by = [query(), key(), value()] as const
      return { value: attentions.attention(...by, { keep: mask() }).mixed, by }
    },
  },
  {
    of: 'attention',
    what: 'opened',
    build: () => {
      const by = [query(), key(), value()] as const
      const { mixed } = attentions.attention(...by, { keep: mask() })
      return { value: openedDefinition(mixed.inputs[0]).results[0], by }
    },
  },
  {
    of: 'attention',
    what: 'with a bias, a scale of its own, and dropout in the pattern',
    build: () => {
      const by = [query(), key(), value(), bias()] as const
      const [one, two, three, shift] = by
      return { value: attentions.attention(one, two, three, { keep: mask(), bias: shift, scale: 0.9, drop }).mixed, by }
    },
  },
  {
    of: 'attention',
    what: 'keys and values shared by groups of queries, with a scale of its own',
    build: () => {
      const by = [given({ position: 3, head: 2, group: 2, key: 3 }), given({ source: 4, head: 2, key: 3 })] as const
      const shared = given({ source: 4, value: 2 })
      return { value: attentions.attention(...by, shared, { scale: 0.7 }).mixed, by: [...by, shared] }
    },
  },
  {
    of: 'attention',
    what: 'without a mask',
    build: () => {
      const by = [query(), key(), value()] as const
      return { value: attentions.attention(...by).mixed, by }
    },
  },
]

/** Sums the value up, each cell with a weight of its own, so that no mistake can hide in a symmetry. */
function weighted(value: Node): Tensor<never> {
  const weights = given(Object.fromEntries(value.axes.map(({ name, size }) => [name, size])), 0.5, 1.5)
  return p.sum(p.multiply(value as Tensor, weights), ...value.axes.map(({ name }) => name)) as Tensor<never>
}

function values64(outputs: Record<string, Node>): Map<Node, Float64Array> {
  const hasInput = graphOf(Object.values(outputs)).some(({ operation }) => operation.kind === 'input')
  return engine.run64({ outputs }, hasInput ? inputs : {})
}

function differences(loss: Tensor<never>, by: Node): number[] {
  const run = () => values64({ loss }).get(loss)?.[0] ?? Number.NaN
  const values = Float64Array.from(values64({ by }).get(by) ?? [])
  const h = 1e-5
  return Array.from(values, (value, i) => {
    const [after, before] = [value + h, value - h].map((moved) => {
      engine.set(by, values.with(i, moved))
      return run()
    })
    engine.set(by, values)
    return (after - before) / (2 * h)
  })
}

describe('gradients are finite differences', () => {
  for (const { of, what, build, refusal } of cases)
    test(what === undefined ? of : `${of}: ${what}`, () => {
      const { value, by } = build()
      const loss = weighted(value)
      if (refusal) {
        assert.throws(() => gradient(loss, by), refusal)
        return
      }
      const gradients = gradient(loss, by)
      const made = values64(Object.fromEntries(gradients.map((node, i) => [i, node])))
      for (const [i, node] of by.entries()) {
        assert.deepEqual(
          gradients[i].axes.map(({ name }) => name),
          node.axes.map(({ name }) => name),
        )
        assertClose(made.get(gradients[i]) ?? [], differences(loss, node), 1e-8, `gradient of input ${i}`)
      }
    })
})

describe('the list of cases', () => {
  test('has every primitive and every definition', () => {
    const exported = Object.keys({ ...primitives, ...definitions, ...attentions })
    assert.deepEqual(
      exported.filter((name) => !cases.some(({ of }) => of === name)),
      [],
    )
  })

  test('reaches every operation and every function of single numbers', () => {
    const graph = cases.flatMap(({ build }) => graphOf([build().value]))
    const kinds: Record<Operation['kind'], boolean> = {
      input: false,
      parameter: false,
      constant: false,
      table: false,
      index: false,
      random: false,
      apply: false,
      expand: false,
      reduce: false,
      dot: false,
      rename: false,
      gather: false,
      scatter: false,
      place: false,
      stop: false,
      window: false,
      defined: false,
      part: false,
    }
    const functions = new Set<string>()
    for (const { operation } of graph) {
      kinds[operation.kind] = true
      if (operation.kind === 'apply') functions.add(operation.function)
    }
    assert.deepEqual(
      Object.entries(kinds).filter(([, isReached]) => !isReached),
      [],
    )
    assert.deepEqual(
      Object.keys(elementwise).filter((name) => !functions.has(name)),
      [],
    )
  })
})
