// Faults that are planted, each told by its name: in masks, in patterns, in positions, in what stands beside a text, in an engine.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Engine, Graph, Program, Values } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { checkModel } from '../../../src/inspect/proofs/check.ts'
import { sharesSummed } from '../../../src/inspect/proofs/normalised.ts'
import { Attention, type AttentionContext } from '../../../src/model/attention.ts'
import { type Part, PreNormBlock, type SelfAttention } from '../../../src/model/block.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../../src/model/embedding.ts'
import { Encoder } from '../../../src/model/encoder.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { Linear } from '../../../src/model/linear.ts'
import { Llama } from '../../../src/model/llama.ts'
import { causal, type Extent, type Mask, maskWhere } from '../../../src/model/masks.ts'
import { passOf } from '../../../src/model/pass.ts'
import { LearnedPositions, type Positions } from '../../../src/model/positions.ts'
import type { Places, Stream } from '../../../src/model/stream.ts'
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
  table,
  where,
} from '../../../src/tensor/primitives.ts'
import { fill, models, translator } from '../../edit/models.ts'

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

function soundAttention({ scale }: { scale?: number | undefined }): Attention {
  const [head, key] = [2, 4]
  const heads = () => new Linear({ from: { model }, to: { head, key }, bias: true })
  return new Attention({
    query: heads(),
    key: heads(),
    value: new Linear({ from: { model }, to: { head, value: key }, bias: true }),
    output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
    scale,
  })
}

