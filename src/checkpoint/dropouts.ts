// What training drops, in a config.json. Each architecture has its own names for the rates, and not for all of ours: those
// that transformers has no name for are written beside its own, where it passes them over.

import { type DropRates, dropRates } from '../model/dropout.ts'
import type { ConfigFields } from '../text/configFields.ts'

/** The field of each rate, and what it means that one is missing: a rate, or that of what is added to the stream. */
export type DropoutFields = Readonly<
  Record<keyof DropRates, { readonly name: string; readonly usual: number | 'residual'; readonly isForeign?: boolean }>
>

/** Fields that are ours alone; what an MLP holds inside is dropped in Marian, embeddings in GPT-2, under these names. */
export const ourDropouts = {
  embedding: { name: 'embd_pdrop', usual: 'residual', isForeign: true },
  hidden: { name: 'activation_dropout', usual: 0, isForeign: true },
} as const

const kinds = ['residual', 'embedding', 'pattern', 'hidden'] as const

/** The rates of dropout: one where embeddings, what parts add to the stream, and patterns share it, or one for each kind. */
export function dropoutFrom(fields: ConfigFields, names: DropoutFields): number | DropRates {
  const rates: Record<string, number> = {}
  for (const kind of kinds) {
    const { name, usual } = names[kind]
    rates[kind] = fields.rate(name, usual === 'residual' ? rates.residual : usual)
  }
  const { residual, embedding, pattern, hidden } = rates
  if (hidden !== 0) return { embedding, residual, pattern, hidden }
  return embedding === residual && residual === pattern ? residual : { embedding, residual, pattern }
}

/** The fields that `dropoutFrom` reads. */
export function dropoutToJSON(dropout: number | DropRates | undefined, names: DropoutFields): object {
  const rates = dropRates(dropout)
  const residual = rates.residual ?? 0
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const { name, usual, isForeign = false } = names[kind]
      const rate = rates[kind] ?? 0
      return isForeign && rate === (usual === 'residual' ? residual : usual) ? [] : [[name, rate]]
    }),
  )
}
