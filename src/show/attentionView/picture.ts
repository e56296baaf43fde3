// What is looked at as an SVG for documents: the drawing of the page on paper, below a title, above the legend and the caption.

import { escaped } from '../look.ts'
import { canvasOf, isSigned, mostOfRows, pixelsOf } from './colour.ts'
import { headsPlaces, paintHeads } from './headsPlaces.ts'
import { tileSide } from './headValues.ts'
import { legendMarks, legendTitle } from './legend.ts'
import { drawMatrix } from './matrixPicture.ts'
import { matrixPlaces } from './matrixPlaces.ts'
import { fontFamily, inksOf, onPaper } from './pencil.ts'
import { pooledSize, stepFor } from './pooling.ts'
import type { HeadSight } from './sight.ts'

/** The head that is looked at, or all heads. */
export async function svgOf(sight: HeadSight, isGrid: boolean): Promise<string> {
  const paper = onPaper()
  const { ground, text, quiet, hatch } = inksOf(sight.isDark)
  const { width, height } = isGrid ? drawHeads(sight, paper) : await drawHead(sight, paper)
  const drawn = paper.markup.splice(0)
  const title = isGrid ? `${sight.kind} attention: all heads, layers below one another` : sight.title()
  paper.write(text, title, 16, 22, 'start', 15)
  const steps = 50
  for (let i = 0; i < steps; i++) {
    const strength = i / (steps - 1)
    paper.fill(sight.colour(isSigned(sight.quantity) ? 2 * strength - 1 : strength), 16 + 4 * i, height + 56, 4, 10)
  }
  legendMarks(sight).forEach((mark, i) => {
    paper.write(quiet, mark, 16 + 100 * i, height + 76, (['start', 'middle', 'end'] as const)[i])
  })
  paper.write(quiet, legendTitle(sight), 228, height + 61)
  paper.write(quiet, sight.caption, 16, height + 96)
  const size = `${Math.max(480, width + 32)} ${height + 112}`
  const [wide, high] = size.split(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${size}" font-family="${escaped(fontFamily)}"><title>${escaped(title)}</title><defs><pattern id="masked" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V4" stroke="${hatch}" stroke-width="2.5"/></pattern></defs><rect width="100%" height="100%" fill="${ground}"/><g transform="translate(16 40)">${drawn.join('')}</g>${paper.markup.join('')}</svg>`
}

type Paper = ReturnType<typeof onPaper>

function drawHeads(sight: HeadSight, paper: Paper): { readonly width: number; readonly height: number } {
  const places = headsPlaces(sight, { by: 'layer' }, 1200)
  paintHeads(paper, sight, { by: 'layer' }, places)
  return places
}

async function drawHead(sight: HeadSight, paper: Paper): Promise<{ readonly width: number; readonly height: number }> {
  const { size, values } = sight
  const step = stepFor(size, tileSide)
  const side = Math.max(size.rows, size.columns)
  const places = matrixPlaces(size, sight.labels, step > 1 ? 1 / step : side <= 96 ? 14 : Math.ceil(512 / side))
  const region = { row: 0, column: 0, ...size, step }
  const cells = (await values?.region(region)) ?? new Float32Array()
  const { columns } = pooledSize(size, step)
  const rowMost = sight.scale === 'row' ? mostOfRows(cells, columns) : undefined
  const canvas = canvasOf(pixelsOf(cells, sight.table, { columns, rowMost }), columns)
  drawMatrix(paper, sight, { places, ...places, scrollLeft: 0, scrollTop: 0 }, [{ canvas, region }])
  return places
}
