// <attention-view>: attention patterns in any page.
//
//   <attention-view view="grid"></attention-view>
//   document.querySelector('attention-view').data = { tokens, layers: 4, heads: 4, values }
//
// The element holds what is chosen, as attributes, and draws one of four views of it: all heads, one head, its text, its numbers.

import { attentionScales } from './colour.ts'
import type { AttentionData, AttentionKind, AttentionQuantity } from './data.ts'
import { type Attributes, button, choiceList, made, onComing, setAttributes } from './dom.ts'
import { gridLook } from './heads.ts'
import { whenThere } from './headValues.ts'
import { drawLegend, scaleNames } from './legend.ts'
import type { MoreAttention } from './more.ts'
import { providerOf } from './provider.ts'
import { type AttentionCell, HeadSight, isSameCell, type SightChoices } from './sight.ts'
import { cellSentence, quantityNames, speakerOf } from './spoken.ts'
import { attentionStyle } from './style.ts'
import {
  type AttentionFormat,
  type AttentionLook,
  type AttentionViewName,
  attentionFormats,
  attentionViews,
  type Doing,
} from './view.ts'

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

const viewNames: Readonly<Record<AttentionViewName, string>> = {
  grid: 'all heads',
  head: 'one head',
  text: 'text',
  numbers: 'numbers',
}

/** The choices that are attributes, and have a list. */
const listed = ['kind', 'layer', 'head', 'quantity', 'scale'] as const

/** Outside of pages there are no elements; a program that only imports this file is not to fail. */
const Base = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement)

/**
 * Attributes: `kind`, `layer`, `head`, `view` (grid, head, text, numbers), `quantity` (pattern, scores, weighted, gradient), `scale`
 * (sqrt, linear, log, row), `theme` (light, dark; what the page prefers if not given).
 */
export class AttentionView extends Base {
  static readonly observedAttributes: string[] = [...listed, 'view', 'theme']
  /** Loads what is behind all heads: the views of one head, and the making of files. */
  static more: () => Promise<MoreAttention>
  /** The text of the element's files, where it is known: pages that are saved then hold the element itself. */
  static script: string | undefined

