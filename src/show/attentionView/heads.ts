// All heads: one canvas with their thumbnails, and over it a grid that the keyboard walks through. Sorted by layers or by a score, or
// laid out by two scores, to find heads that do something.

import { ChoiceList, made, put } from './dom.ts'
import { dotSide, type HeadsOrder, type HeadsPlaces, headsPlaces, type PlacedHead, paintHeads } from './headsPlaces.ts'
import { inksOf, onCanvas } from './pencil.ts'
import type { HeadSight } from './sight.ts'
import { headSentence } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many heads are in the document at once: those around the one with the keyboard, where there are more. */
const mostCells = 1500

export class GridLook implements AttentionLook {
  readonly root: HTMLElement
  readonly #doing: Doing
  readonly #canvas = made('canvas', { part: 'heads', 'aria-hidden': 'true' })
  readonly #grid = made('div', { role: 'grid', class: 'heads' })
  readonly #order: ChoiceList
  readonly #x: ChoiceList
  readonly #y: ChoiceList
  #chosen: HeadsOrder = { by: 'layer' }
  #sight: HeadSight | undefined
  #places: HeadsPlaces | undefined
  /** The head that the keyboard is at, by its place in the order. */
  #at = 0

  constructor(doing: Doing) {
    this.#doing = doing
    this.#order = new ChoiceList('order', (value) => {
      const score = Number(value)
      this.#arrange(value === 'layer' ? { by: value } : value === 'plane' ? this.#plane : { by: 'score', score })
    })
    this.#x = new ChoiceList('across', (x) => this.#arrange({ ...this.#plane, x: Number(x) }))
    this.#y = new ChoiceList('up', (y) => this.#arrange({ ...this.#plane, y: Number(y) }))
    const window = made('div', { class: 'around' }, this.#canvas, this.#grid)
    this.root = made(
      'div',
      { class: 'grid' },
      made('div', { class: 'tools' }, this.#order.root, this.#x.root, this.#y.root),
      window,
    )
    this.#grid.addEventListener('keydown', (event) => this.#key(event))
    this.#grid.addEventListener('click', (event) => {
      const own = this.#placeOf(event.target)
      if (own) this.#doing.open(own.layer, own.head)
    })
    for (const kind of ['pointerover', 'focusin'] as const)
      this.#grid.addEventListener(kind, (event) => {
        const own = this.#placeOf(event.target)
        if (own && this.#sight) this.#doing.say(headSentence(this.#sight, own.layer, own.head))
      })
  }

  /** The plane of two scores that is shown, or the first one. */
  get #plane(): { readonly by: 'plane'; readonly x: number; readonly y: number } {
    return this.#chosen.by === 'plane' ? this.#chosen : { by: 'plane', x: 0, y: 1 }
  }

  #arrange(order: HeadsOrder): void {
    this.#chosen = order
    this.#at = 0
    this.#doing.redraw()
  }

  draw(sight: HeadSight): void {
    this.#sight = sight
    if (!sight.thumbnails) return
    const { scores } = sight
    const last = scores.length - 1
    const order = this.#chosen
    if (order.by !== 'layer' && Math.max(order.by === 'score' ? order.score : Math.max(order.x, order.y)) > last)
      this.#chosen = { by: 'layer' }
    this.#showChoices(sight)
    const places = headsPlaces(sight, this.#chosen, this.root.clientWidth || 640)
    this.#places = places
    const at = places.heads.findIndex(({ layer, head }) => layer === sight.layer && head === sight.head)
    this.#at = Math.max(0, at)
    paintHeads(onCanvas(this.#canvas, places.width, places.height, inksOf(sight.isDark)), sight, this.#chosen, places)
    this.#fill(sight, places)
  }

  mark(): void {}

  focus(): void {
    this.#cellAt(this.#at)?.focus()
  }

  #showChoices({ scores }: HeadSight): void {
    const names = scores.map(({ name }, i) => [String(i), name] as const)
    const order = this.#chosen
    const all = [
      ['layer', 'by layer'],
      ...names.map(([value, name]) => [value, `by ${name}`] as const),
      ...(names.length > 1 ? [['plane', 'by two scores'] as const] : []),
    ] as const
    this.#order.show(all, order.by === 'score' ? String(order.score) : order.by)
    this.#x.show(order.by === 'plane' ? names : [], order.by === 'plane' ? String(order.x) : '')
    this.#y.show(order.by === 'plane' ? names : [], order.by === 'plane' ? String(order.y) : '')
  }

  /** The cells that the keyboard walks through: nothing is in them, the canvas is below. */
  #fill(sight: HeadSight, places: HeadsPlaces): void {
    const rows = Map.groupBy(places.heads.entries(), ([, { row }]) => row)
    const perRow = Math.max(1, ...[...rows.values()].map((own) => own.length))
    const around = Math.max(1, Math.floor(mostCells / perRow / 2))
    const middle = places.heads[this.#at]?.row ?? 0
    const hasFocus = this.#grid.matches(':focus-within')
    const cell = ([i, { layer, head, left, top, column }]: [number, PlacedHead]): HTMLElement => {
      const isChosen = layer === sight.layer && head === sight.head
      const own = made('div', {
        role: 'gridcell',
        'aria-label': headSentence(sight, layer, head),
        'aria-colindex': column + 1,
        'aria-selected': String(isChosen),
        'data-place': i,
        tabindex: i === this.#at ? 0 : -1,
      })
      const { rows: height, columns: width } = places.thumbnail
      put(own, { left, top, width: Math.max(dotSide, width), height: Math.max(dotSide, height) })
      return own
    }
    this.#grid.setAttribute('aria-label', `heads of ${sight.layers.length} layers, ${sight.heads.length} in each`)
    this.#grid.classList.toggle('dots', this.#chosen.by === 'plane')
    this.#grid.setAttribute('aria-rowcount', String(rows.size))
    this.#grid.setAttribute('aria-colcount', String(perRow))
    this.#grid.replaceChildren(
      ...[...rows]
        .filter(([row]) => Math.abs(row - middle) <= around)
        .map(([row, own]) => made('div', { role: 'row', 'aria-rowindex': row + 1 }, ...own.map(cell))),
    )
    if (hasFocus) this.focus()
  }

  #cellAt(place: number): HTMLElement | null {
    return this.#grid.querySelector<HTMLElement>(`[data-place="${place}"]`)
  }

  #placeOf(target: EventTarget | null): PlacedHead | undefined {
    const place = target instanceof HTMLElement ? target.dataset['place'] : undefined
    return place === undefined ? undefined : this.#places?.heads[Number(place)]
  }

  #key(event: KeyboardEvent): void {
    const [places, sight] = [this.#places, this.#sight]
    const here = places?.heads[this.#at]
    if (!places || !sight || !here || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' || event.key === ' ') this.#doing.open(here.layer, here.head)
    else {
      const to = nextPlace(places.heads, here, event.key, this.#chosen.by === 'plane')
      if (to === undefined) return
      this.#walk(to, sight, places)
    }
    event.preventDefault()
    event.stopPropagation()
  }

  #walk(to: number, sight: HeadSight, places: HeadsPlaces): void {
    this.#cellAt(this.#at)?.setAttribute('tabindex', '-1')
    this.#at = to
    if (!this.#cellAt(to)) this.#fill(sight, places)
    this.#cellAt(to)?.setAttribute('tabindex', '0')
    this.focus()
  }
}

/** The place in the order that a key leads to: along rows and columns, or in a plane along one score or the other. */
function nextPlace(heads: readonly PlacedHead[], here: PlacedHead, key: string, isPlane: boolean): number | undefined {
  const at = heads.indexOf(here)
  if (key === 'Home') return isPlane ? 0 : heads.findIndex(({ row }) => row === here.row)
  if (key === 'End') return isPlane ? heads.length - 1 : heads.findLastIndex(({ row }) => row === here.row)
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [0, 0]
  if (down === 0 && right === 0) return undefined
  if (!isPlane || down === 0) {
    const next = isPlane
      ? (heads[at + right] ?? here)
      : (heads.find(({ row, column }) => row === here.row + down && column === here.column + right) ?? here)
    return heads.indexOf(next)
  }
  const byHeight = heads.toSorted((a, b) => a.top - b.top)
  return heads.indexOf(byHeight[byHeight.indexOf(here) + down] ?? here)
}
