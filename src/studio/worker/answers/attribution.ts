// Direct logit attribution: what each part of the stream adds to the logit of a token, or to the difference of two.

import type { Looking } from '../../../inspect/editedPass.ts'
import { sourceEffects } from '../../../inspect/journey/sourceEffects.ts'
import { attributeLogit } from '../../../inspect/stream/attribution.ts'
import { guessAt, readsSeveral } from '../../../inspect/stream/guessAt.ts'
import type { HeardSound } from '../../../show/soundPanel.ts'
import type { AttributionFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, type Waiting } from '../instrument.ts'
import { saidWords } from '../saidWords.ts'
import type { Shown, Showroom } from '../showroom.ts'

export function attributionFacts(
  room: Showroom,
  { scene, position, token, against, detail }: QuestionOf<'attribution'>,
  waiting: Waiting = {},
): Promise<AttributionFacts> {
  return foundIn(room, scene, waiting, async ({ looking, shown, sight, moments }) => {
    const words = saidWords(shown)
    const id = words.idOf('attribute', token) ?? (await guessAt(looking, position, 'attribute'))
    const other = words.idOf('attribute', against)
    // What a model that reads several positions at once says is no matter of the one that a person looks at.
    const isOfAll = await readsSeveral(looking, 'attribute')
    const asked = { ...looking, token: id, against: other, position: isOfAll ? undefined : position }
    const attribution = await attributeLogit({ ...asked, detail })
    const count = isOfAll ? undefined : (sight?.names.length ?? moments?.length)
    const sound = heardIn(shown, looking)
    return {
      attribution,
      words: words.ofIds(other === undefined ? [id] : [id, other]),
      ...(count !== undefined && { places: await sourceEffects({ ...asked, count, isAcross: moments !== undefined }) }),
      ...(sound && { sound }),
    }
  })
}

/** The sound of a scene, as the model reads it; undefined where it hears none. */
function heardIn({ features }: Shown, { inputs }: Looking): HeardSound | undefined {
  const frames = inputs['source']
  return features && frames && { frames, mels: features.mel.mels, seconds: features.seconds }
}
