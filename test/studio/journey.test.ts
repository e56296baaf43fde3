// The worker's journeys: those of the library, with words; the plan of a text's length is made once.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { journey } from '../../src/inspect/journey/journeys.ts'
import { journeysBeside } from '../../src/inspect/journey/parting.ts'
import { predictionOf } from '../../src/inspect/journey/prediction.ts'
import type { Beside, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { openWorkshop, smallRecipe } from './workshop.ts'

test('a journey is the same whether its plan was kept or not, and the next of a text compiles nothing', async () => {
  await using opened = await openWorkshop()
  const { workshop } = opened
  await answers.begin(workshop, smallRecipe)
  const compiles = mock.method(workshop.engine, 'compile')
  const ask = (text: string, position: number, edits: { at: string; to: number }[] = []) =>
    answers.journey(workshop, {
      token: undefined,
      against: undefined,
      scene: { text, source: '', edits, step: undefined, moment: 0 },
      position,
      temperature: 0.8,
    })
  await ask('rose is', 2)
  const once = compiles.mock.callCount()
  const { words, prediction, ...found } = await ask('rose is', 5)
  await ask('a rose ', 5)
  assert.equal(compiles.mock.callCount(), once)
  assert.equal(words[found.full.id ?? -1], 'i')
  const { model, tokenizer } = workshop.shown()
  const inputs = { ids: tokenizer.encode('rose is') }
  const alone = await journey({ model, engine: workshop.engine, inputs, position: 5, sample: { temperature: 0.8 } })
  assert.deepEqual(found, alone)
  assert.deepEqual(prediction, predictionOf(alone.full))
  const longer = await ask('rose is a', 8)
  assert.equal(longer.full.ids.length, 9)
  const edited = await ask('rose is', 5, [{ at: 'blocks.0.attention.output', to: 0 }])
  const attended = edited.full.steps.find(({ kind }) => kind === 'add')
  assert.ok(attended?.kind === 'add' && attended.added === 0)
  assert.deepEqual((await ask('rose is', 5)).full, found.full)
})

test('two journeys side by side: of two steps of the run, of two letters, of two sentences', async () => {
  await using opened = await openWorkshop()
  const { workshop, until } = opened
  await answers.begin(workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 4 } })
  workshop.training.move('on')
  await until('finished')
  const scene = (text: string, step?: number) => ({ text, source: '', edits: [], step, moment: 0 })
  const ask = (beside: Beside, step?: number) =>
    answers.journeyPair(workshop, { scene: scene('rose is', step), position: 5, token: 3, temperature: 0.8, beside })
  const alone = (step: number) =>
    workshop.look(step, ({ model, engine, tokenizer }) =>
      journey({
        ...{ model, engine, inputs: { ids: tokenizer.encode('rose is') }, position: 5, token: 3, numbers: true },
        sample: { temperature: 0.8 },
      }),
    )
  const [before, now] = [await alone(1), await alone(4)]
  // Two steps of the past share one model: the one must not be read with the weights of the other.
  for (const [step, other] of [
    [4, 1],
    [undefined, 1],
    [1, 4],
  ]) {
    const { words: _, tokens, ...pair } = await ask({ step: other }, step)
    assert.deepEqual(pair, step === 1 ? journeysBeside(before, now) : journeysBeside(now, before))
    assert.equal(tokens.join(''), 'rose is')
  }
  const letters = await ask({ position: 0 })
  assert.deepEqual([letters.a.full.position, letters.b.full.position, letters.parts], [5, 0, 0])
  const sentences = await ask({ text: 'rosa is' })
  assert.equal(sentences.tokens.join(''), 'rosa is')
  assert.deepEqual(
    sentences.steps.slice(0, 3).map(({ distance }) => distance),
    [0, 0, 0],
  )
  await assert.rejects(ask({ text: 'rose i' }), /^Error: journey: one text has 7 tokens, the other 6\./)
})

test('what another sentence and another step change is seen in every value, of whatever step', async () => {
  await using opened = await openWorkshop()
  const { workshop, until } = opened
  await answers.begin(workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 4 } })
  workshop.training.move('on')
  await until('finished')
  const scene = (text: string, step?: number) => ({ text, source: '', edits: [], step, moment: 0 })
  const numbers = async (of: Scene, beside?: Beside) => {
    const facet = beside ? 'change' : 'value'
    const [found] = await answers.numbers(workshop, { scene: of, addresses: ['blocks.1.output'], facet, beside })
    return found.data
  }
  const here = scene('rose is')
  for (const [beside, other] of [
    [{ text: 'rosa is' }, scene('rosa is')],
    [{ step: 1 }, scene('rose is', 1)],
  ] as const) {
    const [now, was] = [await numbers(here), await numbers(other)]
    assert.deepEqual(
      await numbers(here, beside),
      now.map((each, i) => each - was[i]),
    )
    const { rows } = await answers.latticeChange(workshop, { scene: here, beside })
    const last = await answers.lattice(workshop, { scene: other })
    for (const [i, { cells }] of rows.entries())
      assert.deepEqual(
        cells.map(({ was, token }) => [was, token]),
        last.rows[i].cells.map(({ id, token }) => [id, token]),
      )
    assert.equal(rows[0].cells[0].distance === 0, 'text' in beside)
  }
})
