// A recipe: all that a run follows from. The same one gives the same weights, to the bit, on one kind of arithmetic.

import type { Choices } from '../../runs/choices.ts'

/** The texts that a run learns from, as a page has them. */
export type Material =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** A table of pairs or of labelled texts: lines with tabs, or JSONL. */
  | { readonly kind: 'table'; readonly name: string; readonly text: string }
  | { readonly kind: 'task'; readonly name: string }
  /** Pictures that are made on the spot. */
  | { readonly kind: 'data'; readonly name: string }
  /** Labelled pictures of files: a line for each, with its class, its name, and it as a word (place/pictureWord.ts), with tabs between them. */
  | { readonly kind: 'pictures'; readonly name: string; readonly text: string }

/** A material that a person has brought. */
export type BroughtMaterial = Extract<Material, { readonly text: string }>

/** True for what a person has brought; of what is made on the spot the name says it all. */
export const isBrought = (material: Material): material is BroughtMaterial =>
  material.kind !== 'task' && material.kind !== 'data'

/** True for pictures with classes, brought or made on the spot. */
export const arePictures = ({ kind }: Material): boolean => kind === 'data' || kind === 'pictures'

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
