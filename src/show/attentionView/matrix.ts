// One head: a matrix of cells, at whole zooms, in a window that scrolls. The pointer and the arrow keys look at cells, a click and Enter
// pin them; below it stands what the position of the cell reads most.

import { made, put } from './dom.ts'
import { whenThere } from './headValues.ts'
import { drawMatrix } from './matrixPicture.ts'
import { fittingPlaces, type MatrixPlaces, matrixPlaces, zooms } from './matrixPlaces.ts'
import { MatrixTiles } from './matrixTiles.ts'
import { inksOf, onCanvas } from './pencil.ts'
import { isSeen } from './pooling.ts'
import type { AttentionCell, HeadSight } from './sight.ts'
import { answering, cellSentence, fullNumber, placeText, shortNumber, sourcesByWeight } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many sources of a row are read out below the matrix. */
const mostRead = 6

export class HeadLook implements AttentionLook {
  readonly root: HTMLElement
  readonly #doing: Doing
  readonly #canvas = made('canvas', { part: 'matrix', 'aria-hidden': 'true' })
  readonly #space = made('div', { class: 'space' }, this.#canvas)
  readonly #cell = made('span', { role: 'gridcell', id: 'cell' })
  readonly #row = made('div', { role: 'row', class: 'unseen' }, this.#cell)
  readonly #grid = made('div', { role: 'grid', class: 'window', tabindex: 0 }, this.#space, this.#row)
  readonly #zoomText = made('output', { class: 'zoom' })
  readonly #axes = made('span', { class: 'quiet' })
  readonly #read = made('ol', { part: 'row', class: 'read' })
  readonly #tiles: MatrixTiles
  #sight: HeadSight | undefined
  #places: MatrixPlaces | undefined
  /** The zoom that was chosen; without, the one at which all can be seen. */
  #zoom: number | undefined

