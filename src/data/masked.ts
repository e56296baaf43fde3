// Masked tokens: some tokens are hidden, and the model says from both sides what they were.
//
//   15 % of the tokens are chosen; of these
//   80 %  become [MASK]
//   10 %  become any other token, so that the model cannot trust what it sees
//   10 %  stay as they are, so that it must say something sensible of those too
//
// Targets stand at the chosen places alone. Devlin et al. 2018, section 3.1.

import { Draws } from './draws.ts'
import { type Examples, idFields } from './examples.ts'

export interface MaskOptions {
  /** The size of the vocabulary; other tokens are drawn from it. */
  readonly vocab: number
  /** The id of [MASK]. */
  readonly mask: number
  /** Ids that are never hidden and never put in the place of others: [CLS], [SEP], [PAD] and the like. [MASK] is one. */
  readonly isSpecial?: (id: number) => boolean
  /** The part of the tokens that is chosen. */
  readonly share?: number
}

/**
 * Hides some of these ids. Returns them and, where something was chosen, what stood there; −1 elsewhere.
 *
 * - `atLeastOne`: where chance would choose none, the token that came nearest to it is chosen
 */
export function maskTokens(
  ids: Int32Array,
  draws: Draws,
  { vocab, mask, isSpecial = () => false, share = 0.15, atLeastOne = false }: MaskOptions & { atLeastOne?: boolean },
): { ids: Int32Array; targets: Int32Array } {
  const hidden = ids.slice()
  const targets = new Int32Array(ids.length).fill(-1)
  const isKept = (id: number): boolean => id === mask || isSpecial(id)
  const hide = (place: number, id: number): void => {
    targets[place] = id
    const what = draws.share()
    if (what < 0.8) hidden[place] = mask
    else if (what < 0.9) {
      let other = draws.below(vocab)
      while (isKept(other)) other = draws.below(vocab)
      hidden[place] = other
    }
  }
  let isAsked = false
  let nearest = { place: -1, chance: 1 }
  for (const [place, id] of ids.entries()) {
    if (isKept(id)) continue
    const chance = draws.share()
    if (chance < share) {
      hide(place, id)
      isAsked = true
    } else if (chance < nearest.chance) nearest = { place, chance }
  }
  if (atLeastOne && !isAsked && nearest.place >= 0) hide(nearest.place, ids[nearest.place])
  return { ids: hidden, targets }
}

/**
 * Examples of sequences with hidden tokens: `ids` and `targets` (batch, position), `lengths` (batch). What is hidden
 * depends on the seed, the example and the epoch, so that over the epochs everything is. An evaluation asks something of every
 * sequence.
 */
export function maskedExamples(
  sequences: readonly Int32Array[],
  { seed, pad = 0, ...options }: MaskOptions & { readonly seed: number; readonly pad?: number },
): Examples {
  checkMask(options)
  return {
    count: sequences.length,
    fields: { ...idFields(pad), targets: { axis: 'position', fill: -1 } },
    lengths: (example) => ({ position: sequences[example].length }),
    row(example, epoch) {
      const sequence = sequences[example]
      const isEvaluation = epoch < 0
      const hidden = maskTokens(sequence, new Draws(seed, epoch, example), { ...options, atLeastOne: isEvaluation })
      return { ...hidden, lengths: sequence.length }
    },
  }
}

/** Throws when there is no [MASK], or nothing but special tokens to put in the place of others. */
export function checkMask({ vocab, mask, isSpecial = () => false, share = 0.15 }: MaskOptions): void {
  if (!Number.isInteger(mask) || mask < 0 || mask >= vocab)
    throw new Error(`batches: mask is ${mask}, outside the vocabulary (0..${vocab - 1}). Give the id of [MASK].`)
  if (!(share > 0 && share <= 1))
    throw new Error(`batches: share is ${share}. Give the part of the tokens to hide, above 0; 0.15 is usual.`)
  for (let id = 0; id < vocab; id++) if (id !== mask && !isSpecial(id)) return
  throw new Error(
    `batches: all ${vocab} tokens of the vocabulary are special, so none can be hidden. Give a larger one.`,
  )
}