/** A decoder that is put together of sound parts, but for those that are given. */
function decoderOf({ sight, scale, ...own }: Faulty): Decoder {
  const embedding = new TokenEmbedding({ vocab: 11, model })
  const attention = own.attention ?? soundAttention({ scale })
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

/** The checks of a model that fail, and what they say. */
async function faultsOf(faulty: AnyModel): Promise<Map<string, string | undefined>> {
  const engine = reference()
  fill(engine, faulty)
  const { checks } = await checkModel({ model: faulty, engine, inputs: { ids } })
  return new Map(checks.filter(({ verdict }) => verdict === 'fail').map(({ name, reason }) => [name, reason]))
}

const faults = (faulty: Faulty): Promise<Map<string, string | undefined>> => faultsOf(decoderOf(faulty))

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
    const llama = new Llama({ vocab: 11, context: 12, layer: 1, head: 4, shared: 2, model: 16, hidden: 5 })
    const engine = reference()
    fill(engine, llama)
    // As if the factor were not there.
    const edits = [{ at: 'blocks.0.attention.scores', to: { scale: 2 } }]
    const { checks } = await checkModel({ model: llama, engine, edits, inputs: { ids } })
    assert.equal(
      checks.find(({ name }) => name === 'scale')?.reason,
      'scores are query · key, without the factor 1/√d_k (d_k = 4)',
    )
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

/** Attention that looks where it should not, or not where it should. */
class Looking implements SelfAttention {
  readonly attention: SelfAttention
  readonly #keep: (extent: Extent) => Mask | undefined

  constructor(attention: SelfAttention, keep: (extent: Extent) => Mask | undefined) {
    this.attention = attention
    this.#keep = keep
  }

  apply(x: Stream, context: AttentionContext = {}): Stream {
    return this.attention.apply(x, { ...context, keep: this.#keep({ position: size(x, 'position') }) })
  }
}

/** An order of positions that no place tells: it is written into the model. */
class WrittenIn implements Positions {
  onto(x: Stream): Stream {
    const places = table(
      { position: size(x, 'position') },
      Array.from({ length: size(x, 'position') }, (_, i) => i / 3),
    )
    return add(x, multiply(places, index('model', model)))
  }
}

describe('checks of an encoder name', () => {
  async function encoderFaults({
    keep,
    positions,
  }: {
    keep?: (extent: Extent) => Mask | undefined
    positions?: Positions
  }) {
    const attention = soundAttention({})
    const encoder = new Encoder({
      context: 12,
      embedding: new TokenEmbedding({ vocab: 11, model }),
      positions,
      blocks: [new PreNormBlock({ attention: keep ? new Looking(attention, keep) : attention })],
    })
    return faultsOf(encoder)
  }

  test('padding that is seen', async () => {
    const found = await encoderFaults({ keep: () => undefined })
    assert.deepEqual([...found], [['padding on the right', 'what stands behind the text is seen']])
  })

  test('outputs that do not see both sides', async () => {
    const found = await encoderFaults({ keep: causal })
    assert.equal(found.get('both sides'), 'the output at position 0 does not change with the token at position 1')
  })

  test('an order that places do not tell, and places that tell nothing', async () => {
    assert.deepEqual(
      [...(await encoderFaults({ positions: new WrittenIn() }))],
      [
        ['places', 'something else than places and masks tells the order'],
        ['order', 'nothing tells the places, and yet tokens in another order say something else'],
      ],
    )
    const learnt = new LearnedPositions({ context: 12, model })
    assert.deepEqual([...(await encoderFaults({ positions: learnt }))], [])
    const idle = { onto: (x: Stream, places: Places) => add(x, multiply(learnt.rows(places) as Stream, 0)), learnt }
    assert.deepEqual(
      [...(await encoderFaults({ positions: idle }))],
      [['order', 'places are there, but what is said does not depend on them']],
    )
  })

  test('nothing where no places are told: tokens in another order give the same in that order', async () => {
    assert.deepEqual([...(await encoderFaults({}))], [])
  })
})

test('checks of a translator name a source that is not looked at', async () => {
  const engine = reference()
  fill(engine, translator)
  const { checks } = await checkModel({
    model: translator,
    engine,
    edits: [{ at: 'decoder.blocks.0.cross.output', to: 0 }],
    inputs: { ids: ids.slice(0, 4), source: [9, 2, 6] },
  })
  assert.deepEqual(
    checks.flatMap(({ name, verdict, reason }) => (verdict === 'fail' ? [[name, reason]] : [])),
    [['source', 'nothing that is said changes with the token at place 0 of the source']],
  )
})

describe('checks of an engine name', () => {
  /** The reference engine, but for what its programs give. */
  function engineOf(read: (output: string, values: Values) => Values, usage = { bytes: 0, programs: 0 }) {
    const engine = reference()
    const compile = async (graph: Graph): Promise<Program> => {
      const program = await engine.compile(graph)
      return { ...program, read: async (output) => read(output, await program.read(output)) }
    }
    const grown = { bytes: 0, programs: 0 }
    return {
      ...engine,
      description: 'another engine',
      compile,
      get usage() {
        return { bytes: (grown.bytes += usage.bytes), programs: (grown.programs += usage.programs) }
      },
    }
  }

  const failed = async (engine: Engine) => {
    fill(engine, models['gpt2'])
    const { checks, layers } = await checkModel({ model: models['gpt2'], engine, inputs: { ids: ids.slice(0, 3) } })
    return { layers, checks: checks.filter(({ verdict }) => verdict === 'fail') }
  }

  test('the layer at which it is off, and by how much', async () => {
    const off = (output: string, { axes, data }: Values): Values =>
      output === 'blocks.1.mlp.output' ? { axes, data: data.map((value) => value + 0.25) } : { axes, data }
    const { checks, layers } = await failed(engineOf(off))
    assert.deepEqual(
      checks.map(({ name, address, largest }) => [name, address, largest?.toFixed(3)]),
      [['reference engine', 'blocks.1.mlp.output', '1.587']],
    )
    const errors = layers.filter(({ against }) => against === 'reference engine')
    assert.deepEqual(
      errors.filter(({ largest }) => largest > 0.1).map(({ layer, address }) => [layer, address]),
      [[1, 'blocks.1.mlp.output']],
    )
  })

  test('what it keeps of programs that were closed', async () => {
    const { checks } = await failed(engineOf((_, values) => values, { bytes: 64, programs: 1 }))
    assert.deepEqual(
      checks.map(({ name, reason }) => [name, reason]),
      [['leaks', 'after 4 runs 1 programs and 64 bytes more are held than before']],
    )
  })
})

test('shares that are summed are found without running anything', () => {
  const decoder = decoderOf({})
  const pass = passOf(decoder, { position: 4 })
  assert.deepEqual(sharesSummed(pass), [
    { address: 'blocks.0.attention.pattern', normalised: 'source', summed: ['source'] },
  ])
})
