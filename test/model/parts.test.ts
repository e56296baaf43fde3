// Models of one's own: every part in a small decoder or encoder, on the CPU engine as on the reference engine, and causal.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { reference } from '../../src/engine/reference.ts'
import { checkCausality, findLeaks } from '../../src/inspect/causality.ts'
import { AlibiPositions } from '../../src/model/alibi.ts'
import { Attention, type AttentionPositions } from '../../src/model/attention.ts'
import { PostNormBlock, PreNormBlock } from '../../src/model/block.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../src/model/embedding.ts'
import { Encoder } from '../../src/model/encoder.ts'
import { frequencies } from '../../src/model/frequencies.ts'
import { Linear } from '../../src/model/linear.ts'
import { after, type Extent, type Mask, maskWhere, prefixed, upTo } from '../../src/model/masks.ts'
import { type Activation, activations, GatedMLP, MLP } from '../../src/model/mlp.ts'
import { LayerNorm, RmsNorm } from '../../src/model/norm.ts'
import {
  ConcatenatedPositions,
  LearnedPositions,
  type Positions,
  SinusoidalPositions,
} from '../../src/model/positions.ts'
import { RotaryPositions } from '../../src/model/rotary.ts'
import { cells } from '../../src/tensor/axes.ts'
import type { Node } from '../../src/tensor/node.ts'
import { equal, index, input, lessEqual, maximum, subtract, where } from '../../src/tensor/primitives.ts'
import { fillWeights } from '../fillWeights.ts'

const vocab = 7
const context = 12
const model = 8

interface Choices {
  positions?: Positions
  inside?: AttentionPositions
  head?: number
  group?: number
  projections?: boolean
  norm?: 'layer' | 'rms' | 'none'
  order?: 'pre' | 'post'
  mlp?: 'plain' | 'gated' | 'none'
  activation?: Activation
  isTied?: boolean
  window?: number
  width?: number
  sight?: (extent: Extent) => Mask
}

function normOf({ norm = 'layer', width = model }: Choices) {
  if (norm === 'none') return undefined
  return norm === 'rms' ? new RmsNorm({ over: { model: width } }) : new LayerNorm({ over: { model: width } })
}

function attentionOf(choices: Choices) {
  const { head = 2, group, projections = true, inside, window, width = model } = choices
  if (!projections) return new Attention({ positions: inside, window })
  const key = 4
  const from = { model: width }
  const offering = {
    key: new Linear({ from, to: { head, key }, bias: false }),
    value: new Linear({ from, to: { head, value: key }, bias: true }),
    positions: inside,
    window,
  }
  if (group === undefined)
    return new Attention({
      query: new Linear({ from, to: { head, key }, bias: true }),
      output: new Linear({ from: { head, value: key }, to: { model: width }, bias: true }),
      ...offering,
    })
  return new Attention<'head' | 'group'>({
    query: new Linear({ from, to: { head, group, key }, bias: true }),
    output: new Linear({ from: { head, group, value: key }, to: { model: width }, bias: true }),
    ...offering,
  })
}

function mlpOf({ mlp = 'plain', activation = 'gelu', width = model }: Choices) {
  if (mlp === 'none') return undefined
  const up = () => new Linear({ from: { model: width }, to: { hidden: 12 }, bias: true })
  const down = new Linear({ from: { hidden: 12 }, to: { model: width }, bias: true })
  return mlp === 'gated'
    ? new GatedMLP({ gate: up(), up: up(), down, activation: activations[activation] })
    : new MLP({ up: up(), down, activation: activations[activation] })
}

function partsOf(choices: Choices) {
  const { positions, order = 'pre', isTied = true, width = model } = choices
  const Block = order === 'pre' ? PreNormBlock : PostNormBlock
  const embedding = new TokenEmbedding({ vocab, model })
  return {
    embedding,
    positions,
    blocks: [0, 1].map(
      () =>
        new Block({
          attentionNorm: normOf(choices),
          attention: attentionOf(choices),
          mlpNorm: normOf(choices),
          mlp: mlpOf(choices),
        }),
    ),
    norm: normOf(choices),
    unembedding:
      isTied && width === model
        ? new TiedUnembedding(embedding)
        : new Linear({ from: { model: width }, to: { vocab }, bias: true }),
  }
}

