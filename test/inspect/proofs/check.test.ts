// Checks: sound models of every kind pass all that apply to them; each fault that is planted is told by its name.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ExpectedValues } from '../../../src/checkpoint/expectedValues.ts'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { checkModel } from '../../../src/inspect/proofs/check.ts'
import { sharesSummed } from '../../../src/inspect/proofs/normalised.ts'
import { read } from '../../../src/inspect/read.ts'
import { Attention } from '../../../src/model/attention.ts'
import { type Part, PreNormBlock, type SelfAttention } from '../../../src/model/block.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../../src/model/embedding.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { Linear } from '../../../src/model/linear.ts'
import { type Extent, type Mask, maskWhere } from '../../../src/model/masks.ts'
import { passOf } from '../../../src/model/pass.ts'
import type { Positions } from '../../../src/model/positions.ts'
import type { Stream } from '../../../src/model/stream.ts'
import { softmax } from '../../../src/tensor/definitions.ts'
import { see } from '../../../src/tensor/pass.ts'
import {
  add,
  dot,
  gather,
  index,
  less,
  lessEqual,
  mean,
  multiply,
  parameter,
  rename,
  size,
  where,
} from '../../../src/tensor/primitives.ts'
import { fill, models } from '../../edit/models.ts'

const ids = [3, 1, 4, 1, 5, 2]

/** The slip of study notes: each source divides its attention among the positions. */
class OverPositions implements SelfAttention {
  apply(x: Stream): Stream {
    const source = rename(x, 'position', 'source')
    const keep = maskWhere({ position: size(x, 'position') }, (position, source) => lessEqual(source, position))
    const pattern = softmax(where(keep, dot(x, source, 'model'), -Infinity), 'position')
    return see(this, { pattern, output: dot(pattern, source, 'source') }).output
  }
}

/** Positions that forget what a cache holds: they count from the first that is computed now. */
class FromZero implements Positions {
  readonly place = parameter({ position: 12, model })

  onto(x: Stream): Stream {
    return add(x, gather(this.place, index('position', size(x, 'position')), 'position')) as Stream
  }
}

/** An MLP that mixes what stands beside a text into it. */
class OverBatch implements Part {
  apply(x: Stream): Stream {
    return multiply(add(x, mean(x, 'batch')) as Stream, 0.5)
  }
}

const model = 8

/** A decoder that is put together of sound parts, but for those that are given. */
function decoderOf({ sight, scale, ...own }: Faulty): Decoder {
  const [head, key] = [2, 4]
  const embedding = new TokenEmbedding({ vocab: 11, model })
  const heads = () => new Linear({ from: { model }, to: { head, key }, bias: true })
  const attention =
    own.attention ??
    new Attention({
      query: heads(),
      key: heads(),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: true }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
      scale,
    })
  return new Decoder({
    context: 12,
    embedding,
    positions: own.positions,
    blocks: [new PreNormBlock({ attention, ...(own.mlp && { mlp: own.mlp }) })],
    unembedding: new TiedUnembedding(embedding),
    ...(sight && { sight }),
  })
}

interface Faulty {
  readonly sight?: (extent: Extent) => Mask
  readonly scale?: number
  readonly attention?: SelfAttention
  readonly positions?: Positions
  readonly mlp?: Part
}

/** The checks of a faulty decoder that fail, and what they say. */
async function faults(faulty: Faulty): Promise<Map<string, string | undefined>> {
  const decoder = decoderOf(faulty)
  const engine = reference()
  fill(engine, decoder)
  const { checks } = await checkModel({ model: decoder, engine, inputs: { ids } })
  return new Map(checks.filter(({ verdict }) => verdict === 'fail').map(({ name, reason }) => [name, reason]))
}

/** The checks of one of the small models. */
async function checked(name: string, engine: Engine, text: readonly number[] = ids.slice(0, 5)) {
  fill(engine, models[name])
  const inputs = { ids: text, ...(name === 'translator' && { source: [9, 2, 6] }) }
  const found = await checkModel({ model: models[name], engine, inputs })
  return { ...found, by: new Map(found.checks.map((check) => [check.name, check])) }
}

