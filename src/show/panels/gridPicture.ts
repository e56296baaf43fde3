// A grid as a picture: cells with their numbers or texts where there is room, shades alone where there is not. Texts that do not fit
// side by side go on in a further block of columns below, as on a terminal.

import type { FigurePlace } from '../figure.ts'
import { numberWriter, scaleEnds, strengthOf } from '../figureNumbers.ts'
import { escaped, hundredths, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { columnHeads, shownHeads } from './columnHeads.ts'
import { columnBlocks } from './columns.ts'
import { type Grid, sidesText, textsOf, widestOf } from './grid.ts'
import { leastTarget, linked, type PanelPicture, type PictureRoom, usualRoom } from './picture.ts'

/** Grids with more cells have no texts in them, and with more than the second no titles on them; of a page they are but a part. */
const most = { alone: [4000, 4000], inPage: [1000, 160] } as const
/** Grids with more rows go on in no further block. */
const mostRows = 40
const font = 12
/** So far a name that is turned reaches to the right of the middle of its column. */
const turnedHalf = 0.65 * font
const legendHeight = 44
const [legendSteps, fewSteps] = [7, 3]

/** The measures of a picture: those of its cells, and the places where they begin. */
interface Measures {
  readonly left: number
  readonly cell: { readonly width: number; readonly height: number }
  readonly names: readonly string[]
  readonly heads: readonly string[]
  /** The text of each cell, as far as there are titles. */
  readonly texts: readonly string[]
  readonly hasTexts: boolean
  readonly hasTitles: boolean
  /** The strength of the shade of a number. */
  readonly strength: (value: number) => number
  /** The room, if its cells are large enough to be pressed. */
  readonly pressed: PictureRoom
}

export function gridPicture(panel: Grid, around: PictureRoom = usualRoom): PanelPicture {
  const { rows, columns } = panel
  const [height, width] = [rows.labels.length, columns.labels.length]
  const text = textsOf(panel)
  const names = rows.labels.map((label) => cut(readable(label), 40))
  const heads = columnHeads(columns, 24)
  const left = 10 + widestOf(names) * 0.61 * font
  const room = around.width - left
  const isLinked = around.linkOf !== undefined
  const [mostTexts, mostTitles] = most[isLinked ? 'inPage' : 'alone']
  const texts = height * width <= mostTexts ? Array.from({ length: height * width }, (_, i) => text(i)) : []
  const wanted = Math.max(34, widestOf(texts) * 0.61 * 11 + 8)
  const isBroken = panel.texts !== undefined && height <= mostRows && 4 * wanted <= room
  const hasTexts = texts.length > 0 && (wanted * width <= room || isBroken)
  const side = hundredths(Math.min(isLinked ? leastTarget : 22, Math.max(3, (room - turnedHalf) / width)))
  const cell = hasTexts ? { width: wanted, height: isLinked ? leastTarget : 22 } : { width: side, height: side }
  const blocks = columnBlocks(
    heads.map(() => cell.width),
    hasTexts ? Math.max(room, cell.width) : Infinity,
  )
  const strength = strengthOf(panel)
  const isPressed = Math.min(cell.width, cell.height) >= leastTarget
  const pressed = isPressed ? around : { width: around.width }
  const hasTitles = height * width <= mostTitles
  const measures = { left, cell, names, heads, texts, hasTexts, hasTitles, strength, pressed }
  let y = 26
  const markup = blocks.map(([from, to]) => {
    const block = blockOf(panel, measures, from, to)
    const drawn = `<g transform="translate(0 ${hundredths(y)})">${block.markup}</g>`
    y += block.height + 16
    return drawn
  })
  const key = legend(panel, strength, room)
  const widest = Math.max(...blocks.map(([from, to]) => to - from))
  return {
    width: left + Math.max(cell.width * widest + Math.max(0, turnedHalf - cell.width / 2), key.width),
    height: y - 16 + legendHeight,
    markup: [
      `<text class="note" y="14">${escaped(sidesText(panel)).replaceAll('  ', ' \u00a0')}</text>`,
      ...markup,
      `<g transform="translate(${left} ${hundredths(y - 4)})">${key.markup}</g>`,
    ].join(''),
  }
}

/** Some columns, with their heads. */
function blockOf(
  panel: Grid,
  { left, cell, names, heads, texts, hasTexts, hasTitles, strength, pressed }: Measures,
  from: number,
  to: number,
): { readonly height: number; readonly markup: string } {
  const { rows, columns, values, unit } = panel
  const own = heads.slice(from, to)
  const isLevel = own.every((head) => textWidth(head, font) <= cell.width)
  const top = isLevel ? font + 6 : widestOf(own) * 0.61 * font + 8
  const shown = shownHeads(columns, Math.max(1, Math.ceil((font + 1) / cell.width)))
  const everyRow = Math.max(1, Math.ceil((font + 1) / cell.height))
  const headAt = (head: string, i: number): string => {
    if (!shown[from + i]) return ''
    const x = hundredths(left + (i + 0.5) * cell.width)
    const text = isLevel
      ? `<text class="token" x="${x}" y="${top - 6}" text-anchor="middle">${escaped(head)}</text>`
      : `<text class="token" transform="translate(${hundredths(x + font * 0.35)} ${top - 5}) rotate(-90)">${escaped(head)}</text>`
    const high = Math.max(leastTarget, top)
    return linked(text, columns.places?.[from + i], pressed, {
      name: `${columns.name} ${from + i}, ${columns.labels[from + i]}`,
      x: left + i * cell.width,
      y: top - high,
      width: cell.width,
      height: high,
    })
  }
  const nameAt = (name: string, i: number): string =>
    i % everyRow === 0
      ? linked(
          `<text class="token" x="${left - 6}" y="${hundredths(top + (i + 0.5) * cell.height + font * 0.35)}" text-anchor="end">${escaped(name)}</text>`,
          rows.places?.[i],
          pressed,
          { name: rows.labels[i], x: 0, y: top + i * cell.height, width: left, height: cell.height },
        )
      : ''
  const cells = names.flatMap((_, row) =>
    own.map((_, column): Place => {
      const i = row * columns.labels.length + from + column
      return {
        i,
        x: hundredths(left + column * cell.width),
        y: hundredths(top + row * cell.height),
        strong: strength(values[i]),
      }
    }),
  )
  const titleOf = (i: number): string => {
    const [row, column] = [Math.floor(i / columns.labels.length), i % columns.labels.length]
    return `${readable(rows.labels[row])}, ${readable(columns.labels[column])}: ${texts[i]}${unit === '' ? '' : ` ${unit}`}`
  }
  return {
    height: top + cell.height * names.length,
    markup: [
      `<g font-size="${font}">${names.map(nameAt).join('')}${own.map(headAt).join('')}</g>`,
      shadesOf(cells, cell),
      hasTexts ? cells.map((place) => cellText(texts[place.i], place, cell)).join('') : '',
      ...(hasTitles
        ? cells.map(({ i, x, y }) =>
            linked(
              `<rect class="pointed-at" x="${x}" y="${y}" width="${cell.width}" height="${cell.height}"><title>${escaped(titleOf(i))}</title></rect>`,
              placeOf(panel, i),
              pressed,
              { name: titleOf(i), x, y, ...cell },
            ),
          )
        : []),
    ].join(''),
  }
}

/** The place of a cell: that of its row and of its column, where both have one. */
function placeOf({ rows, columns }: Grid, i: number): FigurePlace | undefined {
  const row = rows.places?.[Math.floor(i / columns.labels.length)]
  const column = columns.places?.[i % columns.labels.length]
  return row && column && { ...row, ...column }
}

interface Place {
  readonly i: number
  readonly x: number
  readonly y: number
  /** The strength of its shade. */
  readonly strong: number
}

/** The shades, cells of one strength in one path. */
function shadesOf(cells: readonly Place[], { width, height }: { width: number; height: number }): string {
  const paths = new Map<number, string>()
  for (const { x, y, strong } of cells) {
    if (Number.isNaN(strong)) continue
    const level = Math.round(40 * strong)
    paths.set(
      level,
      `${paths.get(level) ?? ''}M${x} ${y}h${hundredths(width - 0.5)}v${hundredths(height - 0.5)}h${-hundredths(width - 0.5)}z`,
    )
  }
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, path]) => `<path ${shade(level / 40)} d="${path}"/>`)
    .join('')
}