const decoderOf = (choices: Choices) =>
  new Decoder({ context, ...(choices.sight && { sight: choices.sight }), ...partsOf(choices) })

/** The value of a node on both engines, with the same weights; asserts that they agree. */
async function computed(node: Node, of: object, inputs: Record<string, ArrayLike<number>>): Promise<Float32Array> {
  const found: Float32Array[] = []
  for (const engine of [reference(), await cpu({ threads: 1 })]) {
    fillWeights(engine, of, { seed: 3 })
    const program = await engine.compile({ outputs: { node } })
    await program.run(inputs)
    found.push((await program.read('node')).data)
    engine.close()
  }
  const [right, ours] = found
  right.forEach((value, i) => {
    assert.ok(Math.abs(value - ours[i]) < 2e-4 * (1 + Math.abs(value)), `cell ${i}: ${ours[i]}, not ${value}`)
  })
  return right
}

const positions = 6
const ids = () => input('ids', { batch: 2, position: positions }, { below: vocab })
const text = Int32Array.from([3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 0, 2])

describe('a decoder of one’s own', () => {
  const rotary = new RotaryPositions(frequencies({ key: 4, context }))
  const everything: Record<string, Choices> = {
    'no positions at all': {},
    'learnt positions': { positions: new LearnedPositions({ context, model }) },
    'sinusoidal positions': { positions: new SinusoidalPositions({ model }) },
    'concatenated positions': {
      positions: new ConcatenatedPositions(new LearnedPositions({ context, model: 4 })),
      width: 12,
    },
    'concatenated sinusoids': {
      positions: new ConcatenatedPositions(new SinusoidalPositions({ model: 5 })),
      width: 13,
      mlp: 'none',
    },
    'learnt positions on queries and keys only': { inside: new LearnedPositions({ context, model }) },
    'rotary positions': { inside: rotary },
    'rotary positions, scaled': {
      inside: new RotaryPositions(frequencies({ key: 4, context, scaling: { kind: 'dynamic', factor: 2 } })),
    },
    'ALiBi, three heads': { inside: new AlibiPositions({ head: 3 }), head: 3 },
    'post-norm': { order: 'post' },
    'RMSNorm and a gate': { norm: 'rms', mlp: 'gated', activation: 'silu' },
    'no norms, ReLU': { norm: 'none', activation: 'relu' },
    'exact GELU, untied': { activation: 'geluExact', isTied: false },
    'attention only': { mlp: 'none' },
    'one head': { head: 1 },
    'heads that share one head of keys and values': { head: 1, group: 3 },
    'heads that share two, turned': { head: 2, group: 2, inside: rotary },
    'no projections': { projections: false },
    'no projections, turned': {
      projections: false,
      inside: new RotaryPositions(frequencies({ key: model, context })),
    },
    'a sliding window': { window: 2 },
  }
  for (const [name, choices] of Object.entries(everything)) {
    test(`${name}: runs on both engines, and no position sees ahead`, async () => {
      const decoder = decoderOf(choices)
      const logits = decoder.logits({ ids: ids() })
      assert.deepEqual(
        (logits as Node).axes.map(({ name, size }) => [name, size]),
        [
          ['batch', 2],
          ['position', positions],
          ['vocab', vocab],
        ],
      )
      await computed(logits, decoder, { ids: text })
      checkCausality((given) => decoderOf(choices).logits({ ids: given }), { vocab })
    })
  }

  test('with the places of a text further on, rotary logits stay the same and learnt ones do not', async () => {
    for (const { choices, isSame } of [
      { choices: { inside: rotary }, isSame: true },
      { choices: { positions: new LearnedPositions({ context, model }) }, isSame: false },
    ]) {
      const decoder = decoderOf(choices)
      const places = input('places', { position: positions })
      const logits = decoder.logits({ ids: ids() }, { places })
      const at = (from: number) => Int32Array.from({ length: positions }, (_, i) => from + i)
      const here = await computed(logits, decoder, { ids: text, places: at(0) })
      const there = await computed(logits, decoder, { ids: text, places: at(5) })
      const furthest = Math.max(...here.map((value, i) => Math.abs(value - there[i])))
      assert.equal(furthest < 1e-5, isSame, `${furthest}`)
    }
  })
})

