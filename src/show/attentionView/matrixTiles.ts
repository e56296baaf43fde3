// The cells of one head as painted tiles: small canvases with a pixel for each cell, made when they come into sight.

import { canvasOf, mostOfRows } from './colour.ts'
import type { AttentionRegion } from './data.ts'
import { tileSide, whenThere } from './headValues.ts'
import { stepFor } from './pooling.ts'
import type { HeadSight } from './sight.ts'

/** A painted piece, and the cells that it shows. */
export interface PaintedTile {
  readonly canvas: HTMLCanvasElement
  readonly region: AttentionRegion
}

/** As many are kept as a head of 4,096 tokens has, and those that show it smaller. */
const mostTiles = 80

export class MatrixTiles {
  /** Those that are painted, and undefined for those that are on their way. */
  readonly #tiles = new Map<string, PaintedTile | undefined>()
  readonly #arrived: () => void
  #of: readonly unknown[] = []

  /** `arrived`: called when a tile that was not there can be drawn. */
  constructor(arrived: () => void) {
    this.#arrived = arrived
  }

  /** Whatever is there of the tiles that meet some cells; asks for the others, and gives what shows all cells in their place. */
  seen(sight: HeadSight, cells: AttentionRegion): PaintedTile[] {
    const { values, table, size } = sight
    if (values !== this.#of[0] || table !== this.#of[1]) this.#tiles.clear()
    this.#of = [values, table]
    const side = tileSide * cells.step
    const along = (from: number, count: number, most: number): number[] => {
      const starts: number[] = []
      for (let i = from - (from % side); i < Math.min(most, from + count); i += side) starts.push(i)
      return starts
    }
    const tiles = along(cells.row, cells.rows, size.rows).flatMap((row) =>
      along(cells.column, cells.columns, size.columns).map((column) =>
        this.#tile(sight, clipped(sight, { row, column, rows: side, columns: side, step: cells.step })),
      ),
    )
    if (!tiles.includes(undefined)) return tiles.filter((tile) => tile !== undefined)
    const small = this.#tile(sight, { row: 0, column: 0, ...size, step: stepFor(size, tileSide) })
    return [small, ...tiles].filter((tile) => tile !== undefined)
  }

  #tile(sight: HeadSight, region: AttentionRegion): PaintedTile | undefined {
    const key = `${region.step} ${region.row} ${region.column}`
    const { values, table, scale } = sight
    if (!values || this.#tiles.has(key)) return this.#tiles.get(key)
    let isLate = false
    const paint = (own: Float32Array, rowMost?: Float32Array): void => {
      if (values !== this.#of[0] || table !== this.#of[1]) return
      const canvas = canvasOf(own, Math.ceil(region.columns / region.step), { table, scale }, rowMost)
      this.#tiles.set(key, { canvas, region })
      if (isLate) this.#arrived()
    }
    if (this.#tiles.size > mostTiles) this.#tiles.delete([...this.#tiles.keys()][0])
    this.#tiles.set(key, undefined)
    whenThere(values.region(region), (own) => {
      if (scale === 'row') whenThere(mostAcross(sight, region), (most) => paint(own, most))
      else paint(own)
    })
    isLate = true
    return this.#tiles.get(key)
  }
}

/** A region without what lies beyond the head. */
const clipped = ({ size }: HeadSight, region: AttentionRegion): AttentionRegion => ({
  ...region,
  rows: Math.min(region.rows, size.rows - region.row),
  columns: Math.min(region.columns, size.columns - region.column),
})

/** The most of each row of a region, over all of its columns: as wide pieces as may be asked for. */
function mostAcross(sight: HeadSight, region: AttentionRegion): Float32Array | Promise<Float32Array> {
  const { values, size } = sight
  if (!values) return new Float32Array()
  const of = (own: AttentionRegion, cells: Float32Array): Float32Array =>
    mostOfRows(cells, Math.ceil(own.columns / own.step))
  if (!values.isTiled) {
    const wide = { ...region, column: 0, columns: size.columns }
    return of(wide, values.region(wide) as Float32Array)
  }
  const side = tileSide * region.step
  const pieces = Array.from({ length: Math.ceil(size.columns / side) }, async (_, i) => {
    const piece = clipped(sight, { ...region, column: i * side, columns: side })
    return of(piece, await values.region(piece))
  })
  return Promise.all(pieces).then((all) => all[0].map((_, row) => Math.max(...all.map((most) => most[row]))))
}
