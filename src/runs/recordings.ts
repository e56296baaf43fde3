// Runs that learn from recordings: one that hears them (as listener) reads their frames and writes their words; one that speaks them (as
// encoder-decoder) reads their words and writes their codes.

import { type FeatureExtractor, framesHeard, soundFeatures } from '../checkpoint/featureExtractor.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import { edgeOf } from '../data/codec.ts'
import type { Pair } from '../data/pairs.ts'
import { type Recording, type Recordings, splitRecordings } from '../data/recordings.ts'
import { type Fitting, pairsWithin } from '../data/textExamples.ts'
import type { SequenceModel } from '../model/language.ts'
import { whisperMel } from '../sound/logMel.ts'
import { withoutSilentEnds } from '../sound/silence.ts'
import type { Sound } from '../sound/sound.ts'
import type { Beginning } from './beginning.ts'
import { type Learner, type Learning, sequenceLearning, targetIds } from './learning.ts'
import type { Source } from './source.ts'

/** The frames that a new listener reads: one every 20 ms. */
const newMel = { ...whisperMel, hop: 320, mels: 40 }

/** The most seconds that a new listener hears at once. */
const mostSeconds = 30

/** The number of frames in a code of a new speaker, and the most codes that it has where nobody says it. */
export const framesInCode = 2
export const usualSpeechCodes = 512

/** A recording as it is spoken again. */
export const spoken = ({ sound }: Recording): Sound => withoutSilentEnds(sound)

/** The feature extractor of a run; undefined where it does not hear. A new one hears as long as the longest recording is, in whole seconds. */
export function featureExtractorFor(as: RunKind, source: Source, beginning: Beginning): FeatureExtractor | undefined {
  if (beginning.kind !== 'new') return beginning.features
  if (as !== 'listener' || source.kind !== 'recordings') return undefined
  const longest = Math.max(...source.recordings.map(({ sound: { rate, samples } }) => samples.length / rate))
  return { mel: newMel, seconds: Math.min(mostSeconds, Math.ceil(longest)) }
}

/** The learning of a run from recordings. Throws where none fits. */
export function recordingLearning(source: Recordings, learner: Learner): Learning {
  return learner.codec ? speakingLearning(source, learner) : hearingLearning(source, learner)
}

/** Sentences about recordings that are left out, the first few of them. */
export function leftOutOf({ leftOut }: Recordings): readonly string[] {
  const told = leftOut.slice(0, mostTold)
  const more = leftOut.length - told.length
  return [
    ...told.map((each) => `${each} It is left out.`),
    ...(more === 0 ? [] : [`${more} more recordings are left out.`]),
  ]
}

/** As many are named one by one. */
const mostTold = 8

function hearingLearning({ recordings }: Recordings, learner: Learner): Learning {
  const { tokenizer, blueprint, features, model } = learner
  if (features === undefined)
    throw new Error('recordings: nothing says what the model hears of a sound. Give a feature extractor.')
  const { context } = (model as SequenceModel).config
  const lasts = ({ sound: { rate, samples } }: Recording): number => samples.length / rate
  const [learnt, heldBack] = parts(recordings, (part): Fitting<Pair> => {
    const heard = part.filter((each) => lasts(each) <= features.seconds)
    const fitting = targetsWithin(
      heard.map(({ name, words, sound }) => ({
        source: soundFeatures(features, sound, name).data,
        target: tokenizer.encode(words),
      })),
      context,
    )
    return { ...fitting, tooLong: fitting.tooLong + part.length - heard.length }
  })
  const block = { frame: framesHeard(features), mel: features.mel.mels }
  return sequenceLearning(learner, learnt, heldBack, { ...targetIds(blueprint.config.special, tokenizer), block })
}

/** Pairs whose targets, and an end, are no longer than the context: of what is heard all is read at once. */
function targetsWithin(pairs: readonly Pair[], context: number): Fitting<Pair> {
  const examples = pairs.filter(({ target }) => target.length < context)
  return { examples, tooLong: pairs.length - examples.length }
}

function speakingLearning({ recordings }: Recordings, learner: Learner): Learning {
  const { tokenizer, codec, model } = learner
  if (codec?.kind !== 'speech') throw new Error('recordings: there is no codec that makes ids of sounds. Give one.')
  const { context } = (model as SequenceModel).config
  const [learnt, heldBack] = parts(recordings, (part) =>
    pairsWithin(
      part.map((each) => ({
        source: tokenizer.encode(each.words, { special: true }),
        target: codec.encode(spoken(each)),
      })),
      context,
    ),
  )
  const edge = edgeOf(codec)
  return sequenceLearning(learner, learnt, heldBack, { begin: edge, end: edge, pad: 0 })
}

function parts<T>(recordings: readonly Recording[], of: (part: readonly Recording[]) => T): [learnt: T, heldBack: T] {
  const { training, validation } = splitRecordings(recordings)
  return [of(training), of(validation)]
}
