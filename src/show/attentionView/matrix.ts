// One head: a matrix of cells, at whole zooms, in a window that scrolls. The pointer and the arrow keys look at cells, a click and Enter
// pin them; below it stands what the position of the cell reads most.

import { button, made, onKeys, put, setAttributes } from './dom.ts'
import { whenThere } from './headValues.ts'
import { drawMatrix } from './matrixPicture.ts'
import { fittingPlaces, type MatrixPlaces, matrixPlaces, zooms } from './matrixPlaces.ts'
import { MatrixTiles } from './matrixTiles.ts'
import { inksOf, onCanvas } from './pencil.ts'
import { type AttentionCell, type HeadSight, isSameCell } from './sight.ts'
import { answering, cellSentence, placeText, shortNumber, sourcesByWeight } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many sources of a row are read out below the matrix. */
const mostRead = 6

export function headLook(doing: Doing): AttentionLook {
  const canvas = made('canvas', { part: 'matrix', 'aria-hidden': 'true' })
  const space = made('div', { class: 'space' }, canvas)
  const spoken = made('span', { role: 'gridcell', id: 'cell' })
  const row = made('div', { role: 'row', class: 'unseen' }, spoken)
  const grid = made('div', { role: 'grid', class: 'window', tabindex: 0 }, space, row)
  const zoomText = made('output')
  const read = made('p', { part: 'row', class: 'read' })
  const tiles = new MatrixTiles(() => paint())
  let sight: HeadSight
  let places: MatrixPlaces
  /** The zoom that was chosen; without, the one at which all can be seen. */
  let zoom: number | undefined
  const zoomTo = (chosen?: number): void => {
    zoom = chosen
    doing.redraw()
  }
  const zoomBy = (by: number) => () => zoomTo(zooms[zooms.indexOf(places.zoom) + by] ?? places.zoom)
  const tools = made(
    'div',
    { class: 'tools' },
    button('−', zoomBy(-1), 'zoom out'),
    zoomText,
    button('+', zoomBy(1), 'zoom in'),
    button('fit', () => zoomTo(), 'fit the whole head'),
    'rows ask ↓ columns answer →',
  )
  const root = made('div', {}, tools, grid, read)

  const paint = (): void => {
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = grid
    const [width, height] = [Math.min(clientWidth, places.width), Math.min(clientHeight, places.height)]
    const cells = {
      row: Math.floor(scrollTop / places.zoom),
      column: Math.floor(scrollLeft / places.zoom),
      rows: Math.ceil(height / places.zoom) + 1,
      columns: Math.ceil(width / places.zoom) + 1,
      step: places.step,
    }
    const pencil = onCanvas(canvas, width, height, inksOf(sight.isDark))
    drawMatrix(pencil, sight, { places, width, height, scrollLeft, scrollTop }, tiles.seen(sight, cells))
  }
  /** Says what the cell holds, to who listens and in numbers, and what its position reads most. */
  const mark = (): void => {
    paint()
    const cell = sight.looked
    grid.setAttribute('aria-activedescendant', cell ? 'cell' : '')
    if (!cell || !sight.values) return
    setAttributes(row, { 'aria-rowindex': cell.position + 1 })
    setAttributes(spoken, { 'aria-colindex': cell.source + 1 })
    whenThere(sight.values.row(cell.position), (weights) => {
      if (cell !== sight.looked) return
      spoken.textContent = cellSentence(sight, cell, weights)
      spoken.dataset['value'] = String(weights[cell.source])
      const most = sourcesByWeight(weights).slice(0, mostRead)
      read.textContent = most
        .map((source) => `${placeText(sight.labels.sources, source)} ${shortNumber(weights[source])}`)
        .join(' · ')
    })
  }
  /** The cell below the pointer; where several share a pixel, the first of them. */
  const cellAt = ({ clientX, clientY }: MouseEvent): AttentionCell | undefined => {
    const box = canvas.getBoundingClientRect()
    const [x, y] = [clientX - box.left - places.left, clientY - box.top - places.top]
    const at = (offset: number): number => places.step * Math.floor(offset / places.zoom / places.step)
    const [position, source] = [at(y + grid.scrollTop), at(x + grid.scrollLeft)]
    return x >= 0 && y >= 0 && position < sight.size.rows && source < sight.size.columns
      ? { position, source }
      : undefined
  }
  const pin = (cell?: AttentionCell): void => {
    doing.pin(isSameCell(cell, sight.pinned) ? undefined : cell)
  }
  /** Looks at a cell, and scrolls as far as it takes to see it. */
  const look = (position: number, source: number): void => {
    const within = (start: number, scroll: number, room: number): number =>
      Math.min(start, Math.max(scroll, start + places.zoom - room))
    grid.scrollTop = within(position * places.zoom, grid.scrollTop, grid.clientHeight - places.top)
    grid.scrollLeft = within(source * places.zoom, grid.scrollLeft, grid.clientWidth - places.left)
    doing.point({ position, source })
  }
  /** Where nothing is looked at yet: the last position, and what it reads most. */
  const lookFirst = (): void => {
    const last = sight.size.rows - 1
    if (sight.values) whenThere(sight.values.row(last), (weights) => look(last, sourcesByWeight(weights)[0] ?? 0))
  }

  grid.onscroll = paint
  canvas.onpointermove = (event) => doing.point(cellAt(event))
  canvas.onpointerleave = () => doing.point()
  canvas.onclick = (event) => {
    const cell = cellAt(event)
    if (cell) pin(cell)
  }
  grid.onfocus = () => {
    if (!sight.looked && grid.matches(':focus-visible')) lookFirst()
  }
  onKeys(grid, () => {
    const cell = sight.looked
    const { rows, columns } = sight.size
    const by = (down: number, right: number) => () => {
      const within = (place: number, count: number): number => Math.max(0, Math.min(count - 1, place))
      if (cell) look(within(cell.position + down, rows), within(cell.source + right, columns))
      else lookFirst()
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
      '+': zoomBy(1),
      '-': zoomBy(-1),
      Enter: () => pin(cell),
      ' ': () => pin(cell),
      Escape: doing.back,
    }
  })

  return {
    root,
    draw(now) {
      sight = now
      const { rows, columns } = sight.size
      const width = (root.clientWidth || 640) - 2
      const height = Math.max(260, Math.min(720, 0.72 * innerHeight))
      places = zoom
        ? matrixPlaces(sight.size, sight.labels, zoom)
        : fittingPlaces(sight.size, sight.labels, { width, height })
      put(grid, { height: Math.min(height, places.height + (places.width > width ? 18 : 2)) })
      put(space, { width: places.width, height: places.height })
      zoomText.textContent = places.step > 1 ? `÷${places.step}` : `×${places.zoom}`
      setAttributes(grid, {
        'aria-label': `${sight.title()}: ${rows} positions × ${columns} ${answering(sight)}s`,
        'aria-rowcount': rows,
        'aria-colcount': columns,
      })
      read.textContent = ''
      mark()
    },
    mark(now) {
      sight = now
      mark()
    },
    focus: () => grid.focus(),
  }
}
