// Small grids in a page: a section for each group, whose grids stand side by side as the window has room; and their numbers, for what
// the page tells of the cell below the pointer.

import type { Labels, PointedWords, SmallGrid } from '../figure.ts'
import { scaleEnds } from '../figureNumbers.ts'
import { escaped } from '../look.ts'
import { readable } from '../visible.ts'
import { type Multiples, onOneScale } from './multiples.ts'
import {
  gridDrawer,
  gridSizes,
  groupsOf,
  heightOf,
  legendHeight,
  legendWidth,
  multiplesLegend,
} from './multiplesPicture.ts'
import type { PagePart } from './picture.ts'

/** A panel in a page: the legend for its head, which stays in sight; and the grids. Their numbers stand in `data-panel`. */
export function multiplesPage(panel: Multiples): PagePart {
  const sizes = gridSizes(panel)
  const draw = gridDrawer(panel, sizes)
  const numberOf = new Map(panel.grids.map((grid, i) => [grid, i]))
  const svg = (grid: SmallGrid): string => {
    const height = heightOf(grid, sizes)
    return `<svg class="figure small" data-grid="${numberOf.get(grid)}" viewBox="0 0 ${sizes.width} ${height}" width="${sizes.width}" height="${height}" role="img" aria-label="${escaped(readable(grid.title))}">${draw(grid)}<rect class="pointed" hidden/></svg>`
  }
  const sections = groupsOf(panel).map((own) => {
    const [{ group }] = own
    const head =
      group === undefined ? '' : `<h2>${escaped(readable(group).replace(/^./, (first) => first.toUpperCase()))}</h2>`
    return `<section>${head}<div class="grids">${own.map(svg).join('\n')}</div></section>`
  })
  const width = legendWidth(panel)
  return {
    head: `<svg class="figure" width="${width}" height="${legendHeight}" viewBox="0 0 ${width} ${legendHeight}" role="img" aria-label="scale">${multiplesLegend(panel)}</svg>`,
    body: `<div class="multiples" data-panel="${escaped(JSON.stringify(dataOf(panel)))}">\n${sections.join('\n')}\n</div>`,
  }
}

/** All that the page's script knows of a panel. */
interface PanelData {
  readonly told: PointedWords
  readonly isShare: boolean
  /** The numbers of the least and the greatest that is packed. */
  readonly low: number
  readonly high: number
  readonly left: number
  readonly top: number
  readonly cell: number
  readonly grids: readonly {
    readonly title: string
    readonly rows: Labels
    readonly columns: Labels
    readonly values: string
  }[]
}

const usualTold: PointedWords = { cell: '{row}, {column}: {value}', empty: '{row}, {column}: nothing', row: '{row}' }

function dataOf(panel: Multiples): PanelData {
  const { left, top, cell } = gridSizes(panel)
  const [low, high] = scaleEnds(onOneScale(panel))
  const shown = ({ labels, ...rest }: Labels): Labels => ({ ...rest, labels: labels.map(readable) })
  return {
    told: panel.told ?? usualTold,
    isShare: panel.scale === 'share',
    low,
    high,
    left,
    top,
    cell,
    grids: panel.grids.map(({ title, rows, columns, values }) => ({
      title: readable(title),
      rows: shown(rows),
      columns: shown(columns),
      values: packed(values, low, high),
    })),
  }
}

/** Numbers as 16 bits each, in base 64, the last for none: a page with many grids stays small. */
function packed(values: ArrayLike<number>, low: number, high: number): string {
  let bytes = ''
  for (const value of Array.from(values)) {
    const share = high > low ? (value - low) / (high - low) : 0
    const whole = Number.isNaN(value) ? 0xffff : Math.round(Math.max(0, Math.min(1, share)) * 0xfffe)
    bytes += String.fromCharCode(whole & 0xff, whole >> 8)
  }
  return btoa(bytes)
}
