// The picture that the model sees, as figures lay numbers over its patches.

import type { PatchedPicture } from '../../../../show/patchedPicture.ts'
import { readPictureWord } from '../../../place/pictureWord.ts'
import { paint } from '../../picture/paint.ts'
import type { LookState } from '../looking.svelte.ts'

/** The picture that was asked for last: one is looked at for long. */
let last = { word: '', address: '' }

/** The picture as it stands in the pad; undefined where the model sees none. */
export function pictureUnder({ sees, studio }: LookState): PatchedPicture | undefined {
  const { picture: word } = studio.at
  if (!sees || word === '') return undefined
  if (word !== last.word) last = { word, address: addressOf(word) }
  return { grid: sees.grid, before: sees.before, address: last.address }
}

function addressOf(word: string): string {
  const canvas = document.createElement('canvas')
  paint(canvas, readPictureWord(word))
  return canvas.toDataURL()
}
