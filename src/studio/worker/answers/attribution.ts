// Direct logit attribution: what each part of the stream adds to the logit of a token, or to the difference of two.

import { attributeLogit } from '../../../inspect/stream/attribution.ts'
import { guessAt } from '../../../inspect/stream/guessAt.ts'
import type { AttributionFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, type Waiting } from '../instrument.ts'
import { saidWords } from '../saidWords.ts'
import type { Showroom } from '../showroom.ts'

export function attributionFacts(
  room: Showroom,
  { scene, position, token, against, detail }: QuestionOf<'attribution'>,
  waiting: Waiting = {},
): Promise<AttributionFacts> {
  return foundIn(room, scene, waiting, async ({ looking, shown }) => {
    const words = saidWords(shown)
    const id = words.idOf('attribute', token) ?? (await guessAt(looking, position, 'attribute'))
    const other = words.idOf('attribute', against)
    const attribution = await attributeLogit({ ...looking, token: id, against: other, position, detail })
    return { attribution, words: words.ofIds(other === undefined ? [id] : [id, other]) }
  })
}