const shade = (strong: number): string =>
  Math.abs(strong) < 1 / 80
    ? 'class="seen"'
    : `class="${strong < 0 ? 'against' : 'ink'}" fill-opacity="${hundredths(Math.abs(strong))}"`

function cellText(text: string, { x, y, strong }: Place, cell: { width: number; height: number }): string {
  const dark = Math.abs(strong)
  return `<text class="${dark > 0.75 ? 'over' : dark > 0.58 ? 'between' : 'value'}" font-size="11" x="${hundredths(x + cell.width / 2)}" y="${hundredths(y + cell.height / 2 + 4)}" text-anchor="middle">${escaped(text)}</text>`
}

/** The meaning of the shades, each as wide as its number needs. */
function legend(
  panel: Grid,
  strength: Measures['strength'],
  room: number,
): { readonly width: number; readonly markup: string } {
  const [low, high] = scaleEnds(panel)
  if (!(high > low)) return { width: 0, markup: '' }
  const count = room < 400 ? fewSteps : legendSteps
  const steps =
    panel.scale === 'share'
      ? count === fewSteps
        ? [0, 0.25, 1]
        : [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
      : Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
  const numbers = steps.map(numberWriter(steps))
  const each = Math.max(48, Math.ceil(widestOf(numbers) * 0.61 * font) + 10)
  const markup = steps.map((step, i) => {
    const x = i * each
    const place = `x="${x}" width="${each - 2}" height="10"`
    return `<rect class="seen" ${place}/><rect ${shade(strength(step))} ${place}/><text class="note" x="${x + each / 2 - 1}" y="23" text-anchor="middle">${numbers[i]}</text>`
  })
  return { width: each * steps.length, markup: markup.join('') }
}
