// Every form of data as a provider: one that holds all numbers, of one array or packed; checked before anything is drawn.

import { sharesSeen } from '../patternsFigure.ts'
import {
  type AttentionData,
  type AttentionKind,
  type AttentionProvider,
  type AttentionQuantity,
  type AttentionTexts,
  countedOf,
  sidesOf,
} from './data.ts'
import { unpacked, type WholeKind } from './packing.ts'
import { thumbnailsOf } from './pooling.ts'

/** The provider of any data. Throws for data that do not fit their tokens. */
export function providerOf(data: AttentionData): AttentionProvider {
  if (!Array.isArray(data?.tokens) || data.tokens.length === 0)
    throw new Error('attention-view: data has no tokens. Give a list of one text for each position.')
  if ('packed' in data)
    return holding(
      data,
      data.packed.map((own) => ({
        ...own,
        values: once(async () => checked(data, { ...own, values: await unpacked(own) })),
      })),
    )
  if ('values' in data) {
    const kind = data.kind ?? 'self'
    const [layers, heads] = [countedOf(data.layers, kind), countedOf(data.heads, kind)]
    const whole = checked(data, { kind, quantity: 'pattern', layers, heads, values: data.values })
    return holding(data, [{ kind, quantity: 'pattern', layers, heads, values: async () => whole }])
  }
  if (!Array.isArray(data.kinds) || data.kinds.length === 0)
    throw new Error('attention-view: the provider has no kinds. Give `kinds`: some of self, encoder, decoder, cross.')
  return data
}

/** All heads of one kind and quantity, whose numbers are there when they are asked for. */
type HeldKind = Omit<WholeKind, 'values'> & { readonly values: () => Promise<Float32Array> }

function holding(texts: AttentionTexts, held: readonly HeldKind[]): AttentionProvider {
  const heldOf = (kind: AttentionKind, quantity: AttentionQuantity): HeldKind => {
    const own = held.find((each) => each.kind === kind && each.quantity === quantity)
    if (own) return own
    throw new Error(`attention-view: there is no ${quantity} of ${kind} attention.`)
  }
  const nth = (kind: AttentionKind, quantity: AttentionQuantity, values: Float32Array, i: number): Float32Array => {
    const { positions, sources } = sidesOf(texts, kind)
    const cells = positions.length * sources.length
    const own = values.subarray(i * cells, (i + 1) * cells)
    const canBeMasked = quantity === 'pattern' && positions.length === sources.length
    const part = kind === 'self' ? undefined : kind
    // A zero above the diagonal is a share that could not be, where all of them are zeros.
    return canBeMasked
      ? sharesSeen({ ...(part && { part }), positions: positions.length, sources: sources.length, shares: own })
      : own
  }
  return {
    ...texts,
    kinds: [...new Set(held.map(({ kind }) => kind))],
    quantities: [...new Set(held.map(({ quantity }) => quantity))],
    layers: Object.fromEntries(held.map(({ kind, layers }) => [kind, layers])),
    heads: Object.fromEntries(held.map(({ kind, heads }) => [kind, heads])),
    async thumbnails(kind, quantity) {
      const { layers, heads, values } = heldOf(kind, quantity)
      const whole = await values()
      const { positions, sources } = sidesOf(texts, kind)
      const all = Array.from({ length: layers.length * heads.length }, (_, i) => nth(kind, quantity, whole, i))
      return thumbnailsOf(all, { rows: positions.length, columns: sources.length })
    },
    async head(kind, layer, head, quantity) {
      const { layers, heads, values } = heldOf(kind, quantity)
      return nth(kind, quantity, await values(), layers.indexOf(layer) * heads.length + heads.indexOf(head))
    },
  }
}

/** The numbers of a kind, if there are as many as its tokens, layers and heads say. */
function checked(texts: AttentionTexts, { kind, layers, heads, values }: WholeKind): Float32Array {
  const { positions, sources } = sidesOf(texts, kind)
  const needed = layers.length * heads.length * positions.length * sources.length
  if (values.length === needed) return values
  throw new Error(
    `attention-view: ${values.length} values for ${layers.length} layers × ${heads.length} heads × ${positions.length} positions × ${sources.length} sources, which are ${needed}. Give one value for each.`,
  )
}

/** Makes something when it is first asked for, and once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
