// A picture as a model reads it that learnt pictures alone, as ids of a codec (ImageGPT): brought to the size that it draws, each patch its
// nearest code, behind the id with which a picture begins.

import { edgeOf } from '../data/codec.ts'
import { openPicture } from '../data/openPicture.ts'
import { withChannels } from '../image/picture.ts'
import { resized } from '../image/resize.ts'
import type { OpenRun } from './openRun.ts'

/** The ids that the model reads of a picture: at each place what stands before the patch that is drawn there. Throws for what is no picture. */
export async function codedPicture(
  command: string,
  folder: string,
  { codec }: OpenRun,
  file: string,
): Promise<number[]> {
  if (codec?.kind !== 'picture') throw new Error(`${command}: ${folder} draws no pictures. Give what it reads.`)
  const { layout } = codec
  const picture = withChannels(await openPicture(file), layout.channels === 1 ? 1 : 3)
  return [edgeOf(codec), ...codec.encode(resized(picture, layout)).slice(0, -1)]
}
