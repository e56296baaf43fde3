// The recording that a model which hears was given last: a link has its name, and only here are its numbers.

import type { FeatureExtractor } from '../../checkpoint/featureExtractor.ts'
import type { HeardFrames } from '../../generate/listening.ts'

export interface HeardRecording {
  readonly name: string
  /** As the model reads them: those of one window. */
  readonly frames: HeardFrames
  /** The ids before what is said. */
  readonly prompt: readonly number[]
}

const recordings = new WeakMap<FeatureExtractor, HeardRecording>()

export function keepRecording(features: FeatureExtractor, recording: HeardRecording): void {
  recordings.set(features, recording)
}

/** The recording of that name. Throws where it is not here any more. */
export function recordingOf(features: FeatureExtractor, name: string): HeardRecording {
  const recording = recordings.get(features)
  if (recording && recording.name === name) return recording
  throw new Error(
    name === ''
      ? 'look: there is no recording yet. Record something, or choose a file.'
      : `look: the recording ${JSON.stringify(name)} is not here any more: no link has it. Choose it again.`,
  )
}
