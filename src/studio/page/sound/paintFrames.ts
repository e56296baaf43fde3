// The frames of codes of sound on a canvas: time to the right, high pitches above, the louder the further from the page.

import { rampOf } from '../../../show/attentionView/colour.ts'
import type { SpeechCodecFacts } from '../../talk/questions.ts'

export function paintFrames(
  canvas: HTMLCanvasElement,
  spoken: readonly number[],
  { frames, mels, codes }: SpeechCodecFacts,
  isDark: boolean,
): void {
  canvas.width = Math.max(1, spoken.length * frames)
  canvas.height = mels
  const context = canvas.getContext('2d')
  if (!context) return
  const colour = rampOf('pattern', isDark)
  const image = context.createImageData(canvas.width, canvas.height)
  for (const [place, code] of spoken.entries())
    for (let frame = 0; frame < frames; frame++)
      for (let mel = 0; mel < mels; mel++) {
        const at = 4 * ((mels - 1 - mel) * canvas.width + place * frames + frame)
        image.data.set([...colour(codes[(code * frames + frame) * mels + mel] ?? 0), 255], at)
      }
  context.putImageData(image, 0, 0)
}
