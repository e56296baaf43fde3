// The row that is looked at as numbers: its sources by their weights. It is the canvas in words, for who cannot see it, and to copy.

import { made, put } from './dom.ts'
import { whenThere } from './headValues.ts'
import type { HeadSight } from './sight.ts'
import {
  answering,
  cellSentence,
  fullNumber,
  placeText,
  quantityNames,
  shortNumber,
  sourcesByWeight,
} from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many sources stand on a page. */
const perPage = 200

export class NumbersLook implements AttentionLook {
  readonly root: HTMLElement
  readonly #doing: Doing
  readonly #position = made('input', { type: 'number', min: 0, step: 1 })
  readonly #token = made('output')
  readonly #earlier = made('button', { type: 'button' }, 'larger')
  readonly #later = made('button', { type: 'button' }, 'smaller')
  readonly #told = made('p', { class: 'quiet' })
  readonly #table = made('div', { class: 'table', part: 'numbers' })
  #sight: HeadSight | undefined
  #at = -1
  #from = 0
  #row: Float32Array = new Float32Array()

  constructor(doing: Doing) {
    this.#doing = doing
    const label = made('label', {}, made('span', {}, 'position'), this.#position)
    const tools = made('div', { class: 'tools' }, label, this.#token, this.#earlier, this.#later)
    this.root = made('div', { class: 'numbers' }, tools, this.#told, this.#table)
    this.#position.addEventListener('input', () => this.#look(Number(this.#position.value)))
    this.#earlier.addEventListener('click', () => this.#page(-perPage))
    this.#later.addEventListener('click', () => this.#page(perPage))
    this.root.addEventListener('copy', (event) => this.#copy(event))
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      this.#doing.back()
    })
    for (const kind of ['focusin', 'pointerover'] as const)
      this.#table.addEventListener(kind, (event) => {
        const source = sourceOf(event.target)
        if (source === undefined || !this.#sight) return
        const sentence = cellSentence(this.#sight, { position: this.#at, source }, this.#row)
        this.#doing.say(`${sentence}; in full ${fullNumber(this.#row[source])}`)
      })
    this.#table.addEventListener('click', (event) => {
      const source = sourceOf(event.target)
      if (source !== undefined) this.#doing.pin({ position: this.#at, source })
    })
  }

  draw(sight: HeadSight): void {
    this.#sight = sight
    const { rows } = sight.size
    if (sight.pinned) this.#at = sight.pinned.position
    if (this.#at < 0 || this.#at >= rows) this.#at = rows - 1
    this.#position.max = String(rows - 1)
    this.#position.value = String(this.#at)
    this.#show()
  }

  mark(sight: HeadSight): void {
    for (const button of this.#table.querySelectorAll('button')) {
      const { pinned } = sight
      const isPinned = pinned?.position === this.#at && pinned.source === sourceOf(button)
      button.setAttribute('aria-pressed', String(isPinned))
    }
  }

  focus(): void {
    this.#position.focus()
  }

  #look(position: number): void {
    const rows = this.#sight?.size.rows ?? 0
    if (!Number.isInteger(position) || position < 0 || position >= rows) return
    this.#at = position
    this.#from = 0
    this.#show()
  }

  #page(by: number): void {
    this.#from = Math.max(0, this.#from + by)
    this.#show()
  }

  #show(): void {
    const sight = this.#sight
    if (!sight?.values) return
    const at = this.#at
    this.#token.textContent = sight.labels.positions[at]
    whenThere(sight.values.row(at), (row) => {
      if (at !== this.#at) return
      this.#row = row
      this.#list(sight, row)
      this.mark(sight)
    })
  }

  #list(sight: HeadSight, row: Float32Array): void {
    const sources = sourcesByWeight(row)
    const shown = sources.slice(this.#from, this.#from + perPage)
    const most = sources.reduce((so, source) => Math.max(so, Math.abs(row[source])), 0)
    const masked = row.length - sources.length
    const together = shown.reduce((sum, source) => sum + row[source], 0)
    this.#earlier.hidden = this.#later.hidden = sources.length <= perPage
    this.#earlier.disabled = this.#from === 0
    this.#later.disabled = this.#from + perPage >= sources.length
    const which =
      shown.length === sources.length
        ? `${sources.length}`
        : `${this.#from + 1} to ${this.#from + shown.length} of ${sources.length}`
    this.#told.textContent = `${sight.title()}. ${which} ${answering(sight)}s, together ${shortNumber(together)}${masked > 0 ? `; ${masked} masked` : ''}.`
    const lines = shown.map((source) => {
      const bar = made('i')
      put(bar, { width: 120 * Math.abs(sight.strength(row[source], most)) })
      bar.style.background = sight.colour(Math.sign(row[source]) * 0.75)
      const button = made(
        'button',
        { type: 'button', 'data-source': source },
        placeText(source, sight.labels.sources[source]),
      )
      const value = made(
        'data',
        { value: fullNumber(row[source]), title: fullNumber(row[source]) },
        shortNumber(row[source]),
      )
      return made('tr', {}, made('th', { scope: 'row' }, button), made('td', {}, value), made('td', {}, bar))
    })
    const head = ['', quantityNames[sight.quantity], ''].map((name, i) =>
      i === 0
        ? made('th', { scope: 'col' }, answering(sight))
        : i === 1
          ? made('th', { scope: 'col' }, name)
          : made('td'),
    )
    this.#table.replaceChildren(
      made('table', {}, made('thead', {}, made('tr', {}, ...head)), made('tbody', {}, ...lines)),
    )
  }

  /** Copies numbers with all their digits. */
  #copy(event: ClipboardEvent): void {
    const sight = this.#sight
    if (!sight || event.target instanceof HTMLInputElement) return
    const lines = sourcesByWeight(this.#row).map(
      (source) => `${source}\t${sight.labels.sources[source]}\t${fullNumber(this.#row[source])}`,
    )
    event.clipboardData?.setData('text/plain', lines.join('\n'))
    event.preventDefault()
  }
}

function sourceOf(target: EventTarget | null): number | undefined {
  const button = target instanceof Element ? target.closest('tr')?.querySelector('button') : null
  const source = button?.dataset['source']
  return source === undefined ? undefined : Number(source)
}
