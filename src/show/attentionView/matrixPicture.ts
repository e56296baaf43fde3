// The picture of one head: cells, hatches below what is masked, grey over padding, the row and column that are looked at, and the tokens
// along both sides.

import { cut } from '../visible.ts'
import { labelledZoom, longestLabel, type MatrixPlaces } from './matrixPlaces.ts'
import type { PaintedTile } from './matrixTiles.ts'
import { inksOf, type Pencil } from './pencil.ts'
import type { AttentionCell, HeadSight } from './sight.ts'

/** The part of a picture that is in sight. */
export interface MatrixWindow {
  readonly places: MatrixPlaces
  readonly width: number
  readonly height: number
  readonly scrollLeft: number
  readonly scrollTop: number
}

/** Grey over what only fills up. */
const paddingInk = '#8b919999'

export function drawMatrix(
  pencil: Pencil,
  sight: HeadSight,
  window: MatrixWindow,
  tiles: readonly PaintedTile[],
): void {
  const { places, width, height, scrollLeft, scrollTop } = window
  const { zoom, left, top } = places
  const { ground, text, quiet } = inksOf(sight.isDark)
  const { rows, columns } = sight.size
  const { looked, pinned, padding } = sight
  const [wide, high, side] = [columns * zoom, rows * zoom, Math.max(1, zoom)]
  const x = (column: number): number => left + column * zoom - scrollLeft
  const y = (row: number): number => top + row * zoom - scrollTop
  pencil.fill(ground, 0, 0, width, height)
  pencil.hatch(x(0), y(0), wide, high)
  for (const { canvas, region } of tiles) {
    const scale = region.step * zoom
    pencil.cells(canvas, x(region.column), y(region.row), canvas.width * scale, canvas.height * scale)
  }
  for (const position of padding.positions) pencil.fill(paddingInk, x(0), y(position), wide, zoom)
  for (const source of padding.sources) pencil.fill(paddingInk, x(source), y(0), zoom, high)
  // Lines beside a row and a column, and a frame around their cell: the cell itself keeps its colour.
  const cross = ({ position, source }: AttentionCell): void => {
    pencil.frame(quiet, 1, x(0) - 0.5, y(position) - 0.5, wide + 1, side + 1)
    pencil.frame(quiet, 1, x(source) - 0.5, y(0) - 0.5, side + 1, high + 1)
  }
  const frame = ({ position, source }: AttentionCell): void =>
    pencil.frame(text, 2, x(source) - 1, y(position) - 1, side + 2, side + 2)
  if (looked) cross(looked)
  if (pinned) frame(pinned)
  if (looked) frame(looked)
  // The margins lie over what has scrolled below them.
  pencil.fill(ground, 0, 0, width, top)
  pencil.fill(ground, 0, 0, left, height)
  drawLabels(pencil, sight, window, { x: (i) => x(i) + side / 2, y: (i) => y(i) + side / 2 })
}

/** The tokens along both sides, or the numbers of the row and column that are looked at where cells are smaller than letters. */
function drawLabels(
  pencil: Pencil,
  sight: HeadSight,
  { places: { zoom, left, top, step }, width, height, scrollLeft, scrollTop }: MatrixWindow,
  { x, y }: { readonly x: (column: number) => number; readonly y: (row: number) => number },
): void {
  const { positions, sources } = sight.labels
  const { looked } = sight
  const { text, quiet } = inksOf(sight.isDark)
  const size = Math.min(12, Math.max(10, zoom - 1))
  const isLabelled = zoom >= labelledZoom
  const label = (of: readonly string[], i: number): string => (isLabelled ? cut(of[i], longestLabel) : String(i))
  const row = (i: number): void => {
    if (y(i) > top)
      pencil.write(i === looked?.position ? text : quiet, label(positions, i), left - 5, y(i), 'end', size)
  }
  const column = (i: number): void => {
    if (x(i) <= left) return
    const [ink, own] = [i === looked?.source ? text : quiet, label(sources, i)]
    if (isLabelled && top > 22) pencil.write(ink, own, x(i), top - 5, 'start', size, true)
    else pencil.write(ink, own, x(i), top - 9, 'middle', size)
  }
  if (isLabelled) {
    const last = (scroll: number, room: number, count: number): number =>
      Math.min(count, Math.ceil((scroll + room) / zoom))
    for (let i = Math.floor(scrollTop / zoom); i < last(scrollTop, height - top, positions.length); i++) row(i)
    for (let i = Math.floor(scrollLeft / zoom); i < last(scrollLeft, width - left, sources.length); i++) column(i)
  } else if (looked) {
    row(looked.position - (looked.position % step))
    column(looked.source - (looked.source % step))
  }
}
