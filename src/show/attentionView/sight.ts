// What is looked at: the data, the choices (which head, which weights, on which scale), the cell that is pointed at and the one that is
// pinned. It knows nothing of elements; looks draw it, and the element changes it.

import { visible } from '../visible.ts'
import { type AttentionScale, type ColourTable, colourTable, rampOf, strengthOn } from './colour.ts'
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
import { HeadValues } from './headValues.ts'
import type { MatrixSize } from './pooling.ts'

/** A position, and a source that it may look at. */
export interface AttentionCell {
  readonly position: number
  readonly source: number
}

export const isSameCell = (one: AttentionCell | undefined, other: AttentionCell | undefined): boolean =>
  one?.position === other?.position && one?.source === other?.source

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
  /** The tokens on both sides as they can be seen. */
  labels: AttentionSides = { positions: [], sources: [] }
  #kept = new Map<string, AttentionThumbnails>()
  #table: readonly [key: string, table: ColourTable] | undefined

  constructor(provider: AttentionProvider) {
    this.provider = provider
  }

  /** Takes choices over, as far as the data have what is chosen: what they have not becomes the first that there is. */
  choose(choices: Partial<SightChoices>): void {
    const before = this.kind
    Object.assign(this, choices)
    this.kind = oneOf(this.provider.kinds, this.kind)
    this.quantity = oneOf(this.quantities, this.quantity)
    this.layer = oneOf(this.layers, this.layer)
    this.head = oneOf(this.heads, this.head)
    if (before !== this.kind || !this.labels.positions.length) {
      const { positions, sources } = sidesOf(this.provider, this.kind)
      const seen = positions.map(visible)
      this.labels = { positions: seen, sources: sources === positions ? seen : sources.map(visible) }
    }
    const { rows, columns } = this.size
    if (!this.pinned || this.pinned.position >= rows || this.pinned.source >= columns) this.pinned = undefined
    this.pointed = undefined
  }

  /** Asks for what is chosen, and takes it over if nothing else was chosen meanwhile. `withHead`: the numbers of the head too. */
  async load(withHead: boolean): Promise<void> {
    const { kind, quantity, provider, asked } = this
    const key = kind + quantity
    const thumbnails = this.#kept.get(key) ?? (await provider.thumbnails(kind, quantity))
    this.#kept.set(key, thumbnails)
    let { values } = this
    if (withHead && String(values?.asked) !== String(asked)) {
      values = new HeadValues(provider, asked, this.size)
      await values.load()
    }
    if (String(asked) === String(this.asked)) Object.assign(this, { thumbnails, values })
  }

  /** The head that is chosen, and the weights of it, as providers are asked. */
  get asked(): readonly [AttentionKind, layer: number, head: number, AttentionQuantity] {
    return [this.kind, this.layer, this.head, this.quantity]
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
    return { rows: this.labels.positions.length, columns: this.labels.sources.length }
  }

  /** True where those that answer are the tokens that ask. */
  get isOneText(): boolean {
    return this.labels.positions === this.labels.sources
  }

  /** The cell that is looked at: below the pointer, or else the one that stays. */
  get looked(): AttentionCell | undefined {
    return this.pointed ?? this.pinned
  }

  /** The numbers of positions and sources that are padding. */
  get padding(): { readonly positions: readonly number[]; readonly sources: readonly number[] } {
    const { padding: positions = [], sourcePadding = [] } = this.provider
    if (this.isOneText && this.kind !== 'encoder') return { positions, sources: positions }
    return { positions: this.isOneText ? sourcePadding : positions, sources: sourcePadding }
  }

  /** The end of the scale: all of attention, or the largest amount of all heads. */
  get most(): number {
    return this.quantity === 'pattern' ? 1 : (this.thumbnails?.most ?? 0)
  }

  /** The colours of numbers by their bits; where each row has its own scale, of shares of its most. */
  get table(): ColourTable {
    const { quantity, scale, isDark, most } = this
    const key = [quantity, scale, most, isDark].join()
    if (this.#table?.[0] !== key)
      this.#table = [key, colourTable(quantity, { scale, most: scale === 'row' ? 1 : most, isDark })]
    return this.#table[1]
  }

  /** The strength of a number, from -1 to 1. `rowMost`: the most of its row. */
  strength(value: number, rowMost: number): number {
    return strengthOn(this.scale, value, this.scale === 'row' ? rowMost : this.most)
  }

  /** The colour of a strength, in CSS and SVG. */
  colour(strength: number): string {
    return `rgb(${rampOf(this.quantity, this.isDark)(strength)})`
  }

  /** `layer 2, head 1`, after its kind where there are several. */
  title(layer = this.layer, head = this.head): string {
    return `${this.provider.kinds.length > 1 ? `${this.kind}, ` : ''}layer ${layer}, head ${head}`
  }
}

/** The one of several that is wanted, or the first. */
const oneOf = <T>(all: readonly T[], wanted: T): T => (all.includes(wanted) ? wanted : all[0])
