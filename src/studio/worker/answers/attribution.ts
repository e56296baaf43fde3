// Direct logit attribution: what each part of the stream adds to the logit of a token, or to the difference of two.

import type { Looking } from '../../../inspect/editedPass.ts'
import { sourceEffects } from '../../../inspect/journey/sourceEffects.ts'
import { attributeLogit } from '../../../inspect/stream/attribution.ts'
import { guessAt } from '../../../inspect/stream/guessAt.ts'
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
    const attribution = await attributeLogit({ ...looking, token: id, against: other, position, detail })
    const count = sight?.names.length ?? moments?.length
    const asked = { token: id, against: other, position, isAcross: moments !== undefined }
    const sound = heardIn(shown, looking)
    return {
      attribution,
      words: words.ofIds(other === undefined ? [id] : [id, other]),
      ...(count !== undefined && { places: await sourceEffects({ ...looking, ...asked, count }) }),
      ...(sound && { sound }),
    }
  })
}

/** The sound of a scene, as the model reads it; undefined where it hears none. */
function heardIn({ features }: Shown, { inputs }: Looking): HeardSound | undefined {
  const frames = inputs['source']
  return features && frames && { frames, mels: features.mel.mels, seconds: features.seconds }
}