  constructor(doing: Doing) {
    this.#doing = doing
    this.#tiles = new MatrixTiles(() => this.#paint())
    const button = (text: string, name: string, act: () => void): HTMLButtonElement => {
      const own = made('button', { type: 'button', 'aria-label': name }, text)
      own.addEventListener('click', act)
      return own
    }
    const tools = made(
      'div',
      { class: 'tools' },
      button('−', 'zoom out', () => this.#zoomBy(-1)),
      this.#zoomText,
      button('+', 'zoom in', () => this.#zoomBy(1)),
      button('fit', 'fit the whole head', () => {
        this.#zoom = undefined
        this.#doing.redraw()
      }),
      this.#axes,
    )
    this.root = made('div', { class: 'head' }, tools, this.#grid, this.#read)
    this.#grid.addEventListener('scroll', () => this.#paint(), { passive: true })
    this.#canvas.addEventListener('pointermove', (event) => this.#doing.point(this.#cellAt(event)))
    this.#canvas.addEventListener('pointerleave', () => this.#doing.point(undefined))
    this.#canvas.addEventListener('click', (event) => this.#pin(this.#cellAt(event)))
    this.#grid.addEventListener('keydown', (event) => this.#key(event))
    this.#grid.addEventListener('focus', () => {
      if (this.#sight && !this.#sight.pointed && this.#grid.matches(':focus-visible')) this.#pointFirst(this.#sight)
    })
    this.#grid.addEventListener('blur', () => this.#doing.point(undefined))
  }

  draw(sight: HeadSight): void {
    this.#sight = sight
    const { rows, columns } = sight.size
    const width = this.root.clientWidth || 640
    const height = Math.max(260, Math.min(720, 0.72 * globalThis.innerHeight))
    const places =
      this.#zoom === undefined
        ? fittingPlaces(sight.size, sight.labels, { width: width - 2, height })
        : matrixPlaces(sight.size, sight.labels, this.#zoom)
    this.#places = places
    const bar = places.width > width - 2 ? 16 : 0
    put(this.#grid, { height: Math.min(height, places.height + 2 + bar) })
    put(this.#space, { width: places.width, height: places.height })
    this.#zoomText.textContent = places.zoom >= 1 ? `×${places.zoom}` : `÷${places.step}`
    this.#axes.textContent = `rows ask ↓  columns answer →`
    this.#grid.setAttribute('aria-label', `${sight.title()}: ${rows} positions × ${columns} ${answering(sight)}s`)
    this.#grid.setAttribute('aria-rowcount', String(rows))
    this.#grid.setAttribute('aria-colcount', String(columns))
    this.mark(sight)
  }

  mark(sight: HeadSight): void {
    this.#sight = sight
    this.#paint()
    const cell = sight.pointed ?? sight.pinned
    this.#grid.toggleAttribute('aria-activedescendant', false)
    if (!cell || !sight.values) {
      this.#read.replaceChildren()
      return
    }
    this.#grid.setAttribute('aria-activedescendant', 'cell')
    this.#row.setAttribute('aria-rowindex', String(cell.position + 1))
    this.#cell.setAttribute('aria-colindex', String(cell.source + 1))
    whenThere(sight.values.row(cell.position), (row) => {
      if (cell !== (sight.pointed ?? sight.pinned)) return
      this.#cell.textContent = cellSentence(sight, cell, row)
      this.#cell.dataset['value'] = fullNumber(row[cell.source])
      this.#readRow(sight, row)
    })
  }

  focus(): void {
    this.#grid.focus()
  }

  #readRow(sight: HeadSight, row: Float32Array): void {
    const sources = sourcesByWeight(row).slice(0, mostRead)
    const rowMost = row.reduce((most, value) => (isSeen(value) ? Math.max(most, Math.abs(value)) : most), 0)
    this.#read.replaceChildren(
      ...sources.map((source) => {
        const shade = made('i')
        shade.style.background = sight.colour(sight.strength(row[source], rowMost))
        const number = made('data', { value: fullNumber(row[source]) }, shortNumber(row[source]))
        return made('li', {}, shade, placeText(source, sight.labels.sources[source]), ' ', number)
      }),
    )
  }

  #paint(): void {
    const [sight, places] = [this.#sight, this.#places]
    if (!sight?.values || !places || !this.root.isConnected) return
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.#grid
    const [width, height] = [Math.min(clientWidth, places.width), Math.min(clientHeight, places.height)]
    const first = (scroll: number): number => Math.max(0, Math.floor(scroll / places.zoom))
    const many = (size: number): number => Math.ceil(size / places.zoom) + 1
    const cells = {
      row: first(scrollTop),
      column: first(scrollLeft),
      rows: many(height),
      columns: many(width),
      step: places.step,
    }
    const pencil = onCanvas(this.#canvas, width, height, inksOf(sight.isDark))
    drawMatrix(
      pencil,
      sight,
      { places, width, height, scrollLeft, scrollTop },
      this.#tiles.seen(sight, places.step, cells),
    )
  }

  /** The cell below a pointer; where several share a pixel, the first of them. */
  #cellAt(event: PointerEvent | MouseEvent): AttentionCell | undefined {
    const [sight, places] = [this.#sight, this.#places]
    if (!sight || !places) return undefined
    const box = this.#canvas.getBoundingClientRect()
    const at = (offset: number): number => places.step * Math.floor(offset / (places.zoom * places.step))
    const source = at(event.clientX - box.left - places.left + this.#grid.scrollLeft)
    const position = at(event.clientY - box.top - places.top + this.#grid.scrollTop)
    const { rows, columns } = sight.size
    const isInside = event.clientX - box.left >= places.left && event.clientY - box.top >= places.top
    return isInside && position < rows && source < columns ? { position, source } : undefined
  }

  #pin(cell: AttentionCell | undefined): void {
    const pinned = this.#sight?.pinned
    const isPinned = cell && pinned?.position === cell.position && pinned.source === cell.source
    this.#doing.pin(isPinned ? undefined : cell)
  }

  #zoomBy(by: number): void {
    const now = this.#places?.zoom ?? 1
    this.#zoom = zooms[Math.max(0, Math.min(zooms.length - 1, zooms.indexOf(now) + by))]
    this.#doing.redraw()
  }

  /** Where nothing is looked at yet: the last position, and what it reads most. */
  #pointFirst(sight: HeadSight): void {
    const position = sight.pinned?.position ?? sight.size.rows - 1
    if (sight.pinned) this.#doing.point(sight.pinned)
    else if (sight.values)
      whenThere(sight.values.row(position), (row) =>
        this.#doing.point({ position, source: sourcesByWeight(row)[0] ?? 0 }),
      )
  }

  #key(event: KeyboardEvent): void {
    const sight = this.#sight
    if (!sight || event.ctrlKey || event.metaKey || event.altKey) return
    const cell = sight.pointed ?? sight.pinned
    const act = this.#keys(sight, cell)[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  #keys(sight: HeadSight, cell: AttentionCell | undefined): Readonly<Record<string, () => void>> {
    const { rows, columns } = sight.size
    const to = (position: number, source: number): void => {
      const next = {
        position: Math.max(0, Math.min(rows - 1, position)),
        source: Math.max(0, Math.min(columns - 1, source)),
      }
      this.#show(next)
      this.#doing.point(next)
    }
    const by = (down: number, right: number) => (): void => {
      if (cell) to(cell.position + down, cell.source + right)
      else this.#pointFirst(sight)
    }
    return {
      ArrowUp: by(-1, 0),
      ArrowDown: by(1, 0),
      ArrowLeft: by(0, -1),
      ArrowRight: by(0, 1),
      PageUp: by(-10, 0),
      PageDown: by(10, 0),
      Home: by(0, -columns),
      End: by(0, columns),
      '+': () => this.#zoomBy(1),
      '-': () => this.#zoomBy(-1),
      Enter: () => this.#pin(cell),
      ' ': () => this.#pin(cell),
      Escape: () => this.#doing.back(),
    }
  }

  /** Scrolls as far as it takes to see a cell. */
  #show({ position, source }: AttentionCell): void {
    const places = this.#places
    if (!places) return
    const { zoom, left, top } = places
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.#grid
    const within = (start: number, scroll: number, room: number): number =>
      start < scroll ? start : Math.max(scroll, start + zoom - room)
    this.#grid.scrollLeft = within(source * zoom, scrollLeft, clientWidth - left)
    this.#grid.scrollTop = within(position * zoom, scrollTop, clientHeight - top)
  }
}
