// The journey of one token, or two side by side, with the words of the tokens that they tell of.

import type { JourneyQuestion } from '../../../inspect/journey/journeys.ts'
import { journeysBeside } from '../../../inspect/journey/parting.ts'
import { predictionOf } from '../../../inspect/journey/prediction.ts'
import type { JourneyFacts, JourneyPairFacts, QuestionOf } from '../../talk/questions.ts'
import { saidWords } from '../saidWords.ts'
import { openScene, sceneTokens } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export function journeyFacts(
  room: Showroom,
  { scene, position, token, against, temperature }: QuestionOf<'journey'>,
): Promise<JourneyFacts> {
  return room.look(scene.step, async (shown) => {
    const { looking } = openScene(shown, scene)
    const found = await room.readers.journey(looking, { position, token, against, sample: { temperature } })
    const prediction = predictionOf(found.full)
    return { ...found, ...(prediction && { prediction }), words: saidWords(shown).all() }
  })
}

/** Two journeys: each is read from the model of its own step, one after the other, since steps of the past share one model. */
export function journeyPairFacts(
  room: Showroom,
  { scene, position, token, temperature, beside }: QuestionOf<'journeyPair'>,
): Promise<JourneyPairFacts> {
  const { text = scene.text, step = scene.step, position: other = position } = beside
  const question: JourneyQuestion = { token, sample: { temperature }, numbers: true }
  return room.turns.look(async () => {
    const here = openScene(room.shown(scene.step), scene)
    const a = await room.readers.journey(here.looking, { ...question, position })
    const there = openScene(room.shown(step), { ...scene, text })
    const b = await room.readers.journey(there.looking, { ...question, position: other })
    return {
      ...journeysBeside(a, b),
      words: saidWords(room.shown()).all(),
      tokens: sceneTokens(there).tokens,
    }
  })
}
