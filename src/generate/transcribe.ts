// Transcribing: from a sound to what is said in it, as text with times in seconds.
//
//   sound → log-mel frames → windows → ids (listening.ts) → segments, words
//
// Times of segments are written by models that have tokens for them; where a recording is longer than a window they must be, since
// they say where the next window begins. Times of words come from heads (tokenTimes.ts).

import { type FeatureExtractor, samplesHeard } from '../checkpoint/featureExtractor.ts'
import type { MoreGeneration } from '../checkpoint/generationFields.ts'
import { logMel } from '../sound/logMel.ts'
import { resample } from '../sound/resample.ts'
import { type Sound, secondsOf } from '../sound/sound.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { AdjustSettings } from './adjust.ts'
import type { BeamSettings } from './beams.ts'
import type { Generator } from './generate.ts'
import { type HeardFrames, type ListenSettings, listen, windowFrames } from './listening.ts'
import { bare, detectedLanguage, type ListeningHabits, spokenPrompt } from './spokenPrompt.ts'
import { type SpokenWord, saidTest, segmentText, WordTimes } from './spokenWords.ts'

/** A run that hears. */
export interface Listener {
  readonly generator: Generator
  readonly tokenizer: Tokenizer
  readonly features: FeatureExtractor
  /** The token that comes first. */
  readonly start: number
  /** The tokens that may end a text. */
  readonly end: readonly number[]
  readonly habits: ListeningHabits &
    Pick<
      MoreGeneration,
      'alignmentHeads' | 'latestFirst' | 'mostTokens' | 'mostLength' | 'suppressed' | 'suppressedFirst'
    >
  /** The number of neighbouring places whose median is taken before words are given times. */
  readonly medianWidth: number
}

/** That number in a model's config; 7 where it has none. */
export const medianWidthIn = (config: object): number =>
  'medianWidth' in config && typeof config.medianWidth === 'number' ? config.medianWidth : 7

export interface TranscribeSettings extends AdjustSettings {
  /** The sound's name, for messages. */
  readonly place: string
  /** True where each word is given its times. */
  readonly hasWords?: boolean
  /** The language that is spoken, as a code; found out if neither this nor the run says it. */
  readonly language?: string | undefined
  readonly task?: string | undefined
  /** The most tokens that are written for a window. */
  readonly tokens?: number | undefined
  readonly beams?: BeamSettings | undefined
  readonly signal?: AbortSignal
  /** Told the text of a sound without times as it comes. */
  readonly onPiece?: (text: string) => void
}

/** The text of a stretch of a sound, from one second to another. */
export interface SpokenText {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly words?: readonly SpokenWord[]
  /** The code of the language, where the model knows several. */
  readonly language?: string
}

/** True where what is said comes in segments with times of their own. */
export const hasSegments = ({ habits, features }: Listener, sound: Sound, hasWords = false): boolean =>
  habits.noTimes !== undefined && (hasWords || isLong(features, sound))

/** The text of a sound, segment by segment. Throws for one that is too long for a model that writes no times. */
export async function* transcribe(
  listener: Listener,
  sound: Sound,
  settings: TranscribeSettings,
): AsyncGenerator<SpokenText, void, undefined> {
  const { generator, tokenizer, features, habits } = listener
  const hasTimes = hasSegments(listener, sound, settings.hasWords)
  if (isLong(features, sound) && !hasTimes)
    throw new Error(
      `${settings.place}: it lasts ${secondsOf(sound).toFixed(1)} seconds, but the model hears ${features.seconds} at once, and has no tokens for times, by which to go on. Cut it into shorter ones.`,
    )
  const frames = framesOf(features, sound)
  const prompt = await promptFor(listener, frames, hasTimes, settings)
  const language = settings.language ?? habits.language ?? languageIn(prompt, habits.languages)
  const listening = listenSettings(listener, prompt, hasTimes, settings)
  const stream = tokenizer.stream({ after: prompt })
  const { onPiece } = settings
  const isSaid = saidTest(tokenizer, listening.times)
  const onToken = onPiece && !hasTimes ? (id: number) => isSaid(id) && onPiece(stream.push(id)) : undefined
  const framesPerSecond = features.mel.rate / features.mel.hop
  const words = settings.hasWords && new WordTimes(tokenizer, { times: listening.times, language, framesPerSecond })
  for await (const segment of listen(generator, frames, { ...listening, ...(onToken && { onToken }) })) {
    if (onToken) onPiece?.(stream.end())
    yield {
      from: segment.from / framesPerSecond,
      to: segment.to / framesPerSecond,
      text: segmentText(tokenizer, segment, listening.times),
      ...(words && { words: words.of(segment) }),
      ...(language !== undefined && { language }),
    }
  }
}

