// The worker's journeys: those of the library, with words; the plan of a text's length is made once.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { journey } from '../../src/inspect/journey/journeys.ts'
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
  const { words, ...found } = await ask('rose is', 5)
  await ask('a rose ', 5)
  assert.equal(compiles.mock.callCount(), once)
  assert.equal(words[found.full.id], 'i')
  const { model, tokenizer } = workshop.shown()
  const inputs = { ids: tokenizer.encode('rose is') }
  const alone = await journey({ model, engine: workshop.engine, inputs, position: 5, sample: { temperature: 0.8 } })
  assert.deepEqual(found, alone)
  const longer = await ask('rose is a', 8)
  assert.equal(longer.full.ids.length, 9)
  const edited = await ask('rose is', 5, [{ at: 'blocks.0.attention.output', to: 0 }])
  const attended = edited.full.steps.find(({ kind }) => kind === 'add')
  assert.ok(attended?.kind === 'add' && attended.added === 0)
  assert.deepEqual((await ask('rose is', 5)).full, found.full)
})
