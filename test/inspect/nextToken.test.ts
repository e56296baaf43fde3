// The distribution of the next token is the one that the sampler draws from.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampler } from '../../src/generate/sample.ts'
import { nextTokenFacts } from '../../src/inspect/nextToken.ts'

const logits = Float32Array.from([1.5, -0.25, 3, 2.5, 2.5, 0, -4, 1])

test('shares and chances add up, and follow the formula', () => {
  const { rows, whole, others, keptShare } = nextTokenFacts(
    logits,
    { temperature: 0.7, topK: 0, topP: 1, minP: 0 },
    logits.length,
  )
  assert.deepEqual(
    rows.map(({ id }) => id),
    [2, 3, 4, 0, 7, 5, 1, 6],
  )
  const powers = Array.from(logits, (logit) => Math.exp((logit - 3) / 0.7))
  const sum = powers.reduce((a, b) => a + b, 0)
  assert.ok(Math.abs(whole - sum) < 1e-12)
  assert.equal(keptShare, 1)
  for (const { id, share, chance, scaled, isKept } of rows) {
    assert.ok(Math.abs(share - powers[id] / sum) < 1e-12)
    assert.equal(chance, share)
    assert.equal(scaled, logits[id] / 0.7)
    assert.ok(isKept)
  }
  assert.deepEqual(others, { count: 0, share: 0, chance: 0 })
})

for (const conditions of [
  { temperature: 1, topK: 3, topP: 1, minP: 0 },
  { temperature: 1.6, topK: 0, topP: 0.8, minP: 0 },
  { temperature: 0.9, topK: 5, topP: 0.95, minP: 0.2 },
  { temperature: 0, topK: 0, topP: 1, minP: 0 },
])
  test(`draws go by the chances: ${JSON.stringify(conditions)}`, async () => {
    const { rows, kept } = nextTokenFacts(logits, conditions, logits.length)
    const draws = 4000
    const sample = await sampler({ ...conditions, seed: 7 })
    const counts = new Float64Array(logits.length)
    for (let n = 0; n < draws; n++) counts[sample(logits, n)]++
    assert.equal(rows.filter(({ isKept }) => isKept).length, kept)
    assert.ok(Math.abs(rows.reduce((sum, { chance }) => sum + chance, 0) - 1) < 1e-12)
    for (const { id, chance, isKept } of rows) {
      if (!isKept) assert.equal(counts[id], 0)
      // Four deviations of a binomial count.
      assert.ok(Math.abs(counts[id] / draws - chance) <= 4 * Math.sqrt((chance * (1 - chance)) / draws) + 1e-9)
    }
  })

test('rows that are not shown are counted together', () => {
  const { rows, others, kept } = nextTokenFacts(logits, { temperature: 1, topK: 3, topP: 1, minP: 0 }, 2)
  // The third and the fourth are equally likely, so that both stay.
  assert.equal(kept, 3)
  assert.equal(rows.length, 2)
  assert.equal(others.count, 6)
  assert.ok(Math.abs(rows[0].chance + rows[1].chance + others.chance - 1) < 1e-12)
})

test('conditions that mean nothing are refused', () => {
  assert.throws(() => nextTokenFacts(logits, { temperature: -1, topK: 0, topP: 1, minP: 0 }, 2), {
    message: 'sample: temperature is -1; it must be a number, at least 0.',
  })
})
