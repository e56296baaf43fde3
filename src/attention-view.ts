// <attention-view> as one file, for a script tag in any page: it makes the element known, and has no other names than types.
//
//   <script src="attention-view.js"></script>

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
export type { AttentionFormat } from './show/attentionView/exported.ts'
export type { AttentionCell } from './show/attentionView/sight.ts'

/** The function that the whole file is, once it is built (tools/attentionView.ts): it can give its own text to pages that are saved. */
declare const attentionViewFile: (() => void) | undefined

if (typeof attentionViewFile === 'function') AttentionView.script = `(${attentionViewFile})()`
defineAttentionView()
