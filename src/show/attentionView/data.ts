// The data of <attention-view>: patterns in one array, or somebody who gives them a head, or a piece of a head, at a time.
//
//   view.data = { tokens, layers: 4, heads: 4, values }          [layer, head, position, source], all of them at once
//   view.data = { tokens, layers: 12, heads: 12, kinds: ['self'], thumbnails, head }     a provider: what is looked at, on demand
//
// A cell that is NaN is masked: that position cannot see that source.

/**
 * The attention that is meant: `self` of a model with one half, `encoder` (sources look at sources), `decoder` (the tokens look at
 * the tokens) and `cross` (the tokens look at the sources) of one with two.
 */
export type AttentionKind = 'self' | 'encoder' | 'decoder' | 'cross'

/**
 * The weights of a cell: its share (`pattern`), the score before softmax (`scores`), the share times the length of what its source
 * then brings, ‖value · W_O‖ (`weighted`), or the gradient of a loss by the share (`gradient`).
 */
export type AttentionQuantity = 'pattern' | 'scores' | 'weighted' | 'gradient'

/** A number that holds for all kinds, or for each its own; a list says which layers, or heads, there are. */
export type AttentionCount =
  | number
  | readonly number[]
  | { readonly [Kind in AttentionKind]?: number | readonly number[] }

/** The texts on both sides, and what both forms of data say of them. */
export interface AttentionTexts {
  /** The tokens of the text: they ask, and answer too where the sources are not others. */
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads, or that answer where they are not those of the text. */
  readonly sources?: readonly string[] | undefined
  /** The numbers of tokens, and of sources, that only fill up a row of a batch: they are greyed. */
  readonly padding?: readonly number[] | undefined
  readonly sourcePadding?: readonly number[] | undefined
  /** The caption of what is saved: whose patterns these are. */
  readonly caption?: string | undefined
  /** Numbers of heads by which they can be sorted, and laid out two at a time; for each kind that has some. */
  readonly scores?: { readonly [Kind in AttentionKind]?: readonly AttentionScore[] } | undefined
}

/** A number for each head. */
export interface AttentionScore {
  /** `previous token` */
  readonly name: string
  /** [layer, head]; NaN where there is none. */
  readonly values: ArrayLike<number>
}

/** A piece of a head: `rows` positions from `row` on, and `columns` sources from `column` on; of squares of `step` cells one each. */
export interface AttentionRegion {
  readonly row: number
  readonly column: number
  readonly rows: number
  readonly columns: number
  /** 1, or a power of two: the greatest amount of a square of so many cells stands for it (`pooledCells`). */
  readonly step: number
}

/** Gives what is looked at, when it is looked at. Numbers of layers and heads are those that `layers` and `heads` name. */
export interface AttentionProvider extends AttentionTexts {
  readonly kinds: readonly AttentionKind[]
  readonly layers: AttentionCount
  readonly heads: AttentionCount
  /** The weights that there are: only the pattern if not given. */
  readonly quantities?: readonly AttentionQuantity[] | undefined
  /** All heads of a kind, small (`thumbnailsOf`). */
  thumbnails(kind: AttentionKind, quantity: AttentionQuantity): AttentionThumbnails | Promise<AttentionThumbnails>
  /** All of one head: [position, source]. */
  head(
    kind: AttentionKind,
    layer: number,
    head: number,
    quantity: AttentionQuantity,
  ): Float32Array | Promise<Float32Array>
  /**
   * A piece of one head, [row, column]. Where it is given, `head` is not asked for more than 512 tokens, and nothing larger than 512 × 512
   * numbers is asked for.
   */
  tile?(
    kind: AttentionKind,
    layer: number,
    head: number,
    quantity: AttentionQuantity,
    region: AttentionRegion,
  ): Float32Array | Promise<Float32Array>
}

/** All heads of a kind, each at most 64 cells high and wide: the largest amount of each square, as a byte. */
export interface AttentionThumbnails {
  /** [layer, head, row, column]. 0 is masked; else 128 is 0, and b is (b - 128) |b - 128| / 127² of `most`. */
  readonly bytes: Uint8Array
  readonly rows: number
  readonly columns: number
  /** The largest amount of any cell of any head: the end of the scale that all heads of this kind share. */
  readonly most: number
}

/** All patterns of one kind at once. */
export interface AttentionArray extends AttentionTexts {
  readonly layers: number | readonly number[]
  readonly heads: number | readonly number[]
  /** [layer, head, position, source] */
  readonly values: Float32Array
  /** `self` if not given. */
  readonly kind?: AttentionKind | undefined
}

/** Patterns as text, for pages that load nothing: several kinds, each with all its numbers (`packedAttention`). */
export interface PackedAttention extends AttentionTexts {
  readonly packed: readonly PackedKind[]
}

/** All heads of one kind and one quantity as text. */
export interface PackedKind {
  readonly kind: AttentionKind
  readonly quantity: AttentionQuantity
  readonly layers: readonly number[]
  readonly heads: readonly number[]
  /** 16: half-precision floats, three digits of each. 8: bytes, as in thumbnails, for pages that need only the picture. */
  readonly bits: 8 | 16
  /** The number that a value of 1 stands for. */
  readonly most: number
  /** [layer, head, position, source], deflated, in base 64. */
  readonly values: string
}

/** Everything that <attention-view> shows. */
export type AttentionData = AttentionProvider | AttentionArray | PackedAttention

/** The numbers of the layers, or heads, that there are of a kind. */
export function countedOf(count: AttentionCount, kind: AttentionKind): readonly number[] {
  const own = typeof count === 'object' && !isList(count) ? (count[kind] ?? 0) : count
  return typeof own === 'number' ? Array.from({ length: own }, (_, i) => i) : own
}

const isList = (count: object): count is readonly number[] => Array.isArray(count)

/** The tokens on both sides of a kind: those that ask, and those that answer. */
export function sidesOf({ tokens, sources = tokens }: AttentionTexts, kind: AttentionKind): AttentionSides {
  if (kind === 'encoder') return { positions: sources, sources }
  return { positions: tokens, sources: kind === 'decoder' ? tokens : sources }
}

export interface AttentionSides {
  readonly positions: readonly string[]
  readonly sources: readonly string[]
}
