// Points in a plane: in a terminal each is a dot with its name beside it, where there is room, and below stand the numbers.

import type { PanelOf } from '../figure.ts'
import { numberWriter } from '../figureNumbers.ts'
import type { LineOptions } from '../lines.ts'
import { cut, readable } from '../visible.ts'
import { columnLines } from './columns.ts'
import type { PanelTable } from './picture.ts'

export type Points = PanelOf<'points'>

/** The largest plot, in characters, and its least height; a character is about twice as high as it is wide. */
const [mostWide, mostHigh, leastHigh] = [96, 30, 8]
/** The table below has at most so many rows. */
const mostRows = 40
/** A name beside its dot is cut after so many characters. */
const mostOfLabel = 16

/** The middle of some points, and how far they reach from end to end. */
export interface PlotExtent {
  readonly x: number
  readonly y: number
  readonly wide: number
  readonly high: number
}

/** The room that points take; where they do not differ, one unit. */
export function extentOf({ points }: Pick<Points, 'points'>): PlotExtent {
  const ends = (values: readonly number[]): readonly [number, number] =>
    values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
  const [left, right] = ends(points.map(({ x }) => x))
  const [low, high] = ends(points.map(({ y }) => y))
  const isFlat = !(right > left) && !(high > low)
  return {
    x: points.length === 0 ? 0 : (left + right) / 2,
    y: points.length === 0 ? 0 : (low + high) / 2,
    wide: isFlat ? 1 : right - left,
    high: isFlat ? 1 : high - low,
  }
}

export function pointsLines(panel: Points, { width, hasColours }: LineOptions): string[] {
  const { x, y, points, arrows = [] } = panel
  const { lines, left } = plotted(panel, Math.min(mostWide, width), hasColours)
  const named = (at: number): string => readable(points[at]?.label ?? '')
  const shown = points.slice(0, mostRows)
  const write = numberWriter(points.flatMap((point) => [point.x, point.y]))
  const column = (name: string, cells: readonly string[], align: 'left' | 'right' = 'right') => ({
    name: readable(name),
    align,
    cells,
  })
  return [
    `↑ ${readable(y)}   → ${readable(x)}`,
    ...lines,
    ...(left > 0 ? [`${left} of ${points.length} names find no room in the plot.`] : []),
    ...arrows.map(([from, to]) => `${named(from)} → ${named(to)}`),
    '',
    ...columnLines(
      [
        column(
          '',
          shown.map(({ label }) => readable(label)),
          'left',
        ),
        column(
          '→',
          shown.map((point) => write(point.x)),
        ),
        column(
          '↑',
          shown.map((point) => write(point.y)),
        ),
      ],
      width,
    ),
    ...(shown.length < points.length ? [`Only the first ${mostRows} of ${points.length} points stand here.`] : []),
  ]
}

/** The plot, and how many names found no room. */
function plotted(
  panel: Points,
  wide: number,
  hasColours: boolean,
): { readonly lines: readonly string[]; readonly left: number } {
  const { points } = panel
  const extent = extentOf(panel)
  const across = Math.max(8, wide - 1)
  const scale = Math.min(across / (extent.wide || extent.high), (2 * mostHigh) / (extent.high || extent.wide))
  const high = Math.max(leastHigh, Math.min(mostHigh, Math.round((extent.high * scale) / 2)))
  const cells = Array.from({ length: high + 1 }, () => new Array<string>(across + 1).fill(' '))
  const places = points.map((point) => ({
    row: Math.round(high / 2 - ((point.y - extent.y) * scale) / 2),
    column: Math.round(across / 2 + (point.x - extent.x) * scale),
  }))
  const painted = (text: string, isMeant: boolean | undefined): string =>
    hasColours && isMeant ? `\u001b[1m${text}\u001b[22m` : text
  for (const [i, { row, column }] of places.entries())
    if (cells[row][column] === ' ' || points[i].isMeant) cells[row][column] = points[i].isMeant ? '●' : '•'
  let left = 0
  for (const [i, { row, column }] of places.entries()) {
    const letters = [...cut(readable(points[i].label), mostOfLabel)]
    const begins = [column + 2, column - 1 - letters.length]
    const begin = begins.find((at) => isFree(cells[row], at - 1, at + letters.length + 1, column))
    if (begin === undefined) left++
    else for (const [at, letter] of letters.entries()) cells[row][begin + at] = painted(letter, points[i].isMeant)
  }
  return { lines: cells.map((row) => row.join('').trimEnd()), left }
}

/** True where a row has nothing from one column to before another, but for the point itself; its ends may lie outside. */
function isFree(row: readonly string[], from: number, to: number, own: number): boolean {
  if (from + 1 < 0 || to - 1 > row.length) return false
  for (let at = Math.max(0, from); at < Math.min(to, row.length); at++) if (at !== own && row[at] !== ' ') return false
  return true
}

export function pointsTable({ x, y, points }: Points): PanelTable {
  return {
    columns: ['', x, y],
    rows: points.map((point) => [point.label, point.x, point.y]),
    places: points.map(({ place }) => [place]),
  }
}

/** A point's name, of so many characters at most. */
export const shownLabel = ({ label }: Points['points'][number], most: number): string => cut(readable(label), most)
