// Embedding: the mean of a text's states, whatever other texts are in its row.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Similarity } from '../../src/checkpoint/sentence.ts'
import { Embedder } from '../../src/encode/embed.ts'
import { cosine, mostSimilar, nearestVectors } from '../../src/encode/neighbours.ts'
import { read } from '../../src/inspect/read.ts'
import { Bert } from '../../src/model/bert.ts'
import { initialValues } from '../../src/model/start.ts'
import { engines } from '../engines.ts'

const model = new Bert({ vocab: 13, context: 40, layer: 2, head: 2, model: 12 })
const weights = withSizes(
  model,
  new Map(
    [...initialValues(model, 5)].map(([path, values]) => [
      path,
      path.endsWith('scale') ? values : values.map((value) => 5 * value),
    ]),
  ),
)

/** Where the stream comes out of the last block. */
const last = 'blocks.1.output'

const texts = Array.from({ length: 30 }, (_, i) =>
  Int32Array.from({ length: 1 + ((i * 5) % 23) }, (_, k) => (i * 3 + k * k) % 13),
)

for (const { name, open } of engines) {
  describe(`embedding (${name})`, () => {
    test('gives the mean of the states of a text alone', async (t) => {
      const engine = await open()
      t.after(() => engine.close())
      setWeights(engine, model, weights)
      const vectors = await new Embedder({ engine, model }).embed(texts, { isNormalized: false })
      for (const text of [0, 3, 4, 17, 29]) {
        const ids = texts[text]
        const states = (await read({ model, engine, inputs: { ids }, addresses: [last] })).get(last)?.data ?? []
        vectors[text].forEach((value, i) => {
          let mean = 0
          for (let position = 0; position < ids.length; position++) mean += states[position * 12 + i] / ids.length
          assert.ok(Math.abs(value - mean) < 1e-5, `text ${text}, number ${i}: ${value}, not ${mean}`)
        })
      }
    })

    test('does not notice what else is embedded', async (t) => {
      const engine = await open()
      t.after(() => engine.close())
      setWeights(engine, model, weights)
      const embedder = new Embedder({ engine, model })
      const together = await embedder.embed(texts)
      for (const text of [1, 9, 22]) {
        const [alone] = await embedder.embed([texts[text]])
        alone.forEach((value, i) => {
          assert.ok(Math.abs(value - together[text][i]) < 1e-6)
        })
        assert.ok(Math.abs(cosine(alone, alone) - 1) < 1e-5)
      }
    })
  })
}

describe('embedding', () => {
  test('of many short texts ends, however few positions a row has', async (t) => {
    for (const context of [1, 3, 30]) {
      const small = new Bert({ vocab: 13, context, layer: 1, head: 1, model: 4 })
      const engine = await engines[1].open()
      t.after(() => engine.close())
      const some = Array.from({ length: 25 }, (_, i) => [i % 13])
      assert.equal((await new Embedder({ engine, model: small }).embed(some)).length, 25)
    }
  })

  test('of nothing is nothing; of an empty or too long text an error', async () => {
    const engine = await engines[0].open()
    const embedder = new Embedder({ engine, model })
    assert.deepEqual(await embedder.embed([]), [])
    await assert.rejects(embedder.embed([[1], []]), { message: 'embed: text 1 has no tokens. Leave it out.' })
    await assert.rejects(embedder.embed([new Int32Array(41)]), {
      message: 'embed: text 0 has 41 tokens, but the model looks at 40 at most. Cut it to its beginning.',
    })
    engine.close()
  })
})

describe('embedding as a folder says', () => {
  const usual = { poolsPrompt: true, steps: [], isLowerCased: false, prompts: {}, similarity: 'cosine' } as const

  test('is the same in a packed row and alone', async (t) => {
    const engine = await engines[1].open()
    t.after(() => engine.close())
    setWeights(engine, model, weights)
    const embedding = { ...usual, poolings: ['cls', 'max', 'weightedmean', 'lasttoken'] } as const
    const embedder = new Embedder({ engine, model, embedding })
    const together = await embedder.embed(texts, { skipped: 2 })
    for (const text of [1, 9, 22]) {
      const [alone] = await embedder.embed([texts[text]], { skipped: 2 })
      assert.equal(alone.length, 4 * 12)
      alone.forEach((value, i) => {
        assert.ok(Math.abs(value - together[text][i]) < 1e-5)
      })
    }
  })

  test('refuses weights that are no numbers', async (t) => {
    const engine = await engines[1].open()
    t.after(() => engine.close())
    const ruined = new Map(
      [...weights].map(([path, { sizes, data }]) => [path, { sizes, data: data.map(() => Number.NaN) }]),
    )
    setWeights(engine, model, ruined)
    await assert.rejects(new Embedder({ engine, model }).embed([[1, 2]]), {
      message: 'embed: a number in the vector of text 0 is NaN. The weights may be damaged.',
    })
    assert.throws(
      () => nearestVectors(Float32Array.of(1), [Float32Array.of(1), Float32Array.of(Number.NaN)], { most: 1 }),
      {
        message: 'neighbours: how near vector 1 is is NaN. The weights may be damaged.',
      },
    )
  })
})

describe('neighbours', () => {
  test('are counted by the measure that is asked for', () => {
    const [to, ...others] = [
      [1, 0],
      [2, 2],
      [3, 0],
    ].map((numbers) => Float32Array.from(numbers))
    const by = (measure: Similarity) =>
      mostSimilar(to, others, { by: measure, most: 2 }).map(({ index, similarity }) => [
        index,
        Math.round(100 * similarity),
      ])
    assert.deepEqual(by('cosine'), [
      [1, 100],
      [0, 71],
    ])
    assert.deepEqual(by('dot'), [
      [1, 300],
      [0, 200],
    ])
    assert.deepEqual(by('euclidean'), [
      [1, -200],
      [0, -224],
    ])
    assert.deepEqual(by('manhattan'), [
      [1, -200],
      [0, -300],
    ])
  })

  const vectors = [
    [1, 0],
    [0.6, 0.8],
    [0, 1],
    [-1, 0],
    [0.8, 0.6],
  ].map((numbers) => Float32Array.from(numbers))

  test('are those that point most nearly the same way, the nearest first', () => {
    const found = nearestVectors(vectors[0], vectors, { most: 3, except: 0 })
    assert.deepEqual(
      found.map(({ index, cosine }) => [index, Math.round(100 * cosine)]),
      [
        [4, 80],
        [1, 60],
        [2, 0],
      ],
    )
  })
})
