// What a model hears in a recording: the words as they come, when each was said, and where it looked while it wrote each token.

import { Generator } from '../../../generate/generate.ts'
import { firstWindow, listen } from '../../../generate/listening.ts'
import { saidTest, segmentText, WordTimes } from '../../../generate/spokenWords.ts'
import { alignmentHeadsOf, framesOf, type Listener, medianWidthIn, promptFor } from '../../../generate/transcribe.ts'
import type { SequenceModel } from '../../../model/language.ts'
import { heardWindow } from '../../../show/heardWindow.ts'
import { mono, type Sound, secondsOf } from '../../../sound/sound.ts'
import { readWav, writeWav } from '../../../sound/wav.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { AnswerTo, QuestionOf, RecordingFacts } from '../../talk/questions.ts'
import { breathing } from '../breathing.ts'
import type { Waiting } from '../instrument.ts'
import { keepRecording } from '../recordings.ts'
import { writtenEnds } from '../scene.ts'
import type { Shown, Showroom } from '../showroom.ts'

/** A recording as sound of one channel, and as a WAV that every browser plays. */
export async function openedRecording(
  _: Showroom,
  { recording }: QuestionOf<'recording'>,
): Promise<AnswerTo<'recording'>> {
  const sound = await soundOf(recording)
  if (sound.samples.length === 0) throw new Error(`listen: ${recording.name} is empty. Choose another recording.`)
  return { sound, seconds: secondsOf(sound), wav: new Blob([writeWav(sound).slice()], { type: 'audio/wav' }) }
}

async function soundOf(recording: RecordingFacts): Promise<Sound> {
  if ('file' in recording) return mono(readWav(new Uint8Array(await recording.file.arrayBuffer()), recording.name))
  return mono(recording)
}

export function heardFacts(
  room: Showroom,
  { scene, name, sound }: QuestionOf<'hear'>,
  { report, signal }: Waiting = {},
): Promise<AnswerTo<'hear'>> {
  return room.look(scene.step, async (shown) => {
    const listener = listenerOf(shown, scene.edits, signal)
    const { generator, features, tokenizer, habits } = listener
    try {
      const all = framesOf(features, sound)
      const frames = firstWindow(generator, all)
      const prompt = await promptFor(listener, frames, false, {})
      keepRecording(features, { name, frames, prompt })
      const { context } = generator.decoding.model.config
      const usual = alignmentHeadsOf(listener)
      let written = 0
      const said: number[] = []
      const isSaid = saidTest(tokenizer, undefined)
      const plain = { text: '', tokens: [], words: [], isCut: all.mel.frames > frames.mel.frames }
      const [segment] = await Array.fromAsync(
        listen(generator, frames, {
          prompt,
          stop: listener.end,
          tokens: context,
          suppressed: habits.suppressed,
          suppressedFirst: habits.suppressedFirst,
          alignment: usual,
          onToken: (id) => {
            written++
            if (isSaid(id)) said.push(id)
            report?.(written, context, { ...plain, text: tokenizer.decode(said) })
          },
        }),
      )
      const { alignment } = segment ?? {}
      if (!segment || !alignment || !usual) return plain
      const framesPerSecond = features.mel.rate / features.mel.hop
      const tokens = alignment.ids.map((id) => tokenText(tokenizer, id))
      return {
        ...plain,
        text: segmentText(tokenizer, segment, undefined),
        tokens,
        words: new WordTimes(tokenizer, { framesPerSecond }).of(segment),
        heard: heardWindow(alignment, frames, { tokens, heads: usual.heads, framesPerSecond }),
      }
    } finally {
      await generator.close()
    }
  })
}

/** The model that is shown as one that hears. Throws for one that reads text. */
function listenerOf(
  shown: Shown,
  edits: QuestionOf<'hear'>['scene']['edits'],
  signal: AbortSignal | undefined,
): Listener {
  const { model, engine, tokenizer, features, blueprint, generation } = shown
  if (!features || model.kind !== 'encoder-decoder')
    throw new Error('listen: this model hears nothing. Open one that was trained on recordings, or a Whisper.')
  const { special = {} } = blueprint.config
  const { more = {} } = generation ?? {}
  const start = more.start ?? special.start ?? tokenizer.special.begin ?? tokenizer.special.pad
  if (start === undefined)
    throw new Error(
      'listen: config.json has no decoder_start_token_id, so nobody knows how a text begins. Write it there.',
    )
  return {
    generator: new Generator({ engine: breathing(engine, signal), model: model as SequenceModel, edits }),
    tokenizer,
    features,
    start,
    end: (more.end ?? writtenEnds(shown)).filter((id) => id < model.config.vocab),
    habits: more,
    medianWidth: medianWidthIn(blueprint.config),
  }
}
