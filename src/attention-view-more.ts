// What is behind all heads in <attention-view>, as a file beside its own (attention-view.ts), which loads it: it stands in a global name,
// since scripts of a page from a disk cannot import.

import { exported, headLook, type MoreAttention, moreStyle, numbersLook, textLook } from './show/attentionView/more.ts'

export interface MoreAttentionFile extends MoreAttention {
  /** The text of this file, where it is known: pages that are saved hold it. */
  readonly script: string
}

/** The function that the whole file is, once it is built (tools/attentionView.ts). */
declare const attentionViewFile: (() => void) | undefined

const script = typeof attentionViewFile === 'function' ? `(${attentionViewFile})();` : ''
const attentionViewMore: MoreAttentionFile = { exported, headLook, moreStyle, numbersLook, textLook, script }
Object.assign(globalThis, { attentionViewMore })
