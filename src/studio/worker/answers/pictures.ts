// Pictures of models that see: of a file, of what a run holds back, and where a position looks in one.

import { framedPicture } from '../../../image/prepare.ts'
import { readPicture } from '../../../image/readPicture.ts'
import { pictureAttention } from '../../../inspect/heads/pictureAttention.ts'
import { patternLayers } from '../../../inspect/patternLayers.ts'
import { pictureWord } from '../../place/pictureWord.ts'
import type { AnswerTo, PictureAttentionFacts, QuestionOf } from '../../talk/questions.ts'
import { heldBackPicture } from '../pictureSight.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function pictureOfFile(
  room: Showroom,
  { file }: QuestionOf<'readPicture'>,
): Promise<AnswerTo<'readPicture'>> {
  const { sight } = room.run
  if (!sight) throw new Error('write: this model reads no pictures. Open one that does.')
  const picture = await readPicture(new Uint8Array(await file.arrayBuffer()), file.name)
  return { picture: pictureWord(framedPicture(picture, sight.preparation)) }
}

export async function pictureHeldBack(
  room: Showroom,
  { number }: QuestionOf<'heldBack'>,
): Promise<AnswerTo<'heldBack'>> {
  const { source, run } = room
  if (source?.kind !== 'pictures')
    throw new Error('write: what this model learnt from is not here, so no picture of it can be shown. Draw one.')
  const { picture, label } = heldBackPicture(run.sight?.preparation, source, number)
  return { picture: pictureWord(picture), label }
}

export function attentionInPicture(
  room: Showroom,
  { scene, position }: QuestionOf<'pictureAttention'>,
): Promise<PictureAttentionFacts> {
  return room.look(scene.step, async (shown) => {
    const opened = openScene(shown, scene)
    const { sight } = shown
    if (!sight) throw new Error('look: this model reads no pictures. Open one that does.')
    const layers = patternLayers(passOver(opened).names, {})
    const { heads, rollout } = await pictureAttention({ ...opened.looking, grid: sight.facts.grid, position })
    const plain = ({ patches, before }: { readonly patches: Float64Array; readonly before: Float64Array }) => ({
      patches: [...patches],
      before: [...before],
    })
    return {
      position,
      heads: heads.map(({ layer, head, ...shares }) => ({
        path: (layers.find((each) => each.layer === layer)?.address ?? '').replace(/\.pattern$/, ''),
        head,
        ...plain(shares),
      })),
      rollout: plain(rollout),
    }
  })
}
