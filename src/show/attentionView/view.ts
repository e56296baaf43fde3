// A look: one of the ways to see what is looked at.

import type { AttentionCell, HeadSight } from './sight.ts'

export const attentionViews = ['grid', 'head', 'text', 'numbers'] as const

export type AttentionViewName = (typeof attentionViews)[number]

/** The files that can be saved. */
export const attentionFormats = ['svg', 'png', 'html', 'csv'] as const

export type AttentionFormat = (typeof attentionFormats)[number]

export interface AttentionLook {
  readonly root: HTMLElement
  /** Draws everything. */
  draw(sight: HeadSight): void
  /** Draws what changes with the cell that is pointed at or pinned. */
  mark?(sight: HeadSight): void
  /** Puts the keyboard where it goes on. */
  focus(): void
}

/** The things that a person does in a look; the element does them. */
export interface Doing {
  /** Chooses a head, and shows it. */
  open(layer: number, head: number): void
  point(cell?: AttentionCell): void
  pin(cell?: AttentionCell): void
  /** Back to all heads. */
  back(): void
  say(text: string): void
  /** Draws the look anew. */
  redraw(): void
}
