// The showcase of an exhibit: a model that has travelled in eight bits says nearly the same there.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Showcase } from '../../src/studio/exhibit/showcase.ts'
import type { PlainChoices, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { exhibitedModel } from '../../src/studio/worker/answers/exhibit.ts'
import { classFacts } from '../../src/studio/worker/answers/fill.ts'
import { nextFacts } from '../../src/studio/worker/answers/next.ts'
import { attentionInPicture } from '../../src/studio/worker/answers/pictures.ts'
import { openWorkshop } from './workshop.ts'

const small = { layer: 1, head: 2, model: 16, batch: 4, steps: 4, seed: 3 } satisfies PlainChoices
const scene: Scene = { text: 'the cat', source: '', picture: '', edits: [], step: undefined, moment: 0 }

describe('the showcase of an exhibit', () => {
  for (const [tokenizer, kind] of [
    ['characters', 'characters'],
    ['bytes', 'other'],
  ] as const)
    test(`shows a model of texts, in ${tokenizer}`, async () => {
      await using opened = await openWorkshop()
      const { workshop } = opened
      const material = { kind: 'text', name: 'cat', text: 'the cat sat on the mat. '.repeat(40) } as const
      await answers.begin(workshop, { material, choices: { as: 'decoder', context: 16, tokenizer, ...small } })
      workshop.training.move('step')
      await opened.until('resting')
      const model = await exhibitedModel(workshop)
      assert.deepEqual(model.parts, kind === 'other' ? ['gpt2', 'tokenizers'] : ['gpt2'])
      const showcase = await Showcase.open({})
      const facts = await showcase.take(model)
      assert.deepEqual([facts.name, facts.canTrain, facts.kind], ['cat', false, 'decoder'])
      assert.deepEqual([facts.step, facts.unit], [1, kind === 'other' ? 'token' : 'character'])
      const [here, there] = await Promise.all(
        [workshop, showcase].map((room) =>
          nextFacts(room, { scene, conditions: { temperature: 1, topK: 0, topP: 1, minP: 0 }, top: 5 }),
        ),
      )
      for (const [i, { logit }] of here.rows.entries()) assert.ok(Math.abs((there.rows[i]?.logit ?? 9) - logit) < 0.02)
      showcase.engine.close()
    })

  test('shows a model of pictures', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const material = { kind: 'data', name: 'written-digits' } as const
    await answers.begin(workshop, { material, choices: { as: 'picture-classifier', ...small } })
    const { picture } = await answers.heldBack(workshop, { number: 3 })
    const model = await exhibitedModel(workshop)
    assert.deepEqual(model.parts, ['vit', 'sight', 'pictureParts', 'preprocessorConfig'])
    const showcase = await Showcase.open({})
    const facts = await showcase.take(model)
    assert.equal(facts.sees?.width, 28)
    const seen = { ...scene, text: '', picture }
    const [here, there] = await Promise.all([workshop, showcase].map((room) => classFacts(room, { scene: seen })))
    const shares = ({ rows }: typeof here): Map<string, number> =>
      new Map(rows.map(({ label, value }) => [label, value]))
    for (const [label, share] of shares(here))
      assert.ok(Math.abs((shares(there).get(label) ?? 0) - share) < 0.01, label)
    const { heads } = await attentionInPicture(showcase, { scene: seen, position: 0 })
    assert.equal(heads.length, 2)
    showcase.engine.close()
  })
})
