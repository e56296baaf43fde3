// A view: one of the looks of what is looked at.

import type { AttentionCell, HeadSight } from './sight.ts'

export type AttentionViewName = 'grid' | 'head' | 'text' | 'numbers'

export interface AttentionLook {
  readonly root: HTMLElement
  /** Draws everything. */
  draw(sight: HeadSight): void
  /** Draws what changes with the cell that is pointed at or pinned. */
  mark(sight: HeadSight): void
  /** Puts the keyboard where it goes on. */
  focus(): void
}

/** The things that a person does in a view; the element does them. */
export interface Doing {
  /** Chooses a head, and shows it. */
  open(layer: number, head: number): void
  point(cell: AttentionCell | undefined): void
  pin(cell: AttentionCell | undefined): void
  /** Back to all heads. */
  back(): void
  say(text: string): void
  /** Draws the view anew, when something came that was waited for. */
  redraw(): void
}
