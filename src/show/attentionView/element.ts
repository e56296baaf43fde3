// <attention-view>: attention patterns in any page.
//
//   <attention-view view="grid"></attention-view>
//   document.querySelector('attention-view').data = { tokens, layers: 4, heads: 4, values }
//
// The element holds what is chosen, as attributes, and draws one of four views of it: all heads, one head, its text, its numbers.

import { attentionScales } from './colour.ts'
import type { AttentionData, AttentionKind, AttentionQuantity } from './data.ts'
import { ChoiceList, made } from './dom.ts'
import { type AttentionFormat, attentionFormats, exported } from './exported.ts'
import { GridLook } from './heads.ts'
import { whenThere } from './headValues.ts'
import { drawLegend, scaleNames } from './legend.ts'
import { HeadLook } from './matrix.ts'
import { NumbersLook } from './numbers.ts'
import { providerOf } from './provider.ts'
import { type AttentionCell, HeadSight, type SightChoices } from './sight.ts'
import { cellSentence, quantityNames, Speaker } from './spoken.ts'
import { attentionStyle } from './style.ts'
import type { AttentionLook, AttentionViewName, Doing } from './view.ts'
import { TextLook } from './words.ts'

/** The head that was chosen: the detail of the event `select`. */
export interface AttentionSelection {
  readonly kind: AttentionKind
  readonly layer: number
  readonly head: number
}

/** The cell that was pinned: the detail of the event `pin`; null when none is any more. */
export interface AttentionPin extends AttentionSelection, AttentionCell {
  readonly quantity: AttentionQuantity
  readonly value: number
}

const viewNames: readonly AttentionViewName[] = ['grid', 'head', 'text', 'numbers']

/** Outside of pages there are no elements; a program that only imports this file is not to fail. */
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement)

/**
 * Attributes: `kind`, `layer`, `head`, `view` (grid, head, text, numbers), `quantity` (pattern, scores, weighted, gradient), `scale`
 * (sqrt, linear, log, row), `theme` (light, dark; what the page prefers if not given).
 */
export class AttentionView extends Base {
  static readonly observedAttributes = ['kind', 'layer', 'head', 'view', 'theme', 'quantity', 'scale']
  /** The text of this file, where it is known: pages that are saved then hold the element itself. */
  static script: string | undefined

  readonly #root = this.attachShadow({ mode: 'open' })
  readonly #told = made('p', { class: 'told', part: 'told', 'aria-hidden': 'true' })
  readonly #line = made('p', { class: 'unseen', 'aria-live': 'polite' })
  readonly #speaker = new Speaker(this.#line)
  readonly #legend = made('div', { class: 'legend', part: 'legend' })
  readonly #stage = made('div', { class: 'stage', part: 'stage' })
  readonly #buttons = new Map(viewNames.map((name) => [name, made('button', { type: 'button' }, name)]))
  readonly #looks: Readonly<Record<AttentionViewName, AttentionLook>>
  readonly #choices: Readonly<Record<'kind' | 'layer' | 'head' | 'quantity' | 'scale', ChoiceList>>
  readonly #dark = globalThis.matchMedia('(prefers-color-scheme: dark)')
  readonly #resized = new ResizeObserver(() => this.#redraw())
  #data: AttentionData | undefined
  #sight: HeadSight | undefined
  #drawn: Promise<void> | undefined
  /** True when the keyboard is to go on in the view that is drawn next. */
  #takesFocus = false

