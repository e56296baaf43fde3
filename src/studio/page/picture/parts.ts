// The parts of the page that show pictures: brought by whoever provides them, since an exhibit of a text has no use for them.

import { type Component, getContext, setContext } from 'svelte'
import type { PictureFacts } from '../../talk/questions.ts'

export interface PictureParts {
  /** The pad, with what the model says of what is drawn. */
  readonly PadView: Component<{ facts: PictureFacts }>
  /** Where a position looks. */
  readonly PictureAttention: Component<{ facts: PictureFacts; path?: string; head?: number | undefined }>
}

const key = Symbol('pictures')
export const providePictures = (load: () => Promise<PictureParts>): void => void setContext(key, load)
export const usePictures = (): (() => Promise<PictureParts>) | undefined => getContext(key)
