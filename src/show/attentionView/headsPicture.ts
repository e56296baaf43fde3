// What lies below the cells of the grid: thumbnails, with the numbers of layers and heads or with scores; or the axes of a plane.

import { canvasOf } from './colour.ts'
import { type HeadsOrder, type HeadsPlaces, headsMargin, rangeOf } from './headsPlaces.ts'
import { inksOf, type Pencil } from './pencil.ts'
import { fromBytes, pooledCells, pooledSize } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { shortNumber } from './spoken.ts'

export function paintHeads(pencil: Pencil, sight: HeadSight, { by, x, y }: HeadsOrder, places: HeadsPlaces): void {
  const { heads, scores, thumbnails } = sight
  const { text, quiet, hatch } = inksOf(sight.isDark)
  if (by === 'plane') {
    const bottom = places.height - headsMargin
    const [[least, most], [lowest, highest]] = [rangeOf(scores[x].values), rangeOf(scores[y].values)]
    pencil.frame(hatch, 1, headsMargin, 1, places.width - headsMargin - 1, bottom)
    pencil.write(quiet, shortNumber(least), headsMargin, bottom + 14)
    pencil.write(quiet, `${scores[x].name} ${shortNumber(most)} →`, places.width, bottom + 14, 'end')
    pencil.write(quiet, shortNumber(lowest), 12, bottom, 'start', 11, true)
    pencil.write(quiet, `${scores[y].name} ${shortNumber(highest)} →`, 12, 0, 'end', 11, true)
    return
  }
  if (!thumbnails) return
  const { step, thumbnail } = places
  const region = { row: 0, column: 0, rows: thumbnails.rows, columns: thumbnails.columns, step }
  const { columns } = pooledSize(region, step)
  const values = fromBytes(thumbnails.bytes, thumbnails.most)
  const cells = region.rows * region.columns
  for (const { left, top, index, layer, head, row, column } of places.heads) {
    const own = pooledCells(values.subarray(index * cells, (index + 1) * cells), region.columns, region)
    pencil.hatch(left, top, thumbnail.columns, thumbnail.rows)
    pencil.cells(canvasOf(own, columns, sight), left, top, thumbnail.columns, thumbnail.rows)
    const middle = left + thumbnail.columns / 2
    if (by === 'score') {
      pencil.write(text, `${layer}.${head}`, middle, top + thumbnail.rows + 9, 'middle')
      pencil.write(quiet, shortNumber(scores[x].values[index]) || 'none', middle, top + thumbnail.rows + 23, 'middle')
    } else {
      if (!row) pencil.write(quiet, String(heads[column]), middle, 10, 'middle')
      if (!column) pencil.write(quiet, String(layer), 12, top + thumbnail.rows / 2, 'middle')
    }
  }
}