  constructor() {
    super()
    const doing = this.#doing()
    this.#looks = {
      grid: new GridLook(doing),
      head: new HeadLook(doing),
      text: new TextLook(doing),
      numbers: new NumbersLook(doing),
    }
    this.#choices = {
      kind: this.#choice('kind', 'kind'),
      layer: this.#choice('layer', 'layer'),
      head: this.#choice('head', 'head'),
      quantity: this.#choice('quantity', 'weights'),
      scale: this.#choice('scale', 'scale'),
    }
    this.#build()
  }

  /** Everything that is shown. Setting it throws where it does not fit its tokens. */
  get data(): AttentionData | undefined {
    return this.#data
  }

  set data(data: AttentionData | undefined) {
    const sight = data && new HeadSight(providerOf(data))
    this.#data = data
    this.#sight = sight
    this.#update()
  }

  /** The cell that stays looked at. */
  get pinned(): AttentionCell | undefined {
    return this.#sight?.pinned
  }

  set pinned(cell: AttentionCell | undefined) {
    if (!this.#sight) return
    this.#sight.pinned = cell
    this.#update()
  }

  /** Fulfilled when what was chosen last is drawn. */
  get drawn(): Promise<void> {
    return this.#drawn ?? Promise.resolve()
  }

  /** A file of what is shown. */
  async exported(format: AttentionFormat): Promise<Blob> {
    await this.drawn
    if (!this.#sight) throw new Error('attention-view: there are no data to save. Set `data` first.')
    await this.#sight.load(true)
    return exported(this.#sight, { view: this.#view, format, script: AttentionView.script })
  }

  connectedCallback(): void {
    this.#resized.observe(this)
    this.#dark.addEventListener('change', this.#update)
    // While a page is read its elements come before what is in them.
    if (document.readyState === 'loading')
      document.addEventListener('DOMContentLoaded', () => this.#readChild(), { once: true })
    else this.#readChild()
    this.#update()
  }

  disconnectedCallback(): void {
    this.#resized.disconnect()
    this.#dark.removeEventListener('change', this.#update)
  }

  attributeChangedCallback(_: string, before: string | null, now: string | null): void {
    if (before !== now) this.#update()
  }

  /** Data that stand in the page: JSON in a script element within this one. */
  #readChild(): void {
    const text = this.querySelector('script[type="application/json"]')?.textContent
    if (this.#data || !text) return
    try {
      this.data = JSON.parse(text)
    } catch (error) {
      this.#fail(error)
    }
  }

  get #view(): AttentionViewName {
    return viewNames.find((name) => name === this.getAttribute('view')) ?? 'grid'
  }

  /** The choices that attributes name. */
  #asked(): Partial<SightChoices> {
    const number = (name: string): number | undefined => {
      const text = this.getAttribute(name)
      return text === null ? undefined : Number(text)
    }
    const asked = {
      kind: this.getAttribute('kind'),
      layer: number('layer'),
      head: number('head'),
      quantity: this.getAttribute('quantity'),
      scale: attentionScales.find((scale) => scale === this.getAttribute('scale')) ?? 'sqrt',
      isDark: { light: false, dark: true }[this.getAttribute('theme') ?? ''] ?? this.#dark.matches,
    }
    return Object.fromEntries(Object.entries(asked).filter(([, value]) => value != null)) as Partial<SightChoices>
  }

  #isAwaited = false

  /** Draws once, however many attributes are set at a time. */
  readonly #update = (): void => {
    if (this.#isAwaited || !this.isConnected) return
    this.#isAwaited = true
    this.#drawn = Promise.resolve().then(async () => {
      this.#isAwaited = false
      try {
        await this.#draw()
      } catch (error) {
        this.#fail(error)
      }
    })
  }

  async #draw(): Promise<void> {
    const sight = this.#sight
    const isDark = this.#asked().isDark ?? false
    this.toggleAttribute('data-dark', isDark)
    if (!sight) return
    sight.choose(this.#asked())
    this.#showChoices(sight)
    await sight.load(this.#view !== 'grid')
    if (sight !== this.#sight) return
    this.#redraw()
    this.#tell()
    if (this.#takesFocus) this.#looks[this.#view].focus()
    this.#takesFocus = false
  }

  #redraw(): void {
    const sight = this.#sight
    if (!sight?.thumbnails || !this.isConnected) return
    const look = this.#looks[this.#view]
    if (this.#stage.firstChild !== look.root) this.#stage.replaceChildren(look.root)
    drawLegend(this.#legend, sight)
    look.draw(sight)
  }

  #fail(error: unknown): void {
    const said = error instanceof Error ? error.message : String(error)
    this.#say(said.startsWith('attention-view') ? said : `attention-view: ${said}`)
  }

  #say(text: string): void {
    this.#told.textContent = text
    this.#speaker.say(text)
  }

  /** Says what is in the cell that is looked at. */
  #tell(): void {
    const sight = this.#sight
    const cell = sight?.pointed ?? sight?.pinned
    if (!sight?.values || !cell || this.#view === 'grid') return
    whenThere(sight.values.row(cell.position), (row) => {
      if (cell === (sight.pointed ?? sight.pinned)) this.#say(cellSentence(sight, cell, row))
    })
  }

  #mark(): void {
    if (!this.#sight) return
    this.#looks[this.#view].mark(this.#sight)
    this.#tell()
  }

  #choose(attributes: Readonly<Record<string, string | number>>): void {
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, String(value))
  }

  #doing(): Doing {
    return {
      open: (layer, head) => {
        this.#takesFocus = true
        this.#choose({ layer, head, view: 'head' })
        this.#select()
      },
      point: (cell) => {
        if (!this.#sight) return
        const { pointed } = this.#sight
        if (pointed?.position === cell?.position && pointed?.source === cell?.source) return
        this.#sight.pointed = cell
        this.#mark()
      },
      pin: (cell) => this.#pin(cell),
      back: () => {
        this.#takesFocus = true
        this.#choose({ view: 'grid' })
      },
      say: (text) => this.#say(text),
      redraw: () => this.#redraw(),
    }
  }

  /** Tells the page which head is chosen now. */
  #select(): void {
    queueMicrotask(() => {
      const sight = this.#sight
      if (!sight) return
      sight.choose(this.#asked())
      const { kind, layer, head } = sight
      const detail: AttentionSelection = { kind, layer, head }
      this.dispatchEvent(new CustomEvent('select', { detail, bubbles: true, composed: true }))
    })
  }

  #pin(cell: AttentionCell | undefined): void {
    const sight = this.#sight
    if (!sight?.values) return
    sight.pinned = cell
    this.#mark()
    const tell = (detail: AttentionPin | null): void => {
      this.dispatchEvent(new CustomEvent('pin', { detail, bubbles: true, composed: true }))
    }
    const { asked } = sight.values
    if (cell) whenThere(sight.values.row(cell.position), (row) => tell({ ...asked, ...cell, value: row[cell.source] }))
    else tell(null)
  }

  /** A choice that is an attribute. */
  #choice(attribute: string, name: string): ChoiceList {
    return new ChoiceList(name, (value) => {
      this.#choose({ [attribute]: value })
      if (attribute === 'kind' || attribute === 'layer' || attribute === 'head') this.#select()
    })
  }

  #showChoices(sight: HeadSight): void {
    const { kind, layer, head, quantity, scale } = this.#choices
    const same = (values: readonly (string | number)[]) =>
      values.map((value) => [String(value), String(value)] as const)
    const isGrid = this.#view === 'grid'
    kind.show(same(sight.provider.kinds), sight.kind)
    layer.show(isGrid ? [] : same(sight.layers), String(sight.layer))
    head.show(isGrid ? [] : same(sight.heads), String(sight.head))
    quantity.show(
      sight.quantities.map((each) => [each, quantityNames[each]] as const),
      sight.quantity,
    )
    scale.show(
      attentionScales.map((each) => [each, scaleNames[each]] as const),
      sight.scale,
    )
    for (const [name, button] of this.#buttons) button.setAttribute('aria-pressed', String(name === this.#view))
  }

  #build(): void {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(attentionStyle)
    this.#root.adoptedStyleSheets = [sheet]
    for (const [name, button] of this.#buttons) button.addEventListener('click', () => this.#choose({ view: name }))
    const formats = attentionFormats.map((format) => {
      const button = made('button', { type: 'button' }, format.toUpperCase())
      button.addEventListener('click', () => void this.#save(format))
      return button
    })
    const saving = made('details', {}, made('summary', {}, 'save'), made('div', { class: 'formats' }, ...formats))
    saving.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !saving.open) return
      event.stopPropagation()
      saving.open = false
      saving.querySelector('summary')?.focus()
    })
    const views = made('div', { class: 'views', role: 'group', 'aria-label': 'view' }, ...this.#buttons.values())
    const controls = made('div', { class: 'controls', part: 'controls' }, views)
    controls.append(...Object.values(this.#choices).map(({ root }) => root), saving)
    this.#root.append(
      made('div', { class: 'all', part: 'all' }, controls, this.#legend, this.#stage, this.#told, this.#line),
    )
  }

  async #save(format: AttentionFormat): Promise<void> {
    try {
      const url = URL.createObjectURL(await this.exported(format))
      made('a', { href: url, download: `attention.${format}` }).click()
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    } catch (error) {
      this.#fail(error)
    }
  }
}

/** Makes `<attention-view>` known to the page, unless it is. */
export function defineAttentionView(): void {
  if (globalThis.customElements && !customElements.get('attention-view'))
    customElements.define('attention-view', AttentionView)
}
