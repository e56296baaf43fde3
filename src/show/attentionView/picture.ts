// What is looked at as an SVG for documents: the drawing of the page on paper, below a title, above the legend and the caption.

import { escaped } from '../look.ts'
import { canvasOf } from './colour.ts'
import { paintHeads } from './headsPicture.ts'
import { headsPlaces } from './headsPlaces.ts'
import { tileSide } from './headValues.ts'
import { legendMarks, legendStrength, legendTitle } from './legend.ts'
import { drawMatrix } from './matrixPicture.ts'
import { matrixPlaces } from './matrixPlaces.ts'
import { fontFamily, inksOf, onPaper } from './pencil.ts'
import { stepFor } from './pooling.ts'
import type { HeadSight } from './sight.ts'

/** The head that is looked at, or all heads. */
export async function svgOf(sight: HeadSight, isGrid: boolean): Promise<string> {
  const paper = onPaper()
  const { ground, text, quiet, hatch } = inksOf(sight.isDark)
  const { width, height } = isGrid ? drawHeads(sight, paper) : await drawHead(sight, paper)
  const drawn = paper.markup.splice(0).join('')
  const title = isGrid ? `${sight.kind} attention: all heads, layers below one another` : sight.title()
  paper.write(text, title, 16, 22, 'start', 15)
  for (let i = 0; i < 50; i++) paper.fill(sight.colour(legendStrength(sight, i / 49)), 16 + 4 * i, height + 56, 4, 10)
  for (const [i, mark] of legendMarks(sight).entries())
    paper.write(quiet, mark, 16 + 100 * i, height + 76, (['start', 'middle', 'end'] as const)[i])
  paper.write(quiet, legendTitle(sight), 228, height + 61)
  paper.write(quiet, sight.provider.caption ?? '', 16, height + 96)
  const [wide, high] = [Math.max(480, width + 32), height + 112]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" font-family="${escaped(fontFamily)}"><title>${escaped(title)}</title><pattern id="masked" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V4" stroke="${hatch}" stroke-width="2.5"/></pattern><rect width="100%" height="100%" fill="${ground}"/><g transform="translate(16 40)">${drawn}</g>${paper.markup.join('')}</svg>`
}

type Paper = ReturnType<typeof onPaper>

interface Drawn {
  readonly width: number
  readonly height: number
}

function drawHeads(sight: HeadSight, paper: Paper): Drawn {
  const order = { by: 'layer', x: 0, y: 1 } as const
  const places = headsPlaces(sight, order, 1200)
  paintHeads(paper, sight, order, places)
  return places
}

async function drawHead(sight: HeadSight, paper: Paper): Promise<Drawn> {
  const { size, values } = sight
  const step = stepFor(size, tileSide)
  const side = Math.max(size.rows, size.columns)
  const places = matrixPlaces(size, sight.labels, step > 1 ? 1 / step : side < 99 ? 14 : Math.ceil(tileSide / side))
  const region = { row: 0, column: 0, ...size, step }
  const cells = (await values?.region(region)) ?? new Float32Array()
  const canvas = canvasOf(cells, Math.ceil(size.columns / step), sight)
  drawMatrix(paper, sight, { places, ...places, scrollLeft: 0, scrollTop: 0 }, [{ canvas, region }])
  return places
}
