// Words that a model says: codes of pieces of sound, and the sound of them.

import type { SpeechCodec } from '../../../data/speechCodec.ts'
import { Generator } from '../../../generate/generate.ts'
import { speak } from '../../../generate/speak.ts'
import { isWriting } from '../../../model/language.ts'
import { secondsOf } from '../../../sound/sound.ts'
import { writeWav } from '../../../sound/wav.ts'
import { checkWordsAreKnown } from '../../../text/unknownWords.ts'
import type { AnswerTo, QuestionOf } from '../../talk/questions.ts'
import { breathing } from '../breathing.ts'
import { writtenTokenizer } from '../codeText.ts'
import type { Waiting } from '../instrument.ts'
import { openScene } from '../scene.ts'
import type { OpenModel, Showroom } from '../showroom.ts'

export function spokenCodes(
  room: Showroom,
  { scene, conditions, seed }: QuestionOf<'speak'>,
  { report, signal }: Waiting = {},
): Promise<AnswerTo<'speak'>> {
  return room.look(scene.step, async (shown) => {
    const codec = codecOf(shown)
    const { looking, source } = openScene(shown, { ...scene, text: '' })
    const { model, edits = [] } = looking
    if (!isWriting(model) || !source) throw new Error('speak: this model reads no words. Open one that does.')
    if (scene.source.trim() === '') throw new Error('speak: there are no words. Say something.')
    checkWordsAreKnown('speak', scene.source, shown.tokenizer)
    const tokenizer = writtenTokenizer(shown)
    const generator = new Generator({ model, engine: breathing(shown.engine, signal), edits })
    const ids: number[] = []
    // The edge that begins what is said has a place as well.
    const tokens = model.config.context - 1
    try {
      for await (const { id } of speak({ generator, codec }, [source], { ...conditions, tokens, seed })) {
        ids.push(id)
        report?.(ids.length, tokens, [tokenizer.decode(ids)])
      }
    } finally {
      await generator.close()
    }
    if (ids.length === 0)
      throw new Error('speak: the model says nothing for these words. Train it longer, or say something else.')
    return [tokenizer.decode(ids)]
  })
}

export async function soundOfCodes(room: Showroom, { spoken }: QuestionOf<'sound'>): Promise<AnswerTo<'sound'>> {
  const codec = codecOf(room.run)
  const sound = codec.decode(writtenTokenizer(room.run).encode(spoken))
  return { seconds: secondsOf(sound), wav: new Blob([writeWav(sound).slice()], { type: 'audio/wav' }) }
}

function codecOf({ codec }: Pick<OpenModel, 'codec'>): SpeechCodec {
  if (codec?.kind === 'speech') return codec
  throw new Error('speak: this model says nothing. Open one that was trained on recordings and their words.')
}