  readonly #told = made('p', { part: 'told', 'aria-hidden': 'true' })
  readonly #line = made('p', { class: 'unseen', 'aria-live': 'polite' })
  readonly #speak = speakerOf(this.#line)
  readonly #legend = made('div', { class: 'legend', part: 'legend' })
  readonly #stage = made('div', { part: 'stage' })
  readonly #views = attentionViews.map((view) => button(viewNames[view], () => this.#choose({ view })))
  readonly #lists = listed.map((name) =>
    choiceList(name === 'quantity' ? 'weights' : name, (value) => this.#choose({ [name]: value })),
  )
  readonly #looks: Partial<Record<AttentionViewName, AttentionLook>>
  readonly #sheet = new CSSStyleSheet()
  readonly #does = this.#doing()
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  // The pictures fit the width; a height of their own is no reason to draw them again.
  readonly #resized = new ResizeObserver(() => {
    if (this.#width !== (this.#width = this.clientWidth)) this.#redraw()
  })
  #width = 0
  #data: AttentionData | undefined
  #sight: HeadSight | undefined
  #drawn = Promise.resolve()
  /** The number of the drawing that was asked for last, and what ends the waiting for the one before. */
  #turn = 0
  #overtake = (): void => {}
  #isAwaited = false
  /** True when the keyboard is to go on in the view that is drawn next. */
  #takesFocus = false

  constructor() {
    super()
    this.#looks = { grid: gridLook(this.#does) }
    const root = this.attachShadow({ mode: 'open' })
    this.#sheet.replaceSync(attentionStyle)
    root.adoptedStyleSheets = [this.#sheet]
    const formats = attentionFormats.map((format) => button(format.toUpperCase(), () => this.#save(format)))
    const saving = made('details', {}, made('summary', {}, 'save'), made('div', {}, ...formats))
    const controls = made(
      'div',
      { class: 'tools', part: 'controls' },
      ...this.#views,
      ...this.#lists.map((list) => list.root),
      saving,
    )
    // Whoever comes to the heads may want one of them.
    onComing(this.#stage, () => AttentionView.more().catch(() => {}))
    root.append(made('div', { class: 'all', part: 'all' }, controls, this.#legend, this.#stage, this.#told, this.#line))
  }

  /** Everything that is shown. Setting it throws where it does not fit its tokens. */
  get data(): AttentionData | undefined {
    return this.#data
  }

  set data(data: AttentionData | undefined) {
    const sight = data && new HeadSight(providerOf(data))
    // Of a model that learns there are other data all the time: what is pinned stays.
    if (sight) sight.pinned = this.#sight?.pinned
    this.#sight = sight
    this.#data = data
    this.#update()
  }

  /** The cell that stays looked at. */
  get pinned(): AttentionCell | undefined {
    return this.#sight?.pinned
  }

  set pinned(cell: AttentionCell | undefined) {
    if (!this.#sight || isSameCell(cell, this.#sight.pinned)) return
    this.#sight.pinned = cell
    this.#update()
  }

  /** Fulfilled when what was chosen last is drawn, even if that was after it was asked for. */
  get drawn(): Promise<void> {
    return this.#drawn
  }

  /** A file of what is shown. */
  async exported(format: AttentionFormat): Promise<Blob> {
    await this.#drawn
    if (!this.#sight) throw new Error('attention-view: there are no data to save. Set `data` first.')
    const [{ exported }] = await Promise.all([AttentionView.more(), this.#sight.load(true)])
    return exported(this.#sight, this.#view, format, AttentionView.script)
  }

  connectedCallback(): void {
    this.#resized.observe(this)
    this.#dark.addEventListener('change', this.#update)
    // While a page is read its elements come before what is in them.
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', this.#readChild)
    this.#readChild()
    this.#update()
  }

  disconnectedCallback(): void {
    this.#resized.disconnect()
    this.#dark.removeEventListener('change', this.#update)
  }

  attributeChangedCallback(): void {
    this.#update()
  }

  /** Data that stand in the page: JSON in a script element within this one. */
  readonly #readChild = (): void => {
    const text = this.querySelector('script')?.text
    try {
      if (text && !this.#data) this.data = JSON.parse(text)
    } catch (error) {
      this.#fail(error)
    }
  }

  get #view(): AttentionViewName {
    return attentionViews.find((view) => view === this.getAttribute('view')) ?? 'grid'
  }

  get #isDark(): boolean {
    const theme = this.getAttribute('theme')
    return theme === 'dark' || (theme !== 'light' && this.#dark.matches)
  }

  /** The choices that attributes name; what they do not name stays. */
  #asked(): Partial<SightChoices> {
    const asked: Partial<Record<string, string | number | boolean>> = { isDark: this.#isDark }
    for (const name of listed) {
      const text = this.getAttribute(name)
      if (text !== null) asked[name] = name === 'layer' || name === 'head' ? Number(text) : text
    }
    if (!attentionScales.some((scale) => scale === asked['scale'])) asked['scale'] = 'sqrt'
    return asked as Partial<SightChoices>
  }

  /** Draws once, however many attributes are set at a time. */
  readonly #update = (): void => {
    if (this.#isAwaited || !this.isConnected) return
    this.#isAwaited = true
    const turn = ++this.#turn
    this.#overtake()
    const overtaken = new Promise<void>((overtake) => {
      this.#overtake = overtake
    })
    const drawing = Promise.resolve()
      .then(() => this.#draw())
      .catch((error) => this.#fail(error))
    // What was chosen before may never come: who waited for it waits for what is chosen now.
    this.#drawn = Promise.race([drawing, overtaken]).then(() => (turn === this.#turn ? undefined : this.#drawn))
  }

  async #draw(): Promise<void> {
    this.#isAwaited = false
    this.toggleAttribute('data-dark', this.#isDark)
    const sight = this.#sight
    if (!sight) return
    sight.choose(this.#asked())
    this.#showLists(sight)
    await Promise.all([sight.load(this.#view !== 'grid'), this.#loadLook()])
    if (sight !== this.#sight) return
    this.#told.textContent = ''
    this.#redraw()
    this.#tell()
    if (this.#takesFocus) this.#looks[this.#view]?.focus()
    this.#takesFocus = false
  }

  /** Loads the views of one head, if one of them is chosen that is not there. */
  async #loadLook(): Promise<void> {
    if (this.#looks[this.#view]) return
    const { headLook, textLook, numbersLook, moreStyle } = await AttentionView.more()
    if (this.#looks.head) return
    const does = this.#does
    Object.assign(this.#looks, { head: headLook(does), text: textLook(does), numbers: numbersLook(does) })
    this.#sheet.replaceSync(attentionStyle + moreStyle)
  }

  #redraw(): void {
    const sight = this.#sight
    if (!sight?.thumbnails || !this.isConnected || (this.#view !== 'grid' && !sight.values)) return
    const look = this.#looks[this.#view]
    if (!look) return
    if (look.root.parentNode !== this.#stage) this.#stage.replaceChildren(look.root)
    drawLegend(this.#legend, sight)
    look.draw(sight)
  }

  #showLists(sight: HeadSight): void {
    const same = (values: readonly (string | number)[]) =>
      Object.fromEntries(values.map((value) => [value, String(value)]))
    const isGrid = this.#view === 'grid'
    const options: Readonly<Record<(typeof listed)[number], Readonly<Record<string, string>>>> = {
      kind: same(sight.provider.kinds),
      layer: isGrid ? {} : same(sight.layers),
      head: isGrid ? {} : same(sight.heads),
      quantity: Object.fromEntries(sight.quantities.map((each) => [each, quantityNames[each]])),
      scale: scaleNames,
    }
    for (const [i, name] of listed.entries()) this.#lists[i].show(options[name], sight[name])
    for (const [i, view] of attentionViews.entries()) this.#views[i].ariaPressed = String(view === this.#view)
  }

  #fail(error: unknown): void {
    const said = error instanceof Error ? error.message : String(error)
    this.#say(said.startsWith('attention-view') ? said : `attention-view: ${said}`)
  }

  #say(text: string): void {
    this.#told.textContent = text
    this.#speak(text)
  }

  /** Says what is in the cell that is looked at. */
  #tell(): void {
    const sight = this.#sight
    const cell = sight?.looked
    if (sight?.values && cell && this.#view !== 'grid')
      whenThere(sight.values.row(cell.position), (row) => {
        if (cell === sight.looked) this.#say(cellSentence(sight, cell, row))
      })
  }

  #doing(): Doing {
    const goTo = (attributes: Attributes): void => {
      this.#takesFocus = true
      this.#choose(attributes)
    }
    return {
      open: (layer, head) => goTo({ layer, head, view: 'head' }),
      back: () => goTo({ view: 'grid' }),
      point: (cell) => {
        const sight = this.#sight
        if (!sight || isSameCell(cell, sight.pointed)) return
        sight.pointed = cell
        this.#looks[this.#view]?.mark?.(sight)
        this.#tell()
      },
      pin: (cell) => this.#pin(cell),
      say: (text) => this.#say(text),
      redraw: () => this.#redraw(),
    }
  }

  /** Takes a person's choices over as attributes, and tells the page which head is chosen then. */
  #choose(attributes: Attributes): void {
    setAttributes(this, attributes)
    const sight = this.#sight
    if (!sight || !('kind' in attributes || 'layer' in attributes || 'head' in attributes)) return
    sight.choose(this.#asked())
    const { kind, layer, head } = sight
    this.#dispatch('select', { kind, layer, head })
  }

  #pin(cell: AttentionCell | undefined): void {
    const sight = this.#sight
    if (!sight?.values) return
    sight.pinned = cell
    this.#looks[this.#view]?.mark?.(sight)
    this.#tell()
    const { kind, layer, head, quantity } = sight
    if (!cell) this.#dispatch('pin', null)
    else
      whenThere(sight.values.row(cell.position), (row) =>
        this.#dispatch('pin', { kind, layer, head, quantity, ...cell, value: row[cell.source] }),
      )
  }

  #dispatch(name: string, detail: AttentionSelection | AttentionPin | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }

  #save(format: AttentionFormat): void {
    this.exported(format)
      .then((file) => {
        const href = URL.createObjectURL(file)
        made('a', { href, download: `attention.${format}` }).click()
        setTimeout(() => URL.revokeObjectURL(href), 9999)
      })
      .catch((error) => this.#fail(error))
  }
}

/** Makes `<attention-view>` known to the page, unless it is. `more`: loads more.ts. */
export function defineAttentionView(more: () => Promise<MoreAttention>): void {
  AttentionView.more = more
  if (globalThis.customElements && !customElements.get('attention-view'))
    customElements.define('attention-view', AttentionView)
}
