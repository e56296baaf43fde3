// cutaway transcribe: a model that hears writes what is said in a recording.

import { hasSegments, type SpokenText, transcribe } from '../generate/transcribe.ts'
import { moment } from '../show/amounts.ts'
import { isSilent } from '../sound/silence.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { choice, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { listenerOf, openSound } from './listener.ts'
import { noRun, openRunOf, runFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { adjustments, beamsOf, habitsOf, noteUnused, writingFlags } from './writingFlags.ts'

const { beam, lengthPenalty, earlyStopping, repetitionPenalty, noRepeat } = writingFlags

const flags = {
  words: toggle('say when each word is spoken'),
  language: text('the language that is spoken, as a code such as de; found out if not given'),
  task: choice('write what is said, or its translation into English', ['transcribe', 'translate']),
  tokens: whole('how many tokens are written at most for each window', {
    least: 1,
    usual: 'as many as the model writes',
  }),
  beam,
  lengthPenalty,
  earlyStopping,
  repetitionPenalty,
  noRepeat,
  ...editFlags,
  ...runFlags,
  json: toggle('print what is said, with times in seconds, as JSON'),
}

export const transcribeCommand: Command<typeof flags> = {
  name: 'transcribe',
  takes: 'RUN RECORDING.wav',
  summary: 'Writes down what is said in a recording',
  flags,
  about: [
    "A recording that is longer than what the model hears at once is heard in windows, each of which begins where the speech of the one before ended, as Python's transformers does it without its second tries; what is said is then written in segments with their times.",
    'Times of words are read off the cross-attention of the heads that generation_config.json names (alignment_heads): the way along which each token looks at its place in the sound.',
  ],
  examples: [
    { line: 'cutaway transcribe models/whisper-tiny.en speech.wav', does: 'what is said' },
    { line: 'cutaway transcribe models/whisper-tiny.en speech.wav --words', does: 'and when each word is' },
    {
      line: 'cutaway transcribe models/whisper-base speech.wav --language de --task translate',
      does: 'German, in English',
    },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('transcribe', ['encoder-decoder'])
    if (file === undefined || more.length > 0)
      throw new Error(
        `transcribe takes a run and one recording: ${cutaway(`transcribe ${quoted(folder)} speech.wav`)}${more.length > 0 ? `, but got also ${quoted(more.join(' '))}` : ''}.`,
      )
    const sound = await openSound(file)
    const run = await openRunOf('transcribe', ['encoder-decoder'], folder, values, terminal)
    try {
      const habits = habitsOf(run)
      const listener = listenerOf('transcribe', folder, run, await editsOf('transcribe', folder, run, values))
      const beams = beamsOf(
        'transcribe',
        { ...values, nBest: undefined, stop: undefined, batch: 1 },
        { ...habits, each: 1 },
      )
      noteUnused({ generation: run.generation, beams, isSearching: true }, terminal)
      const { stopStrings: _, stop: _s, ...adjusting } = adjustments(values, habits)
      const isStreamed = !values.json && !values.words && !beams && !hasSegments(listener, sound)
      if (isSilent(sound)) terminal.note(terminal.colours.yellow(`Note: ${file}: nothing is to be heard in it.`))
      const spoken: SpokenText[] = []
      let isBegun = false
      const writePiece = trimmedStart((piece) => {
        isBegun = true
        terminal.write(piece)
      })
      const isTimed = values.words || hasSegments(listener, sound)
      const heard = transcribe(listener, sound, {
        ...adjusting,
        place: file,
        hasWords: values.words,
        language: values.language,
        task: values.task,
        tokens: values.tokens,
        beams,
        ...(isStreamed && { onPiece: writePiece }),
      })
      try {
        for await (const each of heard) {
          spoken.push(each)
          if (!values.json && !isStreamed) printSpoken(terminal, each, isTimed)
        }
        isBegun = isStreamed
      } finally {
        if (isBegun) terminal.write('\n')
      }
      if (values.json) {
        const [first] = spoken
        const what = {
          text: spoken.map(({ text }) => text).join(''),
          ...(first?.language !== undefined && { language: first.language }),
          ...beams,
          ...editsSaid(values),
          ...(isTimed && { segments: spoken.map(({ language: _, ...segment }) => segment) }),
        }
        terminal.print(JSON.stringify(what, undefined, 2))
      }
      return 0
    } finally {
      run.engine.close()
    }
  },
}

function printSpoken(terminal: Terminal, { from, to, text, words }: SpokenText, isTimed: boolean): void {
  const lines = words ?? [{ from, to, text }]
  for (const line of lines) {
    if (line.text.trim() === '') continue
    const when = isTimed ? `${terminal.colours.cyan(`${moment(line.from)} – ${moment(line.to)}`)}  ` : ''
    terminal.print(`${when}${line.text.trim()}`)
  }
}

/** The pieces of a text without the spaces that it begins with. */
function trimmedStart(write: (piece: string) => void): (piece: string) => void {
  let hasBegun = false
  return (piece) => {
    const shown = hasBegun ? piece : piece.trimStart()
    hasBegun ||= shown !== ''
    write(shown)
  }
}
