// Pictures that a model draws, patch by patch, and the file of them.

import type { PictureCodec } from '../../../data/pictureCodec.ts'
import { draw } from '../../../generate/draw.ts'
import { Generator } from '../../../generate/generate.ts'
import { enlarged, sheetOf } from '../../../image/sheet.ts'
import { writePng } from '../../../image/writePng.ts'
import { isWriting } from '../../../model/language.ts'
import { checkWordsAreKnown } from '../../../text/unknownWords.ts'
import type { AnswerTo, QuestionOf } from '../../talk/questions.ts'
import { breathing } from '../breathing.ts'
import { writtenTokenizer } from '../codeText.ts'
import type { Waiting } from '../instrument.ts'
import { openScene } from '../scene.ts'
import type { OpenModel, Showroom } from '../showroom.ts'

/** The most pictures at once. */
const most = 16
/** The pictures in a row of a sheet that is as wide as high. */
const sides = [1, 2, 3, 4] as const

export function drawnPictures(
  room: Showroom,
  { scene, count, conditions, seed }: QuestionOf<'draw'>,
  { report, signal }: Waiting = {},
): Promise<AnswerTo<'draw'>> {
  return room.look(scene.step, async (shown) => {
    const codec = codecOf(shown)
    const { looking, source } = openScene(shown, { ...scene, text: '' })
    const { model, edits = [] } = looking
    if (source) {
      if (scene.source.trim() === '') throw new Error('draw: there are no words. Say what is to be seen.')
      checkWordsAreKnown('draw', scene.source, shown.tokenizer)
    }
    if (!isWriting(model)) throw new Error('draw: this model draws nothing. Open one that does.')
    if (!(Number.isSafeInteger(count) && count >= 1 && count <= most))
      throw new Error(`draw: ${count} pictures were asked for; from 1 to ${most} can be drawn at once.`)
    const generator = new Generator({ model, engine: breathing(shown.engine, signal), edits })
    const tokenizer = writtenTokenizer(shown)
    const ids = Array.from({ length: count }, (): number[] => [])
    const texts = (): string[] => ids.map((each) => tokenizer.decode(each))
    try {
      const asked = ids.map((_, row) => ({ row, ...(source && { source }) }))
      for await (const { row, id } of draw({ generator, codec }, asked, { ...conditions, seed })) {
        ids[row].push(id)
        if (row === count - 1) report?.(ids[row].length, codec.length, texts())
      }
      return texts()
    } finally {
      await generator.close()
    }
  })
}

export async function drawnFile(room: Showroom, { drawn, scale }: QuestionOf<'drawnFile'>): Promise<Blob> {
  const codec = codecOf(room.run)
  const tokenizer = writtenTokenizer(room.run)
  const pictures = drawn.map((each) => codec.decode(tokenizer.encode(each)))
  const [first] = pictures
  const shown =
    pictures.length === 1 && first
      ? first
      : sheetOf(pictures, sides.find((side) => side * side >= pictures.length) ?? pictures.length)
  return new Blob([(await writePng(enlarged(shown, scale))).slice()], { type: 'image/png' })
}

function codecOf({ codec }: Pick<OpenModel, 'codec'>): PictureCodec {
  if (codec?.kind === 'picture') return codec
  throw new Error('draw: this model draws no pictures. Open one that was trained on words and pictures.')
}