/** The frames of a sound, at least as many as a window has. */
export function framesOf(features: FeatureExtractor, sound: Sound): HeardFrames {
  const { mel } = features
  const { samples } = resample(sound, mel.rate)
  const length = Math.max(samples.length, samplesHeard(features))
  const frames = logMel(samples, mel, length)
  return { mel: frames, heard: Math.min(frames.frames, Math.ceil(samples.length / mel.hop)) }
}

/**
 * The heads that follow what is said: those that the run names, or all in the later half of the layers.
 *
 * Throws for a head that the model does not have.
 */
export function alignmentHeadsOf({
  generator: { decoding },
  habits,
  medianWidth,
}: Listener): ListenSettings['alignment'] {
  const { alignmentHeads = [] } = habits
  const { decoder } = decoding.model.config as { readonly decoder?: { readonly layer: number; readonly head: number } }
  if (!decoder) throw new Error('transcribe: the model has no cross-attention that could tell when words are said.')
  const wrong = alignmentHeads.find(([layer, head]) => layer >= decoder.layer || head >= decoder.head)
  if (wrong)
    throw new Error(
      `generation_config.json: alignment_heads names head ${wrong[1]} of layer ${wrong[0]}, but the decoder has ${decoder.layer} layers of ${decoder.head} heads, from 0. Correct it, or leave it out.`,
    )
  if (alignmentHeads.length > 0) return { heads: alignmentHeads, medianWidth }
  const layers = Array.from({ length: decoder.layer }, (_, layer) => layer).slice(Math.floor(decoder.layer / 2))
  const heads = layers.flatMap((layer) => Array.from({ length: decoder.head }, (_, head) => [layer, head] as const))
  return { heads, medianWidth }
}

/** The ids that come before what is said. */
export function promptFor(
  { generator, start, habits }: Listener,
  { mel }: HeardFrames,
  hasTimes: boolean,
  { language, task }: Pick<TranscribeSettings, 'language' | 'task'>,
): Promise<number[]> {
  const source = mel.data.subarray(0, windowFrames(generator) * mel.mels)
  return spokenPrompt({ start, hasTimes, language, task }, habits, (ids) =>
    detectedLanguage(generator, { source, start }, ids),
  )
}

function listenSettings(
  listener: Listener,
  prompt: readonly number[],
  hasTimes: boolean,
  { place: _, hasWords, language: _l, task: _t, tokens, onPiece: _o, ...adjusting }: TranscribeSettings,
): ListenSettings {
  const { generator, habits, end } = listener
  const { context } = generator.decoding.model.config
  const { noTimes, latestFirst, mostTokens, mostLength = context } = habits
  return {
    ...adjusting,
    prompt,
    stop: end,
    tokens: tokens ?? mostTokens ?? Math.min(mostLength, context - prompt.length),
    ...(hasTimes &&
      noTimes !== undefined && { times: { first: noTimes + 1, none: noTimes, end: end[0] ?? 0, latestFirst } }),
    ...(hasWords && { alignment: alignmentHeadsOf(listener) }),
  }
}

const isLong = (features: FeatureExtractor, { rate, samples }: Sound): boolean =>
  Math.ceil((samples.length * features.mel.rate) / rate) > samplesHeard(features)

function languageIn(prompt: readonly number[], languages: Readonly<Record<string, number>> = {}): string | undefined {
  const found = Object.keys(languages).find((token) => prompt.includes(languages[token]))
  return found && bare(found)
}
