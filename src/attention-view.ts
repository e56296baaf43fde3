// <attention-view> as a file for a script tag in any page: it makes the element known, and has no other names than types.
//
//   <script src="attention-view.js"></script>
//
// What is behind all heads is in a file beside it (attention-view-more.ts), which is loaded when somebody comes near.

import type { MoreAttentionFile } from './attention-view-more.ts'
import { AttentionView, defineAttentionView } from './show/attentionView/element.ts'

export type {
  AttentionArray,
  AttentionCount,
  AttentionData,
  AttentionKind,
  AttentionProvider,
  AttentionQuantity,
  AttentionRegion,
  AttentionScore,
  AttentionTexts,
  AttentionThumbnails,
  PackedAttention,
  PackedKind,
} from './show/attentionView/data.ts'
export type { AttentionPin, AttentionSelection, AttentionView } from './show/attentionView/element.ts'
export type { AttentionCell } from './show/attentionView/sight.ts'
export type { AttentionFormat } from './show/attentionView/view.ts'

/** The function that the whole file is, once it is built (tools/attentionView.ts): it can give its own text to pages that are saved. */
declare const attentionViewFile: (() => void) | undefined

/** The address of this file, where a script tag names it. */
const source = (globalThis.document?.currentScript as HTMLScriptElement | null | undefined)?.src

/** The part that is in the file beside this one, where that is there: a page that holds both loads nothing. */
const there = (): MoreAttentionFile | undefined =>
  (globalThis as { readonly attentionViewMore?: MoreAttentionFile }).attentionViewMore

let loading: Promise<MoreAttentionFile> | undefined
const more = (): Promise<MoreAttentionFile> => (loading ??= loaded())

async function loaded(): Promise<MoreAttentionFile> {
  // A page from a disk loads scripts, but no modules; a module does not know its script tag.
  if (!there())
    await (source ? scriptAt(new URL('attention-view-more.js', source).href) : import('./attention-view-more.ts'))
  const own = there()
  if (!own) throw new Error('attention-view: attention-view-more.js is not beside attention-view.js. Put it there.')
  if (typeof attentionViewFile === 'function') AttentionView.script = `${own.script}\n(${attentionViewFile})()`
  return own
}

const scriptAt = (src: string): Promise<unknown> =>
  new Promise((resolve) => {
    const script = document.createElement('script')
    script.onload = script.onerror = resolve
    script.src = src
    document.head.append(script)
  })

defineAttentionView(more)
