// Numbers along an axis: lines in a picture, marks in a terminal with the numbers below them.

import { spread } from '../../data/batch.ts'
import type { PanelOf, Series } from '../figure.ts'
import { numberWriter, sixDigits, ticks, tickWriter } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { escaped, hundredths, lineColour, lineColours, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { columnLines } from './columns.ts'
import { type PanelPicture, type PanelTable, type PictureRoom, usualRoom } from './picture.ts'

type Lines = PanelOf<'lines'>

/** The marks of series in a terminal, one after the other. */
const marks = ['●', '○', '▲', '△', '■', '□', '◆', '◇', '▼', '▽', '★', '☆', '+', '×'] as const
/** The size of the small chart, in characters. */
const [chartWidth, chartHeight] = [60, 10]
/** The table below it has at most so many rows, evenly spaced. */
const mostRows = 20

interface Range {
  readonly low: number
  readonly high: number
}

/** The numbers that an axis covers; where all are equal, one unit around them. */
function rangeOf(numbers: readonly number[]): Range {
  const finite = numbers.filter(Number.isFinite)
  if (finite.length === 0) return { low: 0, high: 1 }
  const [low, high] = finite.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)],
    [Infinity, -Infinity],
  )
  return low < high ? { low, high } : { low: low - 0.5, high: high + 0.5 }
}

const valuesOf = ({ series }: Lines): number[] => series.flatMap(({ values }) => Array.from(values))

/** Where a number stands in a range, from 0 to 1. */
const placeOf = (value: number, { low, high }: Range): number => (value - low) / (high - low)

export function chartLines(panel: Lines, { width }: LineOptions): string[] {
  const { x, unit, series } = panel
  const values = valuesOf(panel)
  const range = rangeOf(values)
  const across = rangeOf(x.values)
  const write = numberWriter(values)
  const [high, low] = [write(range.high), write(range.low)]
  const left = Math.max(lengthOf(high), lengthOf(low))
  const wide = Math.max(8, Math.min(chartWidth, width - left - 2))
  const cells = Array.from({ length: chartHeight }, () => new Array<string>(wide).fill(' '))
  for (const [s, { values: own }] of series.entries())
    for (const [i, at] of x.values.entries()) {
      if (!Number.isFinite(own[i])) continue
      const column = Math.round(placeOf(at, across) * (wide - 1))
      const row = Math.round((1 - placeOf(own[i], range)) * (chartHeight - 1))
      cells[row][column] = marks[s % marks.length]
    }
  const rows = cells.map((row, i) => {
    const label = i === 0 ? high : i === chartHeight - 1 ? low : ''
    return `${' '.repeat(left - lengthOf(label))}${label} ┤${row.join('')}`.trimEnd()
  })
  const [first, last] = [sixDigits(across.low), sixDigits(across.high)]
  const between = Math.max(1, wide - first.length - last.length)
  const keys = series.map(({ label }, s) => `${marks[s % marks.length]} ${readable(label)}`)
  return [
    ...(unit === '' ? [] : [readable(unit)]),
    ...rows,
    `${' '.repeat(left + 2)}${first}${' '.repeat(between)}${last}`,
    `${' '.repeat(left + 2)}${readable(x.name)} →`,
    ...(series.length > 1 || keys[0] !== `${marks[0]} ` ? keys : []),
    '',
    ...numbersBelow(panel, width),
  ]
}

/** The numbers of a chart: all of them, or some at even distances. */
function numbersBelow({ x, series }: Lines, width: number): string[] {
  const count = x.values.length
  const isAll = count <= mostRows
  const chosen = spread(count, Math.min(count, mostRows))
  const write = numberWriter(series.flatMap(({ values }) => chosen.map((i) => values[i])))
  const columns = series.map(({ label, values }) => ({
    name: readable(label),
    align: 'right' as const,
    cells: chosen.map((i) => write(values[i])),
  }))
  const first = { name: readable(x.name), align: 'right' as const, cells: chosen.map((i) => sixDigits(x.values[i])) }
  return [
    ...columnLines([first, ...columns], width),
    ...(isAll ? [] : [`${mostRows} of ${count} places, evenly spaced.`]),
  ]
}