describe('masks', () => {
  const seen = (mask: Mask, inputs: Record<string, ArrayLike<number>> = {}): number[] => {
    const made = reference().run64({ outputs: { mask } }, inputs).get(mask) ?? new Float64Array()
    return [...made]
  }
  const rows = (cellsOf: number[], width: number): string[] =>
    Array.from({ length: cellsOf.length / width }, (_, i) => cellsOf.slice(i * width, (i + 1) * width).join(''))

  test('are conditions on position and source', () => {
    const extent = { position: 4 }
    // Masks lie as their axes are first met: (source, position) or (position, source); compare by axes.
    const byPosition = (mask: Mask): string[] => {
      const { axes } = mask as Node
      const flat = seen(mask)
      const [p, s] = ['position', 'source'].map((name) => axes.findIndex((axis) => axis.name === name))
      const stride = (at: number): number => cells(axes.slice(at + 1))
      return rows(
        Array.from({ length: 16 }, (_, i) => flat[Math.floor(i / 4) * stride(p) + (i % 4) * stride(s)]),
        4,
      )
    }
    assert.deepEqual(byPosition(prefixed(extent, 2)), ['1100', '1100', '1110', '1111'])
    const even = maskWhere(extent, (position, source) => equal(subtract(position, source), 1))
    assert.deepEqual(byPosition(even), ['0000', '1000', '0100', '0010'])
  })

  test('of lengths keep what is no padding', () => {
    const lengths = input('lengths', { batch: 2 })
    const width = 3
    for (const [mask, expected] of [
      [upTo(width, lengths), ['100', '111']],
      [after(width, lengths), ['011', '000']],
    ] as const) {
      const made = seen(mask, { lengths: [1, 3] })
      const { axes } = mask as Node
      const isBatchFirst = axes[0].name === 'batch'
      const inRows = isBatchFirst
        ? rows(made, width)
        : [0, 1].map((b) => [0, 1, 2].map((s) => made[s * 2 + b]).join(''))
      assert.deepEqual(inRows, expected)
    }
  })

  test('of one’s own decide what a decoder sees', () => {
    // Every position sees itself and the first two: the first sees one ahead.
    const sight = (extent: Extent): Mask =>
      maskWhere(extent, (position, source) => maximum(equal(source, position), lessEqual(source, 1)))
    assert.deepEqual(
      findLeaks((given) => decoderOf({ sight, norm: 'none', mlp: 'none' }).logits({ ids: given }), { vocab }),
      [{ position: 0, token: 1 }],
    )
  })
})

describe('an encoder of one’s own', () => {
  const encoder = new Encoder({ context, ...partsOf({ positions: new SinusoidalPositions({ model }) }) })

  test('reads both ways', async () => {
    const states = encoder.states({ ids: ids() })
    const before = await computed(states, encoder, { ids: text })
    const after = await computed(states, encoder, { ids: text.with(positions - 1, 0) })
    assert.notDeepEqual(before.slice(0, model), after.slice(0, model))
  })

  test('does not see padding, whatever stands there', async () => {
    const lengths = input('lengths', { batch: 2 })
    const states = encoder.states({ ids: ids() }, { keep: upTo(positions, lengths) })
    const kept = where(lessEqual(index('position', positions), 3), states, 0)
    const given = { ids: text, lengths: [4, 6] }
    const before = await computed(kept, encoder, given)
    const after = await computed(kept, encoder, { ...given, ids: text.with(4, 0).with(5, 6) })
    assert.deepEqual(before, after)
  })
})
