// Rows of numbers along an axis as a picture: one strip for each row, the way as a line over them, ticks below.

import { strengthOf, ticks, tickWriter } from '../figureNumbers.ts'
import { escaped, hundredths, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { type CoursePanel, columnCount, inFewerColumns } from './course.ts'
import { type PanelPicture, type PictureRoom, usualRoom } from './picture.ts'

const font = 12
const [mostWide, mostCells, levels] = [860, 16_000, 24]

export function coursePicture(panel: CoursePanel, room: PictureRoom = usualRoom): PanelPicture {
  const { rows, x, path } = panel
  const count = rows.labels.length
  const all = columnCount(panel)
  const names = rows.labels.map((label) => cut(readable(label), 24))
  const left =
    Math.max(...names.map((name) => textWidth(name, font)), textWidth('0'.repeat(panel.letters ?? 3), font)) + 10
  const wide = Math.max(120, Math.min(mostWide, room.width - left - 12))
  const columns = Math.max(1, Math.min(all, Math.floor(wide / 2), Math.floor(mostCells / count)))
  const values = inFewerColumns(panel.values, all, columns)
  const strength = strengthOf({ scale: panel.scale, values })
  const height = Math.max(3, Math.min(20, Math.round(280 / count)))
  const width = wide / columns
  const top = 24
  const every = Math.ceil((font + 2) / height)
  const bottom = top + count * height
  const marks = ticks(x.from, x.to, room.width < 400 ? 4 : 10)
  const write = tickWriter(marks)
  const xOf = (value: number): number => hundredths(left + ((value - x.from) / (x.to - x.from)) * wide)
  const names_ = names.map((name, row) =>
    row % every === 0
      ? `<text class="token" x="${left - 6}" y="${hundredths(top + (row + 0.5) * height + font * 0.35)}" text-anchor="end">${escaped(name)}</text>`
      : '',
  )
  const below = marks.map(
    (mark) =>
      `<text class="note" x="${xOf(mark)}" y="${bottom + 16}" text-anchor="middle">${write(mark)}</text><path class="seen" d="M${xOf(mark)} ${bottom}v4h1v-4z"/>`,
  )
  const way = Array.from(
    path?.rows ?? [],
    (row, i) =>
      `${hundredths(left + (((path?.columns[i] ?? 0) + 0.5) / all) * wide)} ${hundredths(top + (row + 0.5) * height)}`,
  )
  return {
    width: left + wide + 12,
    height: bottom + 40,
    markup: [
      `<text class="note" y="14">${escaped(`${readable(rows.name)} ↓ \u00a0${readable(x.name)} →${panel.unit === '' ? '' : ` \u00a0(${readable(panel.unit)})`}`)}</text>`,
      `<g font-size="${font}">${names_.join('')}</g>`,
      `<rect class="seen" x="${left}" y="${top}" width="${hundredths(wide)}" height="${count * height}"/>`,
      shades(values, columns, strength, { left, top, width, height }),
      way.length > 0
        ? `<polyline points="${way.join(' ')}" fill="none" stroke="${wayColour}" stroke-width="2" stroke-linejoin="round"/>`
        : '',
      `<g font-size="${font}">${below.join('')}</g>`,
    ].join(''),
  }
}

/** Seen on light and on dark shades alike. */
const wayColour = '#e8590c'

/** Runs of cells of one shade, each shade a path. */
function shades(
  values: Float64Array,
  columns: number,
  strength: (value: number) => number,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): string {
  const levelOf = (cell: number): number => Math.round(Math.max(0, strength(values[cell]) || 0) * levels)
  const paths = new Map<number, string>()
  for (let row = 0; row * columns < values.length; row++)
    for (let column = 0; column < columns; ) {
      const level = levelOf(row * columns + column)
      let end = column + 1
      while (end < columns && levelOf(row * columns + end) === level) end++
      const long = hundredths((end - column) * width + 0.2)
      const path = `M${hundredths(left + column * width)} ${hundredths(top + row * height)}h${long}v${height}h${-long}z`
      paths.set(level, `${paths.get(level) ?? ''}${path}`)
      column = end
    }
  return [...paths]
    .filter(([level]) => level > 0)
    .map(([level, path]) => `<path class="ink" fill-opacity="${hundredths(level / levels)}" d="${path}"/>`)
    .join('')
}