describe('checks of sound models', () => {
  for (const name of [
    'gpt2',
    'llama',
    'llama, a window',
    'attention only',
    'masked bert',
    'classifying bert',
    'translator',
  ])
    test(`pass: ${name}`, async () => {
      const { checks } = await checked(name, reference())
      assert.equal(checks.length, name === 'translator' || name.endsWith('bert') ? 19 : 18)
      for (const check of checks) assert.notEqual(check.verdict, 'fail', JSON.stringify(check))
    })

  test('say what does not apply, and why', async () => {
    const { checks } = await checked('masked bert', reference())
    assert.deepEqual(
      checks.flatMap(({ name, verdict, reason }) => (verdict === 'not applicable' ? [[name, reason]] : [])),
      [
        ['mask', 'positions may look both ways'],
        ['own position', 'positions may look both ways'],
        ['causality', 'the model looks both ways: a position sees what comes after it too'],
        ['gradient', 'every output can see every token'],
        ['padding on the left', 'texts that are read both ways are padded behind'],
        ['cached writing', 'the model does not write on'],
        ['reference engine', 'this is the reference engine'],
        ['fixture', 'no fixture: not compared'],
        ['leaks', 'this engine does not say what it holds'],
      ],
    )
  })

  test('on the processor: kernels, the reference engine at each layer, and nothing left behind', async () => {
    const engine = await cpu({ threads: 1 })
    const { by, layers } = await checked('llama', engine)
    assert.equal(by.get('leaks')?.verdict, 'pass')
    assert.equal(by.get('reference engine')?.verdict, 'pass')
    const against = layers.filter((each) => each.against === 'reference engine')
    assert.deepEqual(
      against.map(({ layer }) => layer),
      ['embedded', 'blocks.0', 'blocks.1', 'norm.output', 'logits'],
    )
    for (const { relative, largest, address, layer } of against) {
      assert.ok(relative <= 1e-5 && largest <= 1e-5, `${address}: ${relative}`)
      assert.ok(address.startsWith(layer))
    }
    assert.ok(against.some(({ largest }) => largest > 0))
    engine.close()
  })

  test('of a window: outputs change with the tokens that it lets through, and with no other', async () => {
    const { sensitivity, by } = await checked('llama, a window', reference(), [...ids, 7])
    const [{ rows, tokens, changes }] = sensitivity
    const seen = Array.from({ length: rows }, (_, row) =>
      tokens.map((_, i) => Number(changes[row * tokens.length + i] > 0)),
    )
    // Two layers of a window of three places see five places back.
    assert.deepEqual(
      seen,
      seen.map((_, row) => seen.map((_, token) => Number(token <= row && token > row - 5))),
    )
    assert.equal(by.get('reach')?.reason, 'a way leads to 25 of 49 pairs, and 25 of them do change')
  })

  test('hold a model to what its folder says, and tell the layer at which it is something else', async () => {
    const engine = reference()
    fill(engine, models['gpt2'])
    const inputs = { ids }
    const seen = await read({ model: models['gpt2'], engine, inputs, addresses: ['blocks.0.output', 'logits'] })
    const [stream, logits] = [seen.get('blocks.0.output'), seen.get('logits')]
    assert.ok(stream && logits)
    // In another order of the axes, as others may write them.
    const { axes, data } = stream
    const [rows, columns] = axes.map(({ size }) => size)
    const turned = Array.from(
      { length: data.length },
      (_, cell) => data[(cell % rows) * columns + Math.floor(cell / rows)],
    )
    const expected = {
      made: 'this test',
      inputs: { ids },
      values: {
        'blocks.0.output': { axes: axes.toReversed(), data: turned },
        logits: { axes: logits.axes, data: Array.from(logits.data) },
      },
    }
    const fixture = async (given: ExpectedValues) => {
      const { checks } = await checkModel({ model: models['gpt2'], engine, inputs, expected: given })
      return checks.find(({ name }) => name === 'fixture')
    }
    assert.deepEqual([(await fixture(expected))?.verdict, (await fixture(expected))?.largest], ['pass', 0])
    const off = expected.values.logits.data.with(3, expected.values.logits.data[3] + 1)
    const failed = await fixture({
      ...expected,
      values: { ...expected.values, logits: { axes: logits.axes, data: off } },
    })
    assert.deepEqual([failed?.verdict, failed?.address], ['fail', 'logits'])
    const short = { ...expected.values, logits: { axes: [{ name: 'position', size: 6 }], data: off } }
    await assert.rejects(fixture({ ...expected, values: short }), {
      message:
        'check: expected.json has logits as (position 6) with 66 numbers, but the model gives (position 6, vocab 11). Write it anew for this model.',
    })
  })

  test('refuse a text whose values would be too many', async () => {
    const model = new GPT2({ vocab: 11, context: 20_000, layer: 1, head: 1, model: 4 })
    await assert.rejects(checkModel({ model, engine: reference(), inputs: { ids: Array(20_000).fill(1) } }), {
      message:
        'check: all values of this text together have 3207 MB, and each is looked at; at most 1074 MB are. Give a shorter text.',
    })
  })

  test('refuse a text that is too short', async () => {
    const engine = reference()
    await assert.rejects(checkModel({ model: models['gpt2'], engine, inputs: { ids: [1, 2] } }), {
      message: 'check: the text has 2 tokens. Give at least three: each is changed in turn.',
    })
  })
})

