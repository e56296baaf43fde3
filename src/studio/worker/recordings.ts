// The recordings that a model which hears was given last: a link has the name of one, and only here are its numbers.

import type { FeatureExtractor } from '../../checkpoint/featureExtractor.ts'
import type { HeardFrames } from '../../generate/listening.ts'

export interface HeardRecording {
  readonly name: string
  /** As the model reads them: those of one window. */
  readonly frames: HeardFrames
  /** The ids before what is said. */
  readonly prompt: readonly number[]
}

/** Those that are kept, the last one first. */
const recordings = new WeakMap<FeatureExtractor, readonly HeardRecording[]>()

/** So many are kept at most: each is what a model hears at once. */
const mostKept = 4

export function keepRecording(features: FeatureExtractor, recording: HeardRecording): void {
  const others = (recordings.get(features) ?? []).filter(({ name }) => name !== recording.name)
  recordings.set(features, [recording, ...others].slice(0, mostKept))
}

/** The recording of that name. Throws where it is not here any more. */
export function recordingOf(features: FeatureExtractor, name: string): HeardRecording {
  const recording = recordings.get(features)?.find((each) => each.name === name)
  if (recording) return recording
  throw new Error(
    name === ''
      ? 'look: there is no recording yet. Record something, or choose a file.'
      : `look: the recording ${JSON.stringify(name)} is not here any more: no link has it. Choose it again.`,
  )
}

/** Another recording than the one of a name: the one of the other name, or, without that, the last. Throws where there is none. */
export function otherRecording(features: FeatureExtractor, name: string, other: string): HeardRecording {
  const others = (recordings.get(features) ?? []).filter((each) => each.name !== name)
  const found = other === '' ? others[0] : others.find((each) => each.name === other)
  if (found) return found
  const known = others.map((each) => JSON.stringify(each.name)).join(', ')
  throw new Error(
    known === ''
      ? 'patch: there is no other recording yet. Choose another one to hear, then this one again.'
      : `patch: there is no other recording ${JSON.stringify(other)}. Name one of ${known}.`,
  )
}
