// What is looked at: the data, the choices (which head, which weights, on which scale), the cell that is pointed at and the one that is
// pinned. It knows nothing of elements; views draw it, and the element changes it.

import { readable, visible } from '../visible.ts'
import { type AttentionScale, type Colour, type ColourTable, colourTable, rampOf, strengthOn } from './colour.ts'
import {
  type AttentionKind,
  type AttentionProvider,
  type AttentionQuantity,
  type AttentionScore,
  type AttentionSides,
  type AttentionThumbnails,
  countedOf,
  sidesOf,
} from './data.ts'
import { type HeadAsked, HeadValues } from './headValues.ts'
import type { MatrixSize } from './pooling.ts'

/** A position, and a source that it may look at. */
export interface AttentionCell {
  readonly position: number
  readonly source: number
}

/** Everything that a person chooses. */
export interface SightChoices {
  kind: AttentionKind
  layer: number
  head: number
  quantity: AttentionQuantity
  scale: AttentionScale
  isDark: boolean
}

export class HeadSight implements SightChoices {
  readonly provider: AttentionProvider
  kind: AttentionKind = 'self'
  layer = 0
  head = 0
  quantity: AttentionQuantity = 'pattern'
  scale: AttentionScale = 'sqrt'
  isDark = false
  /** The cell below the pointer, or of the keyboard's cursor; and the one that stays. */
  pointed: AttentionCell | undefined
  pinned: AttentionCell | undefined
  thumbnails: AttentionThumbnails | undefined
  values: HeadValues | undefined
  readonly #thumbnails = new Map<string, AttentionThumbnails>()
  readonly #labels = new Map<AttentionKind, AttentionSides>()
  #table: { readonly key: string; readonly table: ColourTable } | undefined

  constructor(provider: AttentionProvider) {
    this.provider = provider
  }

  /** Takes choices over, as far as the data have what is chosen: what they have not becomes the first that there is. */
  choose(choices: Partial<SightChoices>): void {
    Object.assign(this, choices)
    const { kinds } = this.provider
    this.kind = kinds.find((kind) => kind === this.kind) ?? kinds[0]
    this.quantity = this.quantities.find((each) => each === this.quantity) ?? this.quantities[0]
    this.layer = this.layers.find((layer) => layer === this.layer) ?? this.layers[0] ?? 0
    this.head = this.heads.find((head) => head === this.head) ?? this.heads[0] ?? 0
    const { rows, columns } = this.size
    const isThere = (cell: AttentionCell | undefined): boolean =>
      !!cell && cell.position < rows && cell.source < columns
    if (!isThere(this.pinned)) this.pinned = undefined
    if (!isThere(this.pointed)) this.pointed = undefined
  }

  /** Asks for what is chosen, and takes it over if nothing else was chosen meanwhile. `withHead`: the numbers of the head too. */
  async load(withHead: boolean): Promise<void> {
    const { kind, layer, head, quantity, provider } = this
    const key = `${kind} ${quantity}`
    const thumbnails = this.#thumbnails.get(key) ?? (await provider.thumbnails(kind, quantity))
    this.#thumbnails.set(key, thumbnails)
    const asked: HeadAsked = { kind, layer, head, quantity }
    const isNew = withHead && !this.#isHead(asked, this.values?.asked)
    const values = isNew ? new HeadValues(provider, asked, this.size) : this.values
    if (isNew) await values?.load()
    if (!this.#isHead(asked, this)) return
    this.thumbnails = thumbnails
    this.values = values
  }

  #isHead(one: HeadAsked, other: HeadAsked | undefined): boolean {
    return (
      one.kind === other?.kind &&
      one.layer === other.layer &&
      one.head === other.head &&
      one.quantity === other.quantity
    )
  }

  get quantities(): readonly AttentionQuantity[] {
    return this.provider.quantities ?? ['pattern']
  }

  get layers(): readonly number[] {
    return countedOf(this.provider.layers, this.kind)
  }

  get heads(): readonly number[] {
    return countedOf(this.provider.heads, this.kind)
  }

  get scores(): readonly AttentionScore[] {
    return this.provider.scores?.[this.kind] ?? []
  }

  get size(): MatrixSize {
    const { positions, sources } = sidesOf(this.provider, this.kind)
    return { rows: positions.length, columns: sources.length }
  }

  /** The tokens on both sides as they can be seen. */
  get labels(): AttentionSides {
    const known = this.#labels.get(this.kind)
    if (known) return known
    const { positions, sources } = sidesOf(this.provider, this.kind)
    const rows = positions.map(visible)
    const labels = { positions: rows, sources: sources === positions ? rows : sources.map(visible) }
    this.#labels.set(this.kind, labels)
    return labels
  }

  /** True where those that answer are the tokens that ask. */
  get isOneText(): boolean {
    return this.labels.positions === this.labels.sources
  }

  /** The numbers of positions and sources that are padding. */
  get padding(): { readonly positions: readonly number[]; readonly sources: readonly number[] } {
    const { padding = [], sourcePadding = [], sources } = this.provider
    const ofSources = sources ? sourcePadding : padding
    return {
      positions: this.kind === 'encoder' ? ofSources : padding,
      sources: this.kind === 'decoder' ? padding : ofSources,
    }
  }

  /** The end of the scale: all of attention, or the largest amount of all heads. */
  get most(): number {
    return this.quantity === 'pattern' ? 1 : (this.thumbnails?.most ?? 0)
  }

  /** The colours of numbers by their bits; where each row has its own scale, of shares of its most. */
  get table(): ColourTable {
    const { quantity, scale, isDark } = this
    const most = scale === 'row' ? 1 : this.most
    const key = `${quantity} ${scale} ${most} ${isDark}`
    if (this.#table?.key !== key) this.#table = { key, table: colourTable(quantity, { scale, most, isDark }) }
    return this.#table.table
  }

  /** The strength of a number, from -1 to 1. `rowMost`: the most of its row. */
  strength(value: number, rowMost: number): number {
    return strengthOn(this.scale, value, this.scale === 'row' ? rowMost : this.most)
  }

  colour(strength: number): string {
    return cssColour(rampOf(this.quantity, this.isDark)(strength))
  }

  /** `layer 2, head 1`, after its kind where there are several. */
  title(layer = this.layer, head = this.head): string {
    return `${this.provider.kinds.length > 1 ? `${this.kind}, ` : ''}layer ${layer}, head ${head}`
  }

  get caption(): string {
    return readable(this.provider.caption ?? '')
  }
}

export const cssColour = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`