describe('checks name', () => {
  test('nothing in a decoder that is put together soundly; without places only the mask tells the order', async () => {
    assert.deepEqual([...(await faults({}))], [])
  })

  test('a transposed mask', async () => {
    const found = await faults({
      sight: (extent) => maskWhere(extent, (position, source) => lessEqual(position, source)),
    })
    assert.equal(found.get('mask'), 'the mask is transposed: positions see what comes after them, and nothing before')
    assert.match(found.get('causality') ?? '', /^what is made for position 0 changes when the token at position 1 does/)
    assert.match(found.get('gradient') ?? '', /has a gradient at the token of position 1, which it cannot see/)
  })

  test('no causal mask', async () => {
    const found = await faults({
      sight: (extent) => maskWhere(extent, (position, source) => lessEqual(source, add(position, 9))),
    })
    assert.equal(found.get('mask'), 'there is no causal mask: positions see everything that comes after them')
  })

  test('a mask that is off by one position, both ways', async () => {
    const ahead = (extent: Extent): Mask => maskWhere(extent, (position, source) => lessEqual(source, add(position, 1)))
    const found = await faults({ sight: ahead })
    assert.equal(found.get('own position'), 'positions see the next one too: the mask is off by one position')
    assert.ok(found.has('causality') && !found.has('mask'))
    const behind = (extent: Extent): Mask => maskWhere(extent, (position, source) => less(source, position))
    assert.deepEqual(
      [...(await faults({ sight: behind }))],
      [['own position', 'no position sees itself: the mask is off by one position']],
    )
  })

  test('a softmax over the wrong axis: by the graph, by its rows, and by what it gives', async () => {
    const found = await faults({ attention: new OverPositions() })
    assert.equal(
      found.get('normalised axis'),
      'softmax runs over "position", but what it gives is summed with the values over "source"',
    )
    assert.equal(found.get('rows of patterns'), 'softmax runs over "position", but values are summed over "source"')
    assert.ok(found.has('causality') && found.has('reach'))
  })

  test('scores without 1/√d_k, shared heads and turned keys too', async () => {
    assert.deepEqual(
      [...(await faults({ scale: 1 }))],
      [['scale', 'scores are query · key, without the factor 1/√d_k (d_k = 4)']],
    )
    const { by } = await checked('llama', reference())
    assert.ok((by.get('scale')?.largest ?? 1) < 1e-5)
    assert.equal(by.get('scale')?.verdict, 'pass')
  })

  test('positions that a cache shifts', async () => {
    const found = await faults({ positions: new FromZero() })
    assert.match(
      found.get('cached writing') ?? '',
      /^positions are shifted with a cache: the place of position \d is taken to be 0 \(where the cache begins is not added\)$/,
    )
    // They are no places of tokens behind padding either.
    assert.deepEqual([...found.keys()], ['padding on the left', 'cached writing'])
  })

  test('a text that depends on those beside it', async () => {
    const found = await faults({ mlp: new OverBatch() })
    assert.equal(found.get('batch'), 'what the model says of a text depends on those beside it')
    // The gradients of all outputs are taken in one batch.
    assert.deepEqual([...found.keys()], ['gradient', 'batch'])
  })
})

test('shares that are summed are found without running anything', () => {
  const decoder = decoderOf({})
  const pass = passOf(decoder, { position: 4 })
  assert.deepEqual(sharesSummed(pass), [
    { address: 'blocks.0.attention.pattern', normalised: 'source', summed: ['source'] },
  ])
})
