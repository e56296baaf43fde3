// Attention patterns: every row a whole, nothing ahead, and the softmax of the scores.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine, Graph, Plan } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { attentionPatterns, eachPattern, patternBytes } from '../../src/inspect/pattern.ts'
import { read } from '../../src/inspect/read.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { fillWeights } from '../fillWeights.ts'
import { config, smallModel } from './model.ts'

const ids = [3, 1, 4, 1, 5]

describe('attention patterns', () => {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)

  test('come layer by layer and head by head', async () => {
    const patterns = await attentionPatterns({ model, engine, inputs: { ids } })
    assert.deepEqual(
      patterns.map(({ address, layer, head, positions, sources }) => [address, layer, head, positions, sources]),
      [0, 1].flatMap((layer) => [0, 1, 2].map((head) => [`blocks.${layer}.attention.pattern`, layer, head, 5, 5])),
    )
  })

  test('share out a whole among the sources up to the position itself', async () => {
    for (const { shares } of await attentionPatterns({ model, engine, inputs: { ids } })) {
      for (let position = 0; position < 5; position++) {
        const row = shares.subarray(5 * position, 5 * position + 5)
        const whole = row.reduce((sum, share) => sum + share, 0)
        assert.ok(Math.abs(whole - 1) < 1e-6, `${whole}`)
        assert.ok(
          row.every((share, source) => (source <= position ? share > 0 : share === 0)),
          `${row}`,
        )
      }
    }
  })

  test('are the softmax of the scores', async () => {
    const [pattern] = await attentionPatterns({ model, engine, inputs: { ids }, layers: [1], heads: [2] })
    const scores = (await read({ model, engine, inputs: { ids }, addresses: ['blocks.1.attention.scores'] })).get(
      'blocks.1.attention.scores',
    )
    // Scores lie as position, head, source.
    assert.deepEqual(
      scores?.axes.map(({ name }) => name),
      ['position', 'head', 'source'],
    )
    for (let position = 0; position < 5; position++) {
      const start = (position * config.head + 2) * 5
      const powers = Array.from(scores?.data.subarray(start, start + 5) ?? [], Math.exp)
      const whole = powers.reduce((sum, power) => sum + power, 0)
      powers.forEach((power, source) => {
        assert.ok(Math.abs(pattern.shares[5 * position + source] - power / whole) < 1e-6)
      })
    }
  })

  test('come one by one as they come together', async () => {
    const all = await attentionPatterns({ model, engine, inputs: { ids } })
    const each = await Array.fromAsync(eachPattern({ model, engine, inputs: { ids } }))
    assert.deepEqual(each, all)
    const some = await Array.fromAsync(eachPattern({ model, engine, inputs: { ids }, layers: [1], heads: [2] }))
    assert.deepEqual(some, [all[5]])
  })

  test('of layers and heads that are not there are an error', async () => {
    await assert.rejects(attentionPatterns({ model, engine, inputs: { ids }, layers: [2] }), {
      message: 'pattern: there is no layer 2; the model has layers 0 to 1.',
    })
    await assert.rejects(attentionPatterns({ model, engine, inputs: { ids }, heads: [0, 3] }), {
      message: 'pattern: there is no head 3; the model has heads 0 to 2.',
    })
  })
})

describe('patterns of long texts', () => {
  const sizes = { vocab: 11, context: 256, layer: 6, head: 4, model: 16, hidden: 16 }
  const model = new GPT2(sizes)
  const long = Array.from({ length: 256 }, (_, i) => (i * i) % 11)
  const layer = 4 * sizes.head * long.length ** 2
  const kept = 4 * 2 * sizes.layer * sizes.model * long.length

  test('say their bytes first', async () => {
    const asked = { model, engine: reference(), inputs: { ids: long } }
    assert.deepEqual(await patternBytes(asked), { kept, layer, all: sizes.layer * layer })
    assert.deepEqual((await patternBytes({ ...asked, layers: [0, 1], heads: [3] })).all, (2 * layer) / sizes.head)
    const limit = kept + layer - 1
    await assert.rejects(eachPattern({ ...asked, limit }).next(), {
      message:
        'pattern: 1.2 MB would be held, but the limit is 1.2 MB. Give a shorter text, ask for fewer layers, or raise the limit.',
    })
    await assert.rejects(attentionPatterns({ ...asked, limit: 1e6 }), /^Error: pattern: 6\.5 MB would be held/)
  })

  test('are never held of more than one layer, and two programs serve all layers', async () => {
    const engine = await cpu({ threads: 1 })
    try {
      const plans: Plan[] = []
      const counting: Engine = Object.create(engine, {
        compile: {
          value: async (graph: Graph) => {
            const program = await engine.compile(graph)
            plans.push(program.plan)
            return program
          },
        },
      })
      let heads = 0
      const layers = new Set<ArrayBufferLike>()
      for await (const { shares } of eachPattern({ model, engine: counting, inputs: { ids: long } })) {
        heads++
        layers.add(shares.buffer)
        assert.equal(shares.buffer.byteLength, layer)
      }
      assert.deepEqual([heads, layers.size, plans.length], [sizes.layer * sizes.head, sizes.layer, 2])
      // The run of the model has queries and keys and nothing that grows with the square; the other the scores of a layer and their shares.
      const [running, shares] = plans
      assert.ok(running.passing < layer, `${running.passing} for ${layer}`)
      assert.ok(shares.passing < 2.2 * layer, `${shares.passing} for ${layer}`)
    } finally {
      engine.close()
    }
  })
})