export function chartTable({ x, unit, series }: Lines): PanelTable {
  return {
    columns: [x.name, ...series.map(({ label }) => (unit === '' ? label : `${label} (${unit})`))],
    rows: x.values.map((at, i) => [String(at), ...series.map(({ values }) => values[i])]),
  }
}

const [mostWide, leastWide, plotHeight] = [560, 200, 240]
const font = 12

export function chartPicture(panel: Lines, room: PictureRoom = usualRoom): PanelPicture {
  const { x, unit, series } = panel
  const values = valuesOf(panel)
  const range = rangeOf(values)
  const across = rangeOf(x.values)
  const up = ticks(range.low, range.high, 5)
  const along = ticks(across.low, across.high, room.width < 400 ? 4 : 8)
  const [write, writeAlong] = [tickWriter(up), tickWriter(along)]
  const left = Math.max(...up.map((tick) => textWidth(write(tick), font))) + 12
  const top = unit === '' ? 10 : 28
  const labels = series.map(({ label }) => cut(readable(label), 40))
  const named = 48 + Math.max(0, ...labels.map((label) => textWidth(label, font)))
  // Where there is little room, the names of the lines stand below.
  const isNarrow = room.width - left - named < leastWide
  const plotWidth = Math.max(leastWide, Math.min(mostWide, room.width - left - (isNarrow ? 8 : named)))
  const xOf = (at: number): number => hundredths(left + placeOf(at, across) * plotWidth)
  const yOf = (value: number): number => hundredths(top + (1 - placeOf(value, range)) * plotHeight)
  const bottom = top + plotHeight
  const keyed = isNarrow ? { x: left - 16, y: bottom + 52 } : { x: left + plotWidth, y: top + 8 }
  const keys = labels.map((label, s) => {
    const y = keyed.y + s * 18
    return `<path fill="none" d="M${keyed.x + 16} ${y}h18" ${stroke(s)}/><text class="value" x="${keyed.x + 40}" y="${y + 4}">${escaped(label)}</text>`
  })
  return {
    width: isNarrow ? left + Math.max(plotWidth + 8, named) : left + plotWidth + named,
    height: Math.max(bottom + 44, keyed.y + 8 + series.length * 18),
    markup: [
      unit === '' ? '' : `<text class="note" y="14">${escaped(readable(unit))}</text>`,
      `<g font-size="${font}">`,
      ...up.map(
        (tick) =>
          `<path class="rule" d="M${left} ${yOf(tick)}h${plotWidth}"/><text x="${left - 8}" y="${yOf(tick) + 4}" text-anchor="end">${write(tick)}</text>`,
      ),
      ...along.map(
        (tick) =>
          `<path class="axis" d="M${xOf(tick)} ${bottom}v4"/><text x="${xOf(tick)}" y="${bottom + 18}" text-anchor="middle">${writeAlong(tick)}</text>`,
      ),
      `<path class="axis" d="M${left} ${bottom}h${plotWidth}"/>`,
      `<text x="${left + plotWidth / 2}" y="${bottom + 36}" text-anchor="middle">${escaped(readable(x.name))} →</text>`,
      ...series.map((own, s) => `<path fill="none" d="${pathOf(own, panel, xOf, yOf)}" ${stroke(s)}/>`),
      ...keys,
      '</g>',
    ].join(''),
  }
}

/** Lines that begin the colours again are dashed, and those after them dotted. */
const dashes = ['', ' stroke-dasharray="5 3"', ' stroke-dasharray="1.8 3"'] as const

const stroke = (s: number): string =>
  `${lineColour(s)} stroke-width="1.8" stroke-linejoin="round"${dashes[Math.min(2, Math.floor(s / lineColours))]}`

/** A line through the places that have a number; a single one is a dot. */
function pathOf({ values }: Series, { x }: Lines, xOf: (at: number) => number, yOf: (value: number) => number): string {
  const path: string[] = []
  let isDrawing = false
  for (const [i, at] of x.values.entries()) {
    const isThere = Number.isFinite(values[i])
    if (isThere) {
      const place = `${xOf(at)} ${yOf(values[i])}`
      const isAlone = !isDrawing && !Number.isFinite(values[i + 1])
      path.push(isAlone ? `M${place}m-1.5 0h3` : `${isDrawing ? 'L' : 'M'}${place}`)
    }
    isDrawing = isThere
  }
  return path.join('')
}
