// The sizes of a model's parts, each with the reason for it, and what a config must be for them to make sense.

import type { Size } from '../tensor/axes.ts'

/** Sizes that every architecture has; those with a key or value size of their own say so. */
export interface CommonSizes {
  readonly vocab: number
  readonly context: number
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden?: number | undefined
}

/** A size that somebody chose. */
export const chosen = (size: number): Size => ({ size, because: 'chosen' })

/** The number of cells that each head has, where the stream is divided among them. */
export const perHead = (model: number, head: number): Size => ({
  size: model / head,
  because: `${model} / ${head} heads`,
})

/** The width of the MLP: as said, or four times the stream, which is better told as that. */
export const hiddenSize = (model: number, hidden: number | undefined): Size =>
  hidden === undefined || hidden === 4 * model ? { size: 4 * model, because: `4 · ${model}` } : chosen(hidden)

/** Throws unless every size that is given is a whole number from 1. */
export function checkSizes(place: string, sizes: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(sizes))
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      throw new Error(`${place}: ${name} is ${value}; it must be a whole number, at least 1.`)
}

/** Throws unless the heads share the stream evenly. */
export function checkDivides(place: string, model: number, head: number): void {
  if (model % head !== 0)
    throw new Error(
      `${place}: model ${model} cannot be divided among ${head} heads. Choose a multiple of ${head}, for instance ${Math.ceil(model / head) * head}.`,
    )
}
