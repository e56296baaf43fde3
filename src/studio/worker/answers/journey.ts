// The journey of one token, or two side by side, with the words of the tokens that they tell of. The plan of the last text's length is kept, so that another
// token of it, another temperature and the next look of a training compile nothing.

import { type Journeyed, type JourneyQuestion, Journeys, journey } from '../../../inspect/journey/journeys.ts'
import { journeysBeside } from '../../../inspect/journey/parting.ts'
import { predictionOf } from '../../../inspect/journey/prediction.ts'
import type { AnyModel } from '../../../model/language.ts'
import type { Tokenizer } from '../../../text/tokenizer.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { JourneyFacts, JourneyPairFacts, QuestionOf } from '../../talk/questions.ts'
import { type OpenScene, openScene, rowOf } from '../scene.ts'
import type { Workshop } from '../workshop.ts'

export function journeyFacts(
  workshop: Workshop,
  { scene, position, token, against, temperature }: QuestionOf<'journey'>,
): Promise<JourneyFacts> {
  return workshop.look(scene.step, async (shown) => {
    const opened = openScene(shown, scene)
    const { tokenizer } = opened
    const found = await journeyOf(opened, { position, token, against, sample: { temperature } })
    const prediction = predictionOf(found.full)
    return { ...found, ...(prediction && { prediction }), words: wordsOf(tokenizer) }
  })
}

/** Two journeys: each is read from the model of its own step, one after the other, since steps of the past share one model. */
export function journeyPairFacts(
  workshop: Workshop,
  { scene, position, token, temperature, beside }: QuestionOf<'journeyPair'>,
): Promise<JourneyPairFacts> {
  const { text = scene.text, step = scene.step, position: other = position } = beside
  const question: JourneyQuestion = { token, sample: { temperature }, numbers: true }
  return workshop.turns.take(async () => {
    const here = openScene(workshop.shown(scene.step), scene)
    const a = await journeyOf(here, { ...question, position })
    const there = openScene(workshop.shown(step), { ...scene, text })
    const b = await journeyOf(there, { ...question, position: other })
    return { ...journeysBeside(a, b), words: wordsOf(here.tokenizer), tokens: rowOf(there.tokenizer, there.ids).tokens }
  })
}

const wordsOf = (tokenizer: Tokenizer): string[] =>
  Array.from({ length: tokenizer.size }, (_, id) => tokenText(tokenizer, id))

/** The last plan of each model that is there, and the lengths that it is for. */
const plans = new WeakMap<AnyModel, { readonly lengths: string; readonly journeys: Promise<Journeys> }>()

/** A journey by the plan that is kept; edits have plans of their own, since no two need be alike. */
async function journeyOf({ looking, ids, source }: OpenScene, question: JourneyQuestion): Promise<Journeyed> {
  const { model, engine, edits = [], inputs } = looking
  if (edits.length > 0) return journey({ ...looking, ...question })
  const lengths = `${ids.length} ${source?.length ?? 0}`
  const known = plans.get(model)
  if (known?.lengths === lengths) return (await known.journeys).read(inputs, question)
  const sizes = { position: ids.length, ...(source && { source: source.length }) }
  const journeys = Journeys.of({ model, engine, sizes })
  plans.set(model, { lengths, journeys })
  journeys.catch(() => plans.delete(model))
  await known?.journeys.then((former) => former.close())
  return (await journeys).read(inputs, question)
}
