// The order of heads, and the places of their thumbnails: layer by layer, by a score, or in the plane of two scores.

import { canvasOf, mostOfRows, pixelsOf } from './colour.ts'
import { inksOf, type Pencil } from './pencil.ts'
import { fromBytes, isSeen, type MatrixSize, pooledCells, pooledSize } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { shortNumber } from './spoken.ts'

/** The order of the grid: by layers, by a score, or two scores as a plane; scores by their numbers among those of the data. */
export type HeadsOrder =
  | { readonly by: 'layer' }
  | { readonly by: 'score'; readonly score: number }
  | { readonly by: 'plane'; readonly x: number; readonly y: number }

/** A head in the grid. */
export interface PlacedHead {
  readonly layer: number
  readonly head: number
  /** Its number among all heads, [layer, head]. */
  readonly index: number
  /** The row and the column of the grid, and the corner of its cell in pixels. */
  readonly row: number
  readonly column: number
  readonly left: number
  readonly top: number
}

export interface HeadsPlaces {
  readonly heads: readonly PlacedHead[]
  /** A cell of the grid. */
  readonly cellWidth: number
  readonly cellHeight: number
  /** The number of cells, in both directions, of a thumbnail that become one; the side of that in pixels; and the thumbnail's size then. */
  readonly step: number
  readonly zoom: number
  readonly thumbnail: MatrixSize
  readonly width: number
  readonly height: number
}

/** The space beside thumbnails, below them for a caption, and around a plane for its names. */
const [gap, captionHeight] = [8, 15]
export const headsMargin = 28
/** Thumbnails are at most so wide; less than `leastSide` nobody could hit. */
const [mostSide, leastSide] = [96, 24]

export function headsPlaces(sight: HeadSight, order: HeadsOrder, width: number): HeadsPlaces {
  const { layers, heads, thumbnails } = sight
  const all = layers.flatMap((layer, y) =>
    heads.map((head, x) => ({ layer, head, index: y * heads.length + x, row: y, column: x })),
  )
  if (order.by === 'plane') return inPlane(sight, order, all, width)
  const size = thumbnails ?? { rows: 1, columns: 1 }
  const room = (width - headsMargin) / heads.length - gap
  const { step, zoom } = sideFor(Math.max(size.rows, size.columns), room)
  const small = pooledSize(size, step)
  const cellWidth = Math.max(leastSide, small.columns * zoom) + gap
  const cellHeight = Math.max(leastSide, small.rows * zoom) + gap + (order.by === 'score' ? 2 * captionHeight : 0)
  const sorted = order.by === 'layer' ? all : byScore(all, sight.scores[order.score]?.values ?? [])
  const places = sorted.map((own, i) => {
    const [row, column] =
      order.by === 'layer' ? [own.row, own.column] : [Math.floor(i / heads.length), i % heads.length]
    return { ...own, row, column, left: headsMargin + column * cellWidth, top: 20 + row * cellHeight }
  })
  return {
    heads: places,
    cellWidth,
    cellHeight,
    step,
    zoom,
    thumbnail: { rows: small.rows * zoom, columns: small.columns * zoom },
    width: headsMargin + heads.length * cellWidth,
    height: 20 + layers.length * cellHeight,
  }
}

/** The largest whole zoom of a thumbnail for some room; where there is not even room for ×1, squares of its cells become one. */
function sideFor(cells: number, room: number): { readonly step: number; readonly zoom: number } {
  let step = 1
  while (cells / step > Math.max(leastSide, room)) step *= 2
  const side = Math.ceil(cells / step)
  return { step, zoom: Math.max(1, Math.floor(Math.min(mostSide, room) / side)) }
}

/** Heads with the highest number first; those without one last. */
function byScore<T extends { readonly index: number }>(all: readonly T[], values: ArrayLike<number>): T[] {
  const scored = ({ index }: T): number => (isSeen(values[index]) ? values[index] : Number.NEGATIVE_INFINITY)
  return all.toSorted((a, b) => (scored(a) === scored(b) ? a.index - b.index : scored(b) - scored(a)))
}

/** A head in a plane is a dot in the middle of so many pixels. */
export const dotSide = 24

