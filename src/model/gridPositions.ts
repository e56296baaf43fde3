// Positions of patches: a learnt row for each place of a grid, and for what stands before it. On a grid of another size a row is a mean
// of its neighbours, bicubic (a = −¾, as PyTorch interpolates): the same scene seen finer or coarser.
//
//   row of patch (y, x) = Σ weight(y, down) · weight(x, across) · row of the place (down, across)

import { keysCubic } from '../image/resize.ts'
import type { Start, Tensor } from '../tensor/node.ts'
import { add, dot, parameter, rename, size, table } from '../tensor/primitives.ts'
import type { Extents } from './patchEmbedding.ts'
import type { Stream } from './stream.ts'

export class GridPositions {
  readonly place: Tensor<'position' | 'model'>
  readonly grid: Extents
  readonly #before: number

  /** `before`: the number of positions that stand before the patches. */
  constructor({
    grid,
    before,
    model,
    start,
  }: {
    grid: Extents
    before: number
    model: number
    start?: Start
  }) {
    this.place = parameter({ position: before + grid.down * grid.across, model }, start)
    this.grid = grid
    this.#before = before
  }

  /** The stream of a grid of this size, with its places put on. */
  onto(x: Stream, grid: Extents): Stream {
    if (grid.down === this.grid.down && grid.across === this.grid.across) return add(x, this.place) as Stream
    const place = rename(this.place, 'position', 'place')
    const weights = table({ position: size(x, 'position'), place: size(place, 'place') }, this.#weights(grid))
    return add(x, dot(weights, place, 'place')) as Stream
  }

  /** Row-major: for each position of the other grid the weight of each place here. */
  #weights(to: Extents): number[] {
    const before = this.#before
    const places = before + this.grid.down * this.grid.across
    const weights = new Array<number>((before + to.down * to.across) * places).fill(0)
    for (let i = 0; i < before; i++) weights[i * places + i] = 1
    const [down, across] = [cubicWeights(this.grid.down, to.down), cubicWeights(this.grid.across, to.across)]
    for (const [y, fromRows] of down.entries())
      for (const [x, fromColumns] of across.entries())
        for (const [row, a] of fromRows)
          for (const [column, b] of fromColumns)
            weights[(before + y * to.across + x) * places + before + row * this.grid.across + column] += a * b
    return weights
  }
}

/** Of each of `to` places, the four of `from` that it lies between and their weights; beyond the edge stands what is at the edge. */
function cubicWeights(from: number, to: number): (readonly [place: number, weight: number])[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to - 0.5
    const first = Math.floor(centre) - 1
    return [0, 1, 2, 3].map((k) => [
      Math.min(from - 1, Math.max(0, first + k)),
      keysCubic(Math.abs(centre - (first + k)), -0.75),
    ])
  })
}
