// cutaway transcribe: a model that hears writes what is said in a recording.

import { featureExtractorName, framesHeard, loadFeatureExtractor } from '../checkpoint/featureExtractor.ts'
import { filesOf } from '../checkpoint/filesOf.ts'
import { Generator } from '../generate/generate.ts'
import { listen, type Segment, windowFrames } from '../generate/listening.ts'
import { detectedLanguage, spokenPrompt } from '../generate/spokenPrompt.ts'
import { segmentText, spokenWords } from '../generate/spokenWords.ts'
import { logMel } from '../sound/logMel.ts'
import { resample } from '../sound/resample.ts'
import { mono } from '../sound/sound.ts'
import { readWav } from '../sound/wav.ts'
import { readFileBytes } from '../text/openFile.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { choice, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { noRun, type OpenRun, openRunOf, runFlags } from './openRun.ts'
import { adjustments, beamsOf, habitsOf, noteUnused, targetStart, writingFlags } from './writingFlags.ts'

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
    const sound = mono(readWav(await readFileBytes(file), file))
    const run = await openRunOf('transcribe', ['encoder-decoder'], folder, values, terminal)
    try {
      const { engine, model, tokenizer } = run
      if (model.reads.source.below !== undefined)
        throw new Error(
          `transcribe: ${folder} reads text, and no sound. Try "${cutaway(`translate ${quoted(folder)} …`)}".`,
        )
      const edits = await editsOf('transcribe', folder, run, values)
      const generator = new Generator({ engine, model, edits })
      const { mel, seconds } = await featuresOf(folder, run, generator)
      const { samples } = resample(sound, mel.rate)
      const isLong = samples.length > seconds * mel.rate
      const frames = logMel(samples, mel, Math.max(samples.length, seconds * mel.rate))
      const heard = isLong ? frames.frames : Math.ceil(samples.length / mel.hop)
      const habits = habitsOf(run)
      const { noTimes, alignmentHeads = [], latestFirst } = habits
      const hasTimes = noTimes !== undefined && (isLong || values.words)
      if (isLong && !hasTimes)
        throw new Error(
          `transcribe: ${file} lasts ${(samples.length / mel.rate).toFixed(1)} seconds; the model hears ${seconds} at once, and has no tokens for times, by which to go on. Cut it into shorter ones.`,
        )
      if (values.words && alignmentHeads.length === 0)
        throw new Error(
          `transcribe: ${folder}/generation_config.json names no alignment_heads, so that nobody knows when words are spoken. Leave --words out.`,
        )
      const beams = beamsOf(
        'transcribe',
        { ...values, nBest: undefined, stop: undefined, batch: 1 },
        { ...habits, each: 1 },
      )
      noteUnused({ generation: run.generation, beams, isSearching: true }, terminal)
      const start = targetStart(folder, run, habits)
      const source = frames.data.subarray(0, windowFrames(generator) * mel.mels)
      const prompt = await spokenPrompt(
        { start, hasTimes, language: values.language, task: values.task },
        habits,
        (ids) => detectedLanguage(generator, { source, start }, ids),
      )
      const { context } = model.config
      const most =
        habits.mostTokens ??
        (habits.mostLength === undefined
          ? context
          : Math.min(habits.mostLength + prompt.length, context) - prompt.length)
      const { stopStrings: _, ...adjusting } = adjustments(values, habits)
      const settings = {
        ...adjusting,
        prompt,
        tokens: values.tokens ?? most,
        beams,
        ...(hasTimes && { times: { first: noTimes + 1, none: noTimes, end: habits.end[0] ?? 0, latestFirst } }),
        ...(values.words && {
          alignment: { heads: alignmentHeads, medianWidth: medianWidthOf(run) },
        }),
      }
      const isStreamed = !hasTimes && !beams && !values.json && !values.words
      const stream = tokenizer.stream({ after: prompt })
      let isFirst = true
      const onToken = (id: number): void => {
        const piece = stream.push(id)
        terminal.write(isFirst ? piece.trimStart() : piece)
        isFirst &&= piece.trimStart() === ''
      }
      const framesPerSecond = mel.rate / mel.hop
      const segments: Segment[] = []
      try {
        for await (const segment of listen(
          generator,
          { mel: frames, heard },
          { ...settings, ...(isStreamed && { onToken }) },
        )) {
          segments.push(segment)
          if (
            hasTimes &&
            !values.words &&
            !values.json &&
            segmentText(tokenizer, segment, settings.times).trim() !== ''
          )
            terminal.print(
              `${terminal.colours.cyan(span(segment.from / framesPerSecond, segment.to / framesPerSecond))}  ${segmentText(tokenizer, segment, settings.times).trim()}`,
            )
        }
      } finally {
        if (isStreamed) terminal.write(`${stream.end()}\n`)
      }
      const language = values.language ?? habits.language ?? languageIn(prompt, habits.languages)
      const words = values.words
        ? spokenWords(tokenizer, segments, { times: settings.times, language, framesPerSecond })
        : undefined
      if (values.json) {
        const said = segments.map((segment) => segmentText(tokenizer, segment, settings.times))
        terminal.print(
          JSON.stringify(
            {
              text: said.join(''),
              ...(language !== undefined && { language }),
              ...beams,
              ...editsSaid(values),
              ...(hasTimes && {
                segments: segments.map(({ from, to }, i) => ({
                  from: from / framesPerSecond,
                  to: to / framesPerSecond,
                  text: said[i],
                })),
              }),
              ...(words && { words }),
            },
            undefined,
            2,
          ),
        )
      } else if (words)
        for (const word of words)
          terminal.print(`${terminal.colours.cyan(span(word.from, word.to))}  ${word.text.trim()}`)
      else if (!isStreamed && !hasTimes)
        terminal.print(
          segments
            .map((segment) => segmentText(tokenizer, segment, undefined))
            .join('')
            .trim(),
        )
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** The way from a recording to frames, as the folder says it. Throws where the model reads others. */
async function featuresOf(folder: string, { model }: OpenRun, generator: Generator) {
  const found = await loadFeatureExtractor(filesOf(folder))
  if (!found)
    throw new Error(
      `transcribe: ${folder} has no ${featureExtractorName}, which says how a sound becomes what the model reads. Copy it from where the model came from.`,
    )
  const { reads } = model
  const [frames, mels] = [windowFrames(generator), 'source' in reads ? reads.source.axes.mel : undefined]
  if (framesHeard(found) !== frames || found.mel.mels !== mels)
    throw new Error(
      `transcribe: ${folder}/${featureExtractorName} makes ${framesHeard(found)} frames of ${found.mel.mels} numbers, but the model reads ${frames} of ${mels}. They may not belong together.`,
    )
  return found
}

const medianWidthOf = ({ blueprint: { config } }: OpenRun): number =>
  'medianWidth' in config && typeof config.medianWidth === 'number' ? config.medianWidth : 7

function languageIn(prompt: readonly number[], languages: Readonly<Record<string, number>> = {}): string | undefined {
  return Object.entries(languages)
    .find(([, id]) => prompt.includes(id))?.[0]
    .replace(/^<\|(.*)\|>$/, '$1')
}

/** `0:01.90 – 0:02.20`, of seconds. */
const span = (from: number, to: number): string => `${clock(from)} – ${clock(to)}`

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, '0')}`
