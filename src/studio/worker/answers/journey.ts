// The journey of one token, with the words of the tokens that it tells of.

import { type JourneyQuestion, journey } from '../../../inspect/journey/journeys.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { JourneyFacts, QuestionOf } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Workshop } from '../workshop.ts'

export function journeyFacts(
  workshop: Workshop,
  { scene, position, token, against, temperature }: QuestionOf<'journey'>,
): Promise<JourneyFacts> {
  return workshop.look(scene.step, async (shown) => {
    const { looking, tokenizer } = openScene(shown, scene)
    const question: JourneyQuestion = { position, token, against, sample: { temperature } }
    const found = await journey({ ...looking, ...question })
    return { ...found, words: Array.from({ length: tokenizer.size }, (_, id) => tokenText(tokenizer, id)) }
  })
}
