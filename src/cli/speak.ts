// cutaway speak: a model that learnt from recordings says a text.

import type { SpeechCodec } from '../data/speechCodec.ts'
import { Generator } from '../generate/generate.ts'
import { speak } from '../generate/speak.ts'
import type { SequenceModel } from '../model/language.ts'
import { inTurn, secondsOf } from '../sound/sound.ts'
import { writeWav } from '../sound/wav.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { number, path, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { idsOfWords } from './knownWords.ts'
import { noRun, type OpenRun, openRunOf, ownKind, runFlags } from './openRun.ts'
import { wav } from './savedKinds.ts'
import { checkCanSave, saveFile } from './saveFile.ts'
import { samplingOf } from './writingFlags.ts'

const usualFile = 'spoken.wav'
/** The seconds between two texts. */
const pause = 0.25

const flags = {
  out: path('the WAV that is written', { value: 'FILE.wav', usual: usualFile }),
  temperature: number('below 1 keeps to what is likely, 0 takes the likeliest piece of sound', {
    least: 0,
    usual: "as in the run's generation_config.json",
  }),
  topK: whole('only so many of the likeliest pieces are drawn from; 0 for all', { least: 0 }),
  topP: number('only the likeliest pieces that together have this probability are drawn from', { least: 0, most: 1 }),
  tokens: whole('how many pieces a text has at most', { least: 1, usual: 'as many as the model writes' }),
  rounds: whole('rounds of Griffin-Lim, which finds the sound', { least: 1, otherwise: 60 }),
  seed: whole('decides all chance; equal seeds give equal sounds', { least: 0, usual: 'drawn' }),
  ...editFlags,
  ...runFlags,
  json: toggle('print texts and the ids of their pieces as JSON'),
}

export const speakCommand: Command<typeof flags> = {
  name: 'speak',
  takes: 'RUN TEXT…',
  summary: 'Lets a model that was trained on recordings and their words say a text, as a WAV',
  flags,
  about: [
    'Several texts are said one after the other. A text is written as pieces of sound, token by token; what comes of them is heard with a little noise of its own, since their phases are found anew (Griffin-Lim).',
  ],
  examples: [
    { line: 'cutaway speak runs/numbers "three hundred" --out a.wav', does: 'one number' },
    {
      line: 'cutaway speak runs/numbers "seven" "eight" "nine" --out counting.wav',
      does: 'three, one after the other',
    },
  ],
  async run({ values, positionals: [folder, ...texts] }, terminal) {
    if (folder === undefined) throw await noRun('speak', ['encoder-decoder'])
    if (texts.length === 0) throw new Error(`speak needs a text: ${cutaway(`speak ${quoted(folder)} "…"`)}.`)
    const file = values.out ?? usualFile
    await checkCanSave(file, wav)
    const run = await openRunOf('speak', ['encoder-decoder'], folder, values, terminal)
    try {
      const codec = codecOf(folder, run)
      const sources = texts.map((text) => sourceOf(run, text))
      const { engine, model } = run
      const tokens = Math.min(values.tokens ?? Infinity, model.config.context)
      const settings = { tokens, ...samplingOf(run, values) }
      const edits = await editsOf('speak', folder, run, values)
      const ids = texts.map((): number[] => [])
      let pieces = 0
      for await (const { row, id } of speak(
        { generator: new Generator({ engine, model, edits }), codec },
        sources,
        settings,
      )) {
        ids[row].push(id)
        if (!values.json) terminal.repaint(`${++pieces} pieces of sound`)
      }
      terminal.clear()
      const unsaid = ids.findIndex((each) => each.length === 0)
      if (unsaid >= 0)
        throw new Error(`speak: the model says nothing for "${texts[unsaid]}". Train it longer, or say something else.`)
      const rounds = values.rounds ?? 60
      const sound = inTurn(
        ids.map((each) => codec.decode(each, { rounds, seed: settings.seed })),
        pause,
      )
      await saveFile(file, writeWav(sound))
      if (values.json) {
        const said = texts.map((text, i) => ({ text, ids: ids[i] }))
        terminal.print(
          JSON.stringify(
            { run: folder, ...editsSaid(values), file, seconds: secondsOf(sound), ...settings, said },
            undefined,
            2,
          ),
        )
      } else terminal.print(terminal.colours.dim(`${file}: ${secondsOf(sound).toFixed(1)} seconds`))
      return 0
    } finally {
      run.engine.close()
    }
  },
}

type SpeakingRun = OpenRun<SequenceModel>

/** The codec of a run. Throws for one that does not speak. */
function codecOf(folder: string, run: SpeakingRun): SpeechCodec {
  const { codec } = run
  if (codec?.kind === 'speech') return codec
  const { does, command } = ownKind(run) ?? { does: 'writes text', command: 'translate' }
  throw new Error(
    `speak: ${folder} says nothing, it ${does}. Try "${cutaway(`${command} ${quoted(folder)} …`)}", or train a speaker: ${cutaway('train --as encoder-decoder RECORDINGS')}.`,
  )
}

/** The ids of a text. Throws for one without a word, with characters that the model never met, and for one that is too long. */
function sourceOf(run: SpeakingRun, text: string): Int32Array {
  if (text.trim() === '') throw new Error(`speak: ${JSON.stringify(text)} has no word in it. Say something.`)
  return idsOfWords('speak', run, text, 'Say it in several texts.')
}
