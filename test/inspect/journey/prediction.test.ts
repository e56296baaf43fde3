// The question before the last card of a journey, and what a choice is worth.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { journey } from '../../../src/inspect/journey/journeys.ts'
import { predictionOf, predictionScore } from '../../../src/inspect/journey/prediction.ts'
import { bert, fill, gpt2 } from '../stream/models.ts'

test('three tokens are offered, the one that was drawn among them', async () => {
  const { model, inputs } = gpt2()
  const engine = reference()
  fill(engine, model)
  for (const seed of [0, 1, 2, 3]) {
    const { full } = await journey({ model, engine, inputs, sample: { temperature: 1.5, seed } })
    const asked = predictionOf(full)
    const drawn = full.steps.at(-1)
    const shares = full.steps.at(-2)
    assert.ok(asked && drawn?.kind === 'draw' && shares?.kind === 'temperature')
    assert.equal(asked.truth, drawn.id)
    assert.ok(asked.isDrawn)
    const ids = asked.choices.map(({ id }) => id)
    assert.ok(ids.includes(drawn.id) && new Set(ids).size === 3)
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    )
    assert.equal(asked.entropy, shares.guess.entropy)
    for (const { id, probability, surprise } of asked.choices) {
      assert.equal(surprise, -Math.log(probability))
      const known: number | undefined = shares.guess.guesses.find((guess) => guess.id === id)?.probability
      assert.equal(probability, known ?? drawn.probability)
    }
  }
})

test('a model that draws nothing is asked for its likeliest token', async () => {
  const { model, inputs } = bert()
  const engine = reference()
  fill(engine, model)
  const { full } = await journey({ model, engine, inputs })
  const asked = predictionOf(full)
  assert.equal(asked?.isDrawn, false)
  assert.equal(asked?.truth, full.token)
})

test('whoever chooses as the model draws is surprised by its entropy on average', () => {
  const shares = [0.5, 0.25, 0.25]
  const entropy = shares.reduce((sum, share) => sum - share * Math.log(share), 0)
  const choices = shares.map((probability, id) => ({ id, probability, surprise: -Math.log(probability) }))
  const made = [0, 0, 1, 2].map((chosen) => ({ truth: 0, isDrawn: true, choices, entropy, chosen }))
  const { count, right, surprise, entropy: mean } = predictionScore(made)
  assert.deepEqual([count, right], [4, 2])
  assert.ok(Math.abs(surprise - entropy) < 1e-12 && mean === entropy)
  assert.throws(() => predictionScore([]), /^Error: predictions: there is none to score\. Choose a token first\.$/)
})
