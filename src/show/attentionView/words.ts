// The tokens themselves: the strip above each says how much the token that is looked at reads it, the strip below how much it reads that
// one. Lines lead to the eight that are read most.

import { made } from './dom.ts'
import { whenThere } from './headValues.ts'
import { isSeen } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { cellSentence, placeText, shortNumber, sourcesByWeight } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** Lines lead to so many tokens. */
const mostLines = 8
/** Of longer texts so many tokens around the one that is looked at are shown. */
const mostTokens = 600

type Side = 'positions' | 'sources'

export class TextLook implements AttentionLook {
  readonly root: HTMLElement
  readonly #doing: Doing
  readonly #told = made('p', { class: 'quiet' })
  readonly #texts = made('div', { class: 'texts', part: 'text' })
  readonly #lines = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  #sight: HeadSight | undefined
  /** The token that is looked at. */
  #side: Side = 'positions'
  #at = -1

  constructor(doing: Doing) {
    this.#doing = doing
    this.#lines.setAttribute('aria-hidden', 'true')
    this.root = made('div', { class: 'words' }, this.#told, this.#texts)
    this.#texts.addEventListener('keydown', (event) => this.#key(event))
    for (const kind of ['pointerover', 'focusin'] as const)
      this.#texts.addEventListener(kind, (event) => {
        const own = tokenOf(event.target)
        if (own) this.#look(own.side, own.at)
      })
    this.#texts.addEventListener('click', (event) => {
      const own = tokenOf(event.target)
      if (own) this.#pin(own.side, own.at)
    })
  }

  draw(sight: HeadSight): void {
    this.#sight = sight
    const { positions, sources } = sight.labels
    const pinned = sight.pinned
    if (pinned) [this.#side, this.#at] = ['positions', pinned.position]
    const length = (this.#side === 'positions' ? positions : sources).length
    if (this.#at < 0 || this.#at >= length) [this.#side, this.#at] = ['positions', positions.length - 1]
    const list = (side: Side, name: string): HTMLElement => this.#list(sight, side, name)
    this.#texts.replaceChildren(
      ...(sight.isOneText
        ? [list('positions', 'the text')]
        : [list('sources', 'sources'), list('positions', 'the text')]),
      this.#lines,
    )
    this.#shade()
  }

  mark(): void {}

  focus(): void {
    this.#token(this.#side, this.#at)?.focus()
  }

  #list(sight: HeadSight, side: Side, name: string): HTMLElement {
    const labels = sight.labels[side]
    const padding = new Set(sight.padding[side])
    const middle = this.#side === side ? this.#at : 0
    const from = Math.max(0, Math.min(labels.length - mostTokens, middle - mostTokens / 2))
    const tokens = labels.slice(from, from + mostTokens).map((label, i) => {
      const at = from + i
      const own = made('span', {
        role: 'option',
        class: padding.has(at) ? 'token greyed' : 'token',
        'aria-label': placeText(at, label),
        'aria-selected': 'false',
        'data-side': side,
        'data-at': at,
        tabindex: side === this.#side && at === this.#at ? 0 : -1,
      })
      own.append(made('i'), made('b', {}, label), made('i'))
      return own
    })
    const left = labels.length - tokens.length
    return made(
      'div',
      { class: 'list' },
      made('h3', {}, left > 0 ? `${name}, ${tokens.length} of ${labels.length} tokens` : name),
      made('div', { role: 'listbox', 'aria-label': name, 'aria-orientation': 'horizontal' }, ...tokens),
    )
  }

  #token(side: Side, at: number): HTMLElement | null {
    return this.#texts.querySelector<HTMLElement>(`[data-side="${side}"][data-at="${at}"]`)
  }

  #look(side: Side, at: number): void {
    if (side === this.#side && at === this.#at) return
    this.#token(this.#side, this.#at)?.setAttribute('tabindex', '-1')
    ;[this.#side, this.#at] = [side, at]
    this.#token(side, at)?.setAttribute('tabindex', '0')
    this.#shade()
  }

  /** Pins the token with what it reads most, or with who reads it most. */
  #pin(side: Side, at: number): void {
    const values = this.#sight?.values
    if (!values) return
    if (side === 'positions')
      whenThere(values.row(at), (row) => this.#doing.pin({ position: at, source: sourcesByWeight(row)[0] ?? 0 }))
    else
      whenThere(values.column(at), (column) =>
        this.#doing.pin({ position: sourcesByWeight(column)[0] ?? 0, source: at }),
      )
  }

  /** Shades both strips of all tokens for the one that is looked at. */
  #shade(): void {
    const sight = this.#sight
    if (!sight?.values) return
    const { values } = sight
    const [side, at] = [this.#side, this.#at]
    for (const token of this.#texts.querySelectorAll<HTMLElement>('.token')) {
      token.setAttribute('aria-selected', String(token === this.#token(side, at)))
      for (const strip of token.querySelectorAll('i')) strip.style.background = ''
    }
    const canRead = side === 'positions'
    const isRead = side === 'sources' || sight.isOneText
    this.#told.textContent = toldOf(sight, side, at)
    this.#lines.replaceChildren()
    if (canRead)
      whenThere(values.row(at), (row) => {
        if (at !== this.#at || side !== this.#side) return
        this.#strips(sight, 'sources', 0, row)
        this.#draw(row)
        const [most] = sourcesByWeight(row)
        if (most !== undefined) this.#doing.say(cellSentence(sight, { position: at, source: most }, row))
      })
    if (isRead)
      whenThere(values.column(at), (column) => {
        if (at !== this.#at || side !== this.#side) return
        this.#strips(sight, 'positions', 1, column)
        const [most] = sourcesByWeight(column)
        if (side === 'sources' && most !== undefined)
          this.#doing.say(
            `source ${placeText(at, sight.labels.sources[at])} is read most by position ${placeText(most, sight.labels.positions[most])}: ${shortNumber(column[most])}`,
          )
      })
  }

  #strips(sight: HeadSight, side: Side, which: 0 | 1, weights: Float32Array): void {
    const shown = sight.isOneText ? 'positions' : side
    const most = weights.reduce((so, value) => (isSeen(value) ? Math.max(so, Math.abs(value)) : so), 0)
    for (const token of this.#texts.querySelectorAll<HTMLElement>(`[data-side="${shown}"]`)) {
      const strip = token.querySelectorAll('i')[which]
      const value = weights[Number(token.dataset['at'])]
      strip.className = isSeen(value) ? '' : 'hatched'
      if (isSeen(value)) strip.style.background = sight.colour(sight.strength(value, most))
    }
  }

  /** Lines from the token to those that it reads most. */
  #draw(row: Float32Array): void {
    const sight = this.#sight
    const from = this.#token('positions', this.#at)
    if (!sight || !from) return
    const box = this.#texts.getBoundingClientRect()
    this.#lines.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`)
    const topOf = (token: HTMLElement): readonly [number, number] => {
      const { left, top, width } = token.getBoundingClientRect()
      return [left - box.left + width / 2, top - box.top]
    }
    const [x, y] = topOf(from)
    const most = Math.abs(row[sourcesByWeight(row)[0]])
    for (const source of sourcesByWeight(row).slice(0, mostLines)) {
      const to = this.#token(sight.isOneText ? 'positions' : 'sources', source)
      if (!to || row[source] === 0) continue
      const [toX, toY] = topOf(to)
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
      const height = Math.min(y, toY) - Math.min(26, 8 + Math.abs(x - toX) / 6)
      line.setAttribute('d', `M${x} ${y}C${x} ${height} ${toX} ${height} ${toX} ${toY}`)
      line.setAttribute(
        'stroke',
        sight.colour(Math.sign(row[source]) * Math.max(0.35, Math.abs(sight.strength(row[source], most)))),
      )
      line.setAttribute('stroke-width', String(1 + 3 * Math.abs(sight.strength(row[source], most))))
      this.#lines.append(line)
    }
  }

  #key(event: KeyboardEvent): void {
    const sight = this.#sight
    if (!sight || event.ctrlKey || event.metaKey || event.altKey) return
    const last = sight.labels[this.#side].length - 1
    const other: Side = this.#side === 'positions' ? 'sources' : 'positions'
    const to = { ArrowLeft: this.#at - 1, ArrowRight: this.#at + 1, Home: 0, End: last }[event.key]
    if (to !== undefined) this.#walk(this.#side, Math.max(0, Math.min(last, to)))
    else if (/^Arrow(Up|Down)$/.test(event.key) && !sight.isOneText)
      this.#walk(other, Math.min(this.#at, sight.labels[other].length - 1))
    else if (event.key === 'Enter' || event.key === ' ') this.#pin(this.#side, this.#at)
    else if (event.key === 'Escape') this.#doing.back()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #walk(side: Side, at: number): void {
    if (!this.#token(side, at)) {
      ;[this.#side, this.#at] = [side, at]
      if (this.#sight) this.draw(this.#sight)
    }
    this.#look(side, at)
    this.focus()
  }
}

function tokenOf(target: EventTarget | null): { readonly side: Side; readonly at: number } | undefined {
  const token = target instanceof Element ? target.closest<HTMLElement>('.token') : null
  if (!token) return undefined
  return { side: token.dataset['side'] === 'sources' ? 'sources' : 'positions', at: Number(token.dataset['at']) }
}

function toldOf(sight: HeadSight, side: Side, at: number): string {
  const token = placeText(at, sight.labels[side][at])
  const above = `above: what position ${token} reads`
  if (sight.isOneText) return `${above}; below: who reads it`
  return side === 'positions' ? above : `below: who reads source ${token}`
}
