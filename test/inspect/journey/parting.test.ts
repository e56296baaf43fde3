// Two journeys side by side: of two texts, two places, two sets of weights.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { journey } from '../../../src/inspect/journey/journeys.ts'
import { journeyPair, journeyParting } from '../../../src/inspect/journey/parting.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { fill, gpt2, llama } from '../stream/models.ts'

const { model, inputs } = gpt2()
const filled = (): Engine => {
  const engine = reference()
  fill(engine, model)
  return engine
}
const ids = inputs['ids']

test('one text twice never parts', async () => {
  const engine = filled()
  const looking = { model, engine, inputs }
  const pair = await journeyPair({ a: looking, b: looking })
  assert.ok(pair.steps.every(({ distance, isSameGuess }) => distance === 0 && isSameGuess !== false))
  assert.deepEqual([pair.parts, pair.guesses, pair.threshold], [undefined, undefined, 0.1])
  const [one, other] = [pair.a, await journey(looking)]
  assert.deepEqual(one, other)
})

test('two texts that differ in an earlier letter part where somebody looks at it', async () => {
  const engine = filled()
  const other = { ids: ids.with(2, 7) }
  const { steps, parts } = await journeyPair({
    a: { model, engine, inputs },
    b: { model, engine, inputs: other },
    threshold: 0,
  })
  assert.deepEqual(
    steps.slice(0, 5).map(({ distance }) => distance),
    [0, 0, 0, 0, 0],
  )
  assert.equal(parts, 5)
  assert.deepEqual([steps[5].kind, steps[5].part], ['answer', 'blocks.0.attention'])
  assert.ok(steps.every(({ distance }) => distance >= 0 && distance <= 2))
})

test('the same letter at two places parts when its place is added', async () => {
  const engine = filled()
  const looking = { model, engine, inputs }
  const { steps, parts } = await journeyPair({ a: { ...looking, position: 1 }, b: { ...looking, position: 3 } })
  assert.deepEqual([steps[0].distance, steps[1].distance], [0, 0])
  assert.equal(parts, 2)
})

test('two sets of weights part at the first weight that differs', async () => {
  const [engine, later] = [filled(), filled()]
  const weight = parametersOf(model).get('blocks.1.mlp.up.weight')
  assert.ok(weight)
  later.set(
    weight,
    (await later.get(weight)).map((x) => -x),
  )
  const { steps, parts, guesses } = await journeyPair({
    a: { model, engine, inputs },
    b: { model, engine: later, inputs },
    threshold: 1e-6,
  })
  assert.deepEqual([parts, steps[parts ?? 0].part, steps[parts ?? 0].kind], [17, 'blocks.1.mlp', 'hidden'])
  assert.ok(guesses === undefined || guesses >= 17)
})

test('what cannot be held side by side is refused', async () => {
  const engine = filled()
  const looking = { model, engine, inputs }
  await assert.rejects(journeyPair({ a: looking, b: { ...looking, inputs: { ids: [3, 1] } } }), {
    message: 'journey: one text has 7 tokens, the other 2. Give two of one length.',
  })
  await assert.rejects(journeyPair({ a: looking, b: looking, threshold: -1 }), {
    message: 'journey: the threshold is -1. Give a distance, 0 or more: 0.1 is usual.',
  })
  const other = llama()
  const second = reference()
  fill(second, other.model)
  await assert.rejects(journeyPair({ a: looking, b: { ...other, engine: second } }), {
    message:
      'journey: the two have not the same steps: step 2 is position positions in the first and normalise blocks.0.attentionNorm in the second. Give two models alike.',
  })
  const { full } = await journey(looking)
  assert.throws(() => journeyParting(full, full), {
    message: 'journey: a journey was read without its numbers. Read both with `numbers: true`.',
  })
})
