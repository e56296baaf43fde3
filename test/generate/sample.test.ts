// Sampling, against what Hugging Face's processors leave of the same logits.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { generationFromJSON } from '../../src/checkpoint/generationConfig.ts'
import { likeliest, logProbability, type SampleSettings, sampler } from '../../src/generate/sample.ts'
import { numbers } from '../tensor/numbers.ts'

/** Logits of these probabilities. */
const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log)

/** How often each token is drawn, in hundredths. */
async function frequencies(logits: Float32Array, settings: SampleSettings, draws = 20_000): Promise<number[]> {
  const sample = await sampler(settings)
  const counts = Array.from(logits, () => 0)
  for (let draw = 0; draw < draws; draw++) counts[sample(logits, draw)]++
  return counts.map((count) => Math.round((100 * count) / draws))
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.deepEqual(
    actual.map((hundredths) => hundredths > 0),
    expected.map((hundredths) => hundredths > 0),
    `${actual}`,
  )
  for (const [i, hundredths] of actual.entries()) assert.ok(Math.abs(hundredths - expected[i]) <= 1, `${actual}`)
}

describe('sampling', () => {
  const logits = logitsOf([0.1, 0.4, 0.05, 0.3, 0.15])

  test('follows the probabilities', async () => {
    assertNear(await frequencies(logits, {}), [10, 40, 5, 30, 15])
  })

  test('sharpens and flattens them by the temperature', async () => {
    // p² and √p, divided by their sums.
    assertNear(await frequencies(logits, { temperature: 0.5 }), [4, 56, 1, 32, 8])
    assertNear(await frequencies(logits, { temperature: 2 }), [15, 30, 11, 26, 18])
  })

  test('takes the likeliest at temperature 0, and of several the first', async () => {
    assert.deepEqual(await frequencies(logits, { temperature: 0 }), [0, 100, 0, 0, 0])
    assert.equal(likeliest([1, 3, 3]), 1)
  })

  test('keeps the k likeliest, and those as likely as the last of them', async () => {
    assertNear(await frequencies(logits, { topK: 2 }), [0, 57, 0, 43, 0])
    assertNear(await frequencies(logits, { topK: 9 }), [10, 40, 5, 30, 15])
    assertNear(await frequencies(logitsOf([0.2, 0.4, 0.2, 0.2]), { topK: 2 }), [20, 40, 20, 20])
  })

  test('keeps the fewest that reach the share', async () => {
    // 0.4 + 0.3 is just 0.7; the next one is only needed for more.
    assertNear(await frequencies(logits, { topP: 0.69 }), [0, 57, 0, 43, 0])
    assertNear(await frequencies(logits, { topP: 0.71 }), [0, 47, 0, 35, 18])
    assertNear(await frequencies(logits, { topP: 0.01 }), [0, 100, 0, 0, 0])
  })

  test('keeps what is not too much less likely than the likeliest', async () => {
    assertNear(await frequencies(logits, { minP: 0.3 }), [0, 47, 0, 35, 18])
    assertNear(await frequencies(logits, { minP: 1 }), [0, 100, 0, 0, 0])
    assertNear(await frequencies(logitsOf([0.4, 0.2, 0.4]), { minP: 1 }), [50, 0, 50])
  })

  test('does so in that order, each with what the one before has left', async () => {
    // Of the three likeliest, 0.4, 0.3 and 0.15, the first two are 0.82 of the whole.
    assertNear(await frequencies(logits, { topK: 3, topP: 0.8 }), [0, 57, 0, 43, 0])
    assertNear(await frequencies(logits, { topK: 3, topP: 0.85 }), [0, 47, 0, 35, 18])
    assertNear(await frequencies(logits, { topK: 3, topP: 0.85, minP: 0.5 }), [0, 57, 0, 43, 0])
    assertNear(await frequencies(logits, { temperature: 0.5, topP: 0.86 }), [0, 64, 0, 36, 0])
  })

  test('is the same for the same seed, draw by draw', async () => {
    const draw = async (seed: number) => {
      const sample = await sampler({ seed, topP: 0.9 })
      return Array.from({ length: 50 }, (_, n) => sample(logits, n))
    }
    assert.deepEqual(await draw(3), await draw(3))
    assert.notDeepEqual(await draw(3), await draw(4))
    const sample = await sampler({ seed: 3, topP: 0.9 })
    assert.equal(sample(logits, 17), (await draw(3))[17])
  })

  test('finds the likeliest of many as sorting does', async () => {
    const many = Float32Array.from(numbers([{ name: 'vocab', size: 997 }], { from: -4, to: 4 }))
    const order = [...many.keys()].sort((a, b) => many[b] - many[a])
    const sample = await sampler({ topK: 20, temperature: 1000 })
    const drawn = new Set(Array.from({ length: 3000 }, (_, n) => sample(many, n)))
    assert.deepEqual([...drawn].sort(), order.slice(0, 20).sort())
  })

  test('never draws what is impossible', async () => {
    const some = Float32Array.of(-Infinity, 0, -Infinity, 0, -Infinity)
    assertNear(await frequencies(some, {}), [0, 50, 0, 50, 0])
    assertNear(await frequencies(some, { topK: 4 }), [0, 50, 0, 50, 0])
  })

  test('refuses what means nothing', async () => {
    await assert.rejects(sampler({ temperature: -1 }), {
      message: 'sample: temperature is -1; it must be a number, at least 0.',
    })
    await assert.rejects(sampler({ topP: 0 }), {
      message: 'sample: topP is 0; it must be above 0 and at most 1, which keeps all.',
    })
    await assert.rejects(sampler({ topK: 0.5 }), {
      message: 'sample: topK is 0.5; it must be a whole number; 0 keeps all.',
    })
    const sample = await sampler()
    assert.throws(() => sample([0, Number.NaN], 0), {
      message: 'sample: logit 1 is NaN. The weights may be damaged.',
    })
  })
})

describe('log probabilities', () => {
  test('are those of softmax', () => {
    assert.ok(Math.abs(logProbability(logitsOf([0.2, 0.8]), 1) - Math.log(0.8)) < 1e-6)
    assert.ok(Math.abs(logProbability([1000, 1001], 0) + Math.log(1 + Math.E)) < 1e-9)
  })
})

describe('what is drawn from is what transformers keeps', async () => {
  const { cases } = JSON.parse(
    await readFile(new URL('../fixtures/generation/kept.json', import.meta.url), 'utf8'),
  ) as { cases: { scores: number[]; settings: Record<string, number>; kept: number[] }[] }

  for (const { scores, settings, kept } of cases)
    test(JSON.stringify([settings, kept]), async () => {
      const { more, ...plain } = generationFromJSON({ top_k: 0, ...settings, do_sample: true })
      const draw = await sampler({ ...plain, ...more, seed: 1 })
      const drawn = new Set(Array.from({ length: 4000 }, (_, i) => draw(scores, i)))
      for (const id of drawn) assert.ok(kept.includes(id), `${id}`)
      // What is too rare to have come in so many draws is not waited for.
      const largest = Math.max(...scores)
      const weight = (id: number): number => Math.exp((scores[id] - largest) / (settings['temperature'] ?? 1))
      const sum = kept.reduce((sum, id) => sum + weight(id), 0)
      for (const id of kept) assert.ok(drawn.has(id) || weight(id) / sum < 0.004, `${id}`)
    })
})
