// Runs that learn from recordings: one that hears them (as listener) reads their frames and writes their words; one that speaks them (as
// encoder-decoder) reads their words and writes their codes.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { type FeatureExtractor, framesHeard, soundFeatures } from '../checkpoint/featureExtractor.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import { edgeOf } from '../data/codec.ts'
import type { Pair, PairOptions } from '../data/pairs.ts'
import type { Recording, Recordings } from '../data/recordings.ts'
import { splitWorded } from '../data/split.ts'
import { type Fitting, pairsWithin } from '../data/textExamples.ts'
import type { SequenceModel } from '../model/language.ts'
import { whisperMel } from '../sound/logMel.ts'
import { withoutSilentEnds } from '../sound/silence.ts'
import { type Sound, secondsOf } from '../sound/sound.ts'
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
  const longest = source.recordings.reduce((most, { sound }) => Math.max(most, secondsOf(sound)), 0)
  return { mel: newMel, seconds: Math.min(mostSeconds, Math.ceil(longest)) }
}

/** The learning of a run from recordings. Throws where none fits. */
export function recordingLearning({ recordings, leftOut }: Recordings, learner: Learner): Learning {
  const { training, validation } = splitWorded(recordings, leftOut)
  const recorded = { ...learner, model: learner.model as SequenceModel }
  const [learnt, heldBack] = [training, validation].map((part) => pairsOfRecordings(part, recorded))
  return sequenceLearning(learner, learnt, heldBack, learnt.options)
}

/** A model that hears or speaks, with what makes pairs of recordings for it. */
export interface Recorded extends Processor {
  readonly model: SequenceModel
  readonly blueprint: Blueprint
}

/** The pairs that a model makes of recordings, without those that are too long for it, and how they begin and end. */
export function pairsOfRecordings(
  recordings: readonly Recording[],
  { model, tokenizer, codec, features, blueprint }: Recorded,
): Fitting<Pair> & { readonly options: PairOptions } {
  const { context } = model.config
  if (codec?.kind === 'speech') {
    const edge = edgeOf(codec)
    const pairs = recordings.map((each) => ({
      source: tokenizer.encode(each.words, { special: true }),
      target: codec.encode(spoken(each)),
    }))
    return { ...pairsWithin(pairs, context), options: { begin: edge, end: edge, pad: 0 } }
  }
  if (features === undefined)
    throw new Error('recordings: the model neither hears nor speaks. Give one that was trained on recordings.')
  const heard = recordings.filter(({ sound }) => secondsOf(sound) <= features.seconds)
  const pairs = heard.map(({ name, words, sound }) => ({
    source: soundFeatures(features, sound, name).data,
    target: tokenizer.encode(words),
  }))
  // Of what is heard all is read at once; what is written, with its end, is within the context.
  const examples = pairs.filter(({ target }) => target.length < context)
  const block = { frame: framesHeard(features), mel: features.mel.mels }
  return {
    examples,
    tooLong: recordings.length - examples.length,
    options: { ...targetIds(blueprint.config.special, tokenizer), block },
  }
}
