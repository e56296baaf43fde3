// The parts of Write for models that draw, speak or hear: brought by whoever provides them, since an exhibit of a text has no use for them.

import { type Component, getContext, setContext } from 'svelte'
import type { PictureCodecFacts, SpeechCodecFacts } from '../../talk/questions.ts'

export interface MediaParts {
  /** Words become pictures. */
  readonly DrawView: Component<{ facts: PictureCodecFacts }>
  /** Words become sound. */
  readonly SpeakView: Component<{ facts: SpeechCodecFacts }>
  /** Recordings become words. */
  readonly ListenView: Component<{ seconds: number }>
}

const key = Symbol('media')
export const provideMedia = (load: () => Promise<MediaParts>): void => void setContext(key, load)
export const useMedia = (): (() => Promise<MediaParts>) | undefined => getContext(key)
