// The cells of one head as painted tiles: small canvases with a pixel for each cell, made when they come into sight.

import { canvasOf, mostOfRows, pixelsOf } from './colour.ts'
import type { AttentionRegion } from './data.ts'
import { tileSide, whenThere } from './headValues.ts'
import { pooledSize, stepFor } from './pooling.ts'
import type { HeadSight } from './sight.ts'

/** A painted piece, and the cells that it shows. */
export interface PaintedTile {
  readonly canvas: HTMLCanvasElement
  readonly region: AttentionRegion
}

/** As many are kept as a head of 4,096 tokens has, and those that show it smaller. */
const mostTiles = 80

export class MatrixTiles {
  readonly #painted = new Map<string, PaintedTile>()
  readonly #awaited = new Set<string>()
  readonly #arrived: () => void
  #of: readonly unknown[] = []

  /** `arrived`: called when a tile that was not there can be drawn. */
  constructor(arrived: () => void) {
    this.#arrived = arrived
  }

  /** Whatever is there of the tiles that meet some cells; asks for the others, and gives what shows all cells in their place. */
  seen(sight: HeadSight, step: number, cells: AttentionRegion): PaintedTile[] {
    const of = [sight.values, sight.table]
    if (of.some((own, i) => own !== this.#of[i])) {
      this.#of = of
      this.#painted.clear()
      this.#awaited.clear()
    }
    const { rows, columns } = sight.size
    const side = tileSide * step
    const tiles: PaintedTile[] = []
    let isWhole = true
    for (let row = Math.floor(cells.row / side) * side; row < Math.min(rows, cells.row + cells.rows); row += side)
      for (
        let column = Math.floor(cells.column / side) * side;
        column < Math.min(columns, cells.column + cells.columns);
        column += side
      ) {
        const region = {
          row,
          column,
          rows: Math.min(side, rows - row),
          columns: Math.min(side, columns - column),
          step,
        }
        const tile = this.#tile(sight, region)
        if (tile) tiles.push(tile)
        else isWhole = false
      }
    if (isWhole) return tiles
    const small = this.#tile(sight, { row: 0, column: 0, rows, columns, step: stepFor(sight.size, tileSide) })
    return small ? [small, ...tiles] : tiles
  }

  #tile(sight: HeadSight, region: AttentionRegion): PaintedTile | undefined {
    const { row, column, step } = region
    const key = `${step} ${row} ${column}`
    const { values } = sight
    if (!values || this.#painted.has(key) || this.#awaited.has(key)) return this.#painted.get(key)
    const of = this.#of
    let isLate = false
    const paint = (own: Float32Array, rowMost?: Float32Array): void => {
      this.#awaited.delete(key)
      if (of !== this.#of) return
      const { columns } = pooledSize(region, step)
      const [oldest] = this.#painted.keys()
      if (this.#painted.size >= mostTiles) this.#painted.delete(oldest)
      this.#painted.set(key, { canvas: canvasOf(pixelsOf(own, sight.table, { columns, rowMost }), columns), region })
      if (isLate) this.#arrived()
    }
    this.#awaited.add(key)
    whenThere(values.region(region), (own) => {
      if (sight.scale === 'row') whenThere(mostAcross(sight, region), (most) => paint(own, most))
      else paint(own)
    })
    isLate = true
    return this.#painted.get(key)
  }
}

/** The most of each row of a region, over all of its columns. */
function mostAcross(sight: HeadSight, { row, rows, step }: AttentionRegion): Float32Array | Promise<Float32Array> {
  const { values, size } = sight
  if (!values) return new Float32Array()
  const widest = values.isTiled ? tileSide * step : size.columns
  const starts = Array.from({ length: Math.ceil(size.columns / widest) }, (_, i) => i * widest)
  const pieces = starts.map((column) => {
    const region = { row, column, rows, columns: Math.min(widest, size.columns - column), step }
    const columns = Math.ceil(region.columns / step)
    const own = values.region(region)
    return own instanceof Promise ? own.then((cells) => mostOfRows(cells, columns)) : mostOfRows(own, columns)
  })
  const [first] = pieces
  if (pieces.length === 1) return first
  return Promise.all(pieces).then((all) =>
    Float32Array.from(all[0], (_, i) => all.reduce((most, own) => Math.max(most, own[i]), 0)),
  )
}