/** The heads that have both scores, from left to right. */
function inPlane(
  { scores }: HeadSight,
  { x, y }: { readonly x: number; readonly y: number },
  all: readonly Omit<PlacedHead, 'left' | 'top'>[],
  room: number,
): HeadsPlaces {
  const [width, height] = [Math.min(room, 720), Math.min(room * 0.7, 440)]
  const [across, up] = [scores[x].values, scores[y].values]
  const place = (values: ArrayLike<number>, index: number): number => {
    const [low, high] = rangeOf(values)
    return high > low ? (values[index] - low) / (high - low) : 0.5
  }
  const heads = all
    .filter(({ index }) => isSeen(across[index]) && isSeen(up[index]))
    .toSorted((a, b) => across[a.index] - across[b.index])
    .map((own, column) => ({
      ...own,
      row: 0,
      column,
      left: headsMargin + place(across, own.index) * (width - headsMargin - dotSide),
      top: (1 - place(up, own.index)) * (height - headsMargin - dotSide),
    }))
  const thumbnail = { rows: dotSide, columns: dotSide }
  return { heads, cellWidth: dotSide, cellHeight: dotSide, step: 1, zoom: 1, thumbnail, width, height }
}

/** The least and the largest number of a list. */
export function rangeOf(values: ArrayLike<number>): readonly [low: number, high: number] {
  const seen = Array.from(values).filter(isSeen)
  return [Math.min(...seen), Math.max(...seen)]
}

/** Draws what lies below the cells of the grid: thumbnails, with the numbers of layers and heads or with scores; or the axes of a plane. */
export function paintHeads(pencil: Pencil, sight: HeadSight, order: HeadsOrder, places: HeadsPlaces): void {
  const { heads, scores } = sight
  const { text, quiet, hatch } = inksOf(sight.isDark)
  if (order.by === 'plane') {
    const bottom = places.height - headsMargin
    const [x, y] = [scores[order.x], scores[order.y]]
    const [[least, most], [lowest, highest]] = [rangeOf(x.values), rangeOf(y.values)]
    pencil.frame(hatch, 1, headsMargin, 1, places.width - headsMargin - 1, bottom)
    pencil.write(quiet, shortNumber(least), headsMargin, bottom + 14)
    pencil.write(quiet, `${x.name} ${shortNumber(most)} →`, places.width, bottom + 14, 'end')
    pencil.write(quiet, shortNumber(lowest), 12, bottom, 'start', 11, true)
    pencil.write(quiet, `${y.name} ${shortNumber(highest)} →`, 12, 0, 'end', 11, true)
    return
  }
  const { rows: height, columns: width } = places.thumbnail
  const atlas = atlasOf(sight, places.step)
  for (const { left, top, index, layer, head, row, column } of places.heads) {
    pencil.hatch(left, top, width, height)
    const from = [(index % heads.length) * atlas.columns, Math.floor(index / heads.length) * atlas.rows] as const
    pencil.cells(atlas.canvas, [...from, atlas.columns, atlas.rows], [left, top, width, height])
    const middle = left + width / 2
    if (order.by === 'score') {
      pencil.write(text, `${layer}.${head}`, middle, top + height + 9, 'middle')
      pencil.write(quiet, shortNumber(scores[order.score].values[index]) || 'none', middle, top + height + 23, 'middle')
    } else {
      if (row === 0) pencil.write(quiet, String(head), middle, 10, 'middle')
      if (column === 0) pencil.write(quiet, String(layer), 12, top + height / 2, 'middle')
    }
  }
}

/** All thumbnails on one canvas, a pixel for each cell, layers below one another. */
function atlasOf(sight: HeadSight, step: number): { readonly canvas: HTMLCanvasElement } & MatrixSize {
  const { heads, layers } = sight
  const { bytes, most, ...size } = sight.thumbnails ?? { bytes: new Uint8Array(), most: 0, rows: 0, columns: 0 }
  const { rows, columns } = pooledSize(size, step)
  const width = heads.length * columns
  const pixels = new Uint32Array(width * layers.length * rows)
  const values = fromBytes(bytes, most)
  const cells = size.rows * size.columns
  for (let i = 0; i < heads.length * layers.length; i++) {
    const region = { row: 0, column: 0, ...size, step }
    const own = pooledCells(values.subarray(i * cells, (i + 1) * cells), size.columns, region)
    const rowMost = sight.scale === 'row' ? mostOfRows(own, columns) : undefined
    const painted = pixelsOf(own, sight.table, { columns, rowMost })
    const start = Math.floor(i / heads.length) * rows * width + (i % heads.length) * columns
    for (let y = 0; y < rows; y++) pixels.set(painted.subarray(y * columns, (y + 1) * columns), start + y * width)
  }
  return { canvas: canvasOf(pixels, width), rows, columns }
}
