// The two halves of an encoder-decoder: each has layers, heads and an MLP of its own, on a stream that is as wide in both.

import type { BlockSizes } from './paperBlock.ts'
import { checkDivides, checkSizes, chosen, hiddenSize, perHead } from './sizes.ts'

/** The sizes of one of the two halves. */
export interface HalfSizes {
  readonly layer: number
  readonly head: number
  /** The MLP's width; 4 · model if not given. */
  readonly hidden?: number
}

/** The sizes of a half's blocks, with their reasons. */
export function blockSizes(model: number, { head, hidden }: HalfSizes): BlockSizes {
  const key = perHead(model, head)
  return { model: chosen(model), head: chosen(head), key, value: key, hidden: hiddenSize(model, hidden) }
}

/** Throws for sizes that no half can have; `place` is their family. */
export function checkHalves(
  place: string,
  { model, encoder, decoder }: { readonly model: number; readonly encoder: HalfSizes; readonly decoder: HalfSizes },
): void {
  for (const [half, { layer, head, hidden }] of Object.entries({ encoder, decoder })) {
    checkSizes(`${place}: ${half}`, { layer, head, hidden })
    checkDivides(`${place}: ${half}`, model, head)
  }
}
