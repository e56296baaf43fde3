// A recipe: all that a run follows from. The same one gives the same weights, to the bit, on one kind of arithmetic.

import type { Choices } from '../../runs/choices.ts'

/** The texts that a run learns from, as a page has them. */
export type Material =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** A table of pairs or of labelled texts: lines with tabs, or JSONL. */
  | { readonly kind: 'table'; readonly name: string; readonly text: string }
  | { readonly kind: 'task'; readonly name: string }

export interface Recipe {
  readonly material: Material
  readonly choices: PlainChoices
  /** True for a run that was brought in: of its choices only its kind is known. */
  readonly isPartial?: boolean
}

/** Choices that are numbers and words. */
export type PlainChoices = Omit<Choices, 'tokenizer' | 'files' | 'data' | 'task' | 'threads'> & {
  readonly tokenizer?: 'characters' | 'bytes' | 'wordpiece'
}
