// The order of heads, and the places of their thumbnails: layer by layer, by a score, or in the plane of two scores.

import { isSeen, type MatrixSize, pooledSize, stepFor } from './pooling.ts'
import type { HeadSight } from './sight.ts'

/** The order of the grid: by layers, by a score, or two scores as a plane; scores by their numbers among those of the data. */
export interface HeadsOrder {
  readonly by: 'layer' | 'score' | 'plane'
  readonly x: number
  readonly y: number
}

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
  /** The number of cells, in both directions, of a thumbnail that become one. */
  readonly step: number
  /** The size of a thumbnail in pixels. */
  readonly thumbnail: MatrixSize
  readonly width: number
  readonly height: number
}

/** The space for numbers and names at the sides, and between thumbnails. */
export const headsMargin = 28
const gap = 8
/** Less than so many pixels nobody could hit; a head in a plane is a dot in the middle of so many. */
export const leastSide = 24

export function headsPlaces(sight: HeadSight, order: HeadsOrder, room: number): HeadsPlaces {
  const { layers, heads, thumbnails: { rows, columns } = { rows: 1, columns: 1 } } = sight
  const all = layers.flatMap((layer, row) =>
    heads.map((head, column) => ({ layer, head, index: row * heads.length + column, row, column })),
  )
  if (order.by === 'plane') return inPlane(sight, order, all, room)
  const most = Math.min(heads.length > 6 ? 96 : 144, (room - headsMargin) / heads.length - gap)
  // Where there is no room for a pixel a cell, squares of cells become one.
  const step = stepFor({ rows, columns }, Math.max(leastSide, most))
  const small = pooledSize({ rows, columns }, step)
  const zoom = Math.max(1, Math.floor(most / Math.max(small.rows, small.columns)))
  const thumbnail = { rows: small.rows * zoom, columns: small.columns * zoom }
  const width = Math.max(leastSide, thumbnail.columns) + gap
  const height = Math.max(leastSide, thumbnail.rows) + (order.by === 'score' ? gap + 30 : gap)
  const sorted = order.by === 'score' ? byScore(all, sight.scores[order.x].values) : all
  const placed = sorted.map((own, i) => {
    const [row, column] = [Math.floor(i / heads.length), i % heads.length]
    return { ...own, row, column, left: headsMargin + column * width, top: 20 + row * height }
  })
  const whole = { width: headsMargin + heads.length * width, height: 20 + layers.length * height }
  return { heads: placed, step, thumbnail, ...whole }
}

type UnplacedHead = Omit<PlacedHead, 'left' | 'top'>

/** Heads with the highest number first; those without one last. */
const byScore = (all: readonly UnplacedHead[], values: ArrayLike<number>): UnplacedHead[] =>
  all.toSorted(
    (a, b) =>
      Number(isSeen(values[b.index])) - Number(isSeen(values[a.index])) || values[b.index] - values[a.index] || 0,
  )

/** The heads that have both scores, from left to right. */
function inPlane({ scores }: HeadSight, { x, y }: HeadsOrder, all: readonly UnplacedHead[], room: number): HeadsPlaces {
  const [width, height] = [Math.min(room, 720), Math.min(room * 0.7, 440)]
  const [across, up] = [scores[x].values, scores[y].values]
  const place = (values: ArrayLike<number>, index: number): number => {
    const [low, high] = rangeOf(values)
    return high > low ? (values[index] - low) / (high - low) : 0.5
  }
  const heads = all
    .filter(({ index }) => isSeen(across[index]) && isSeen(up[index]))
    .sort((a, b) => across[a.index] - across[b.index])
    .map((own, column) => ({
      ...own,
      row: 0,
      column,
      left: headsMargin + place(across, own.index) * (width - headsMargin - leastSide),
      top: (1 - place(up, own.index)) * (height - headsMargin - leastSide),
    }))
  return { heads, step: 1, thumbnail: { rows: leastSide, columns: leastSide }, width, height }
}

/** The least and the largest number of a list. */
export function rangeOf(values: ArrayLike<number>): readonly [low: number, high: number] {
  const seen = Array.from(values).filter(isSeen)
  return [Math.min(...seen), Math.max(...seen)]
}
