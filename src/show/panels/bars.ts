// One number a row as a bar: to the right of 0 what is above it, to the left what is below.

import type { Bar, PanelOf } from '../figure.ts'
import { numberWriter } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { escaped, hundredths, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { labelLimit } from './columns.ts'
import { leastTarget, linked, type PanelPicture, type PanelTable, type PictureRoom, usualRoom } from './picture.ts'

type Bars = PanelOf<'bars'>

/** Blocks of an eighth, two eighths, … of a character, from the left. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
/** The longest bar in lines, both sides of 0 together. */
const mostCharacters = 40

/** The words of a row beside its bar: its number with its standard error. */
function amountsOf({ rows }: Bars): (bar: Bar) => string {
  const write = numberWriter(rows.flatMap(({ value, error }) => (error === undefined ? [value] : [value, error])))
  return ({ value, error }) => `${write(value)}${error === undefined ? '' : ` ± ${write(error)}`}`
}

/** The longest bars below 0 and above it. */
function reachOf({ rows }: Bars): { readonly below: number; readonly above: number } {
  const finite = rows.map(({ value }) => value).filter(Number.isFinite)
  return { below: -Math.min(0, ...finite), above: Math.max(0, ...finite) }
}

export function barsLines(panel: Bars, { width, hasColours }: LineOptions): string[] {
  const { rows, unit } = panel
  const amount = amountsOf(panel)
  const most = labelLimit(width)
  const labels = rows.map(({ label }) => cut(readable(label), most))
  const amounts = rows.map(amount)
  const labelWidth = Math.max(1, ...labels.map(lengthOf))
  const amountWidth = Math.max(1, ...amounts.map(lengthOf))
  const notes = rows.map(({ note }) => (note === undefined ? '' : `  ${readable(note)}`))
  const beside = width - labelWidth - amountWidth - 4
  // Bars leave room for what is said beside them, as long as something can be seen of both.
  const room = Math.max(4, Math.min(mostCharacters, beside, Math.max(12, beside - Math.max(0, ...notes.map(lengthOf)))))
  const { below, above } = reachOf(panel)
  const all = below + above
  const left = all === 0 ? 0 : Math.round(room * (below / all))
  const lines = rows.map((bar, i) => {
    const drawn = all === 0 ? ' '.repeat(room) : barText(bar.value / all, left, room)
    const painted = hasColours ? `\u001b[38;5;${bar.value < 0 ? 172 : 38}m${drawn}\u001b[39m` : drawn
    const start = `${labels[i]}${' '.repeat(labelWidth - lengthOf(labels[i]))}`
    const used = labelWidth + room + amountWidth + 4
    return `${start}  ${painted}  ${' '.repeat(amountWidth - lengthOf(amounts[i]))}${amounts[i]}${lengthOf(notes[i]) > width - used && width - used < 10 ? '' : cut(notes[i], width - used)}`.trimEnd()
  })
  return [...(unit === '' ? [] : [readable(unit)]), ...lines]
}

/** A bar of `share` of the room, which may be below 0, whose 0 is after `left` characters. */
function barText(share: number, left: number, room: number): string {
  if (Number.isNaN(share)) return ' '.repeat(room)
  const parts = Math.round(Math.abs(share) * room * 8)
  if (share >= 0) {
    const bar =
      '█'.repeat(Math.min(Math.floor(parts / 8), room - left)) + (parts < 8 * (room - left) ? eighths[parts % 8] : '')
    return ' '.repeat(left) + bar + ' '.repeat(room - left - lengthOf(bar))
  }
  // There is no block that ends at the right but a half one.
  const half = parts % 8 >= 4 ? '▐' : ''
  const bar = left === 0 ? '' : (half + '█'.repeat(Math.min(Math.floor(parts / 8), left))).slice(-left)
  return ' '.repeat(left - lengthOf(bar)) + bar + ' '.repeat(room - left)
}

export function barsTable({ rows, unit }: Bars): PanelTable {
  const hasErrors = rows.some(({ error }) => error !== undefined)
  const hasNotes = rows.some(({ note }) => note !== undefined)
  return {
    columns: ['', unit, ...(hasErrors ? ['standard error'] : []), ...(hasNotes ? ['note'] : [])],
    places: rows.map(({ place }) => [place]),
    rows: rows.map(({ label, value, error, note }) => [
      label,
      value,
      ...(hasErrors ? [error ?? ''] : []),
      ...(hasNotes ? [note ?? ''] : []),
    ]),
  }
}

const font = 12
const usualHeight = 18
const [shortest, longest] = [80, 420]
/** The height of a label that stands above its bar, beyond the usual height. */
const aboveHeight = 14

export function barsPicture(panel: Bars, room: PictureRoom = usualRoom): PanelPicture {
  const { rows, unit } = panel
  const layout = layoutOf(panel, room)
  const { top, height, zero, notesAt, noted } = layout
  const unitWidth = unit === '' ? 0 : textWidth(readable(unit), font)
  // No line goes through labels.
  const axis = layout.areAbove
    ? rows.map((_, i) => `M${hundredths(zero)} ${top + (i + 1) * height - usualHeight}v${usualHeight}`).join('')
    : `M${hundredths(zero)} ${top}v${rows.length * height}`
  return {
    width: Math.max(zero + unitWidth, notesAt + noted),
    height: top + rows.length * height + 4,
    markup: [
      unit === '' ? '' : `<text class="note" x="${hundredths(zero)}" y="14">${escaped(readable(unit))}</text>`,
      `<g font-size="${font}">${rows.map((_, i) => drawnBar(panel, i, layout, room)).join('')}</g>`,
      `<path class="axis" d="${axis}"/>`,
    ].join(''),
  }
}

/** The texts of bars, and where all stands. */
interface BarsLayout {
  readonly labels: readonly string[]
  /** The numbers, and the notes behind them, which are '' where there is no room. */
  readonly texts: readonly string[]
  readonly notes: readonly string[]
  /** The widths of what one unit is long, and of each standard error. */
  readonly scale: number
  readonly errors: readonly number[]
  /** True where labels stand above their bars. */
  readonly areAbove: boolean
  readonly labelWidth: number
  /** Where bars begin, where notes do, and how wide these are. */
  readonly zero: number
  readonly left: number
  readonly notesAt: number
  readonly noted: number
  /** Where the first row begins, and the height of each. */
  readonly top: number
  readonly height: number
  /** The height of what can be pointed at, and of a bar whose label stands beside it. */
  readonly ownHeight: number
}

function layoutOf(panel: Bars, room: PictureRoom): BarsLayout {
  const { rows, unit } = panel
  const ownHeight = room.linkOf ? leastTarget : usualHeight
  const amount = amountsOf(panel)
  const { below, above } = reachOf(panel)
  const all = below + above || 1
  // Numbers stand beside the ends of their bars, below 0 on the left.
  const texts = rows.map((bar) => amount(bar))
  const beside = Math.max(...texts.map((text) => textWidth(text, font)), 0) + 12
  const sides = below > 0 && above > 0 ? 2 : 1
  const labels = rows.map(({ label }) => cut(readable(label), 40))
  const labelWidth = Math.max(10, ...labels.map((label) => textWidth(label, font)))
  // Where labels would leave no room for bars, they stand above these.
  const areAbove = labelWidth + sides * beside + shortest + 10 > room.width
  const left = areAbove ? 2 : labelWidth + 10
  const inRoom = room.width - left - sides * beside
  const said = rows.map(({ note = '' }) => readable(note))
  const widest = Math.max(0, ...said.map((note) => textWidth(note, font)))
  // In a page that has no room for them, notes stand in the table alone.
  const hasNotes = room.linkOf === undefined || inRoom - widest >= shortest
  const [notes, noted] = hasNotes ? [said, widest] : [said.map(() => ''), 0]
  const shares = rows.map(({ error = 0 }) => (Number.isFinite(error) ? error / all : 0))
  // The standard errors, too, have room beyond the ends of the bars.
  const long = Math.max(shortest, Math.min(longest, (inRoom - noted) / (1 + sides * Math.max(0, ...shares))))
  const errors = shares.map((share) => long * share)
  const whisker = Math.max(0, ...errors)
  const zero = left + (below > 0 ? beside + whisker : 0) + (long * below) / all
  return {
    ...{ labels, texts, notes, scale: long / all, errors, areAbove, labelWidth, zero, left, noted, ownHeight },
    notesAt: zero + (long * above) / all + beside + whisker,
    top: unit === '' ? 4 : 24,
    height: ownHeight + (areAbove ? aboveHeight : 0),
  }
}

function drawnBar({ rows, unit }: Bars, i: number, layout: BarsLayout, room: PictureRoom): string {
  const { zero, left, height, ownHeight, areAbove } = layout
  const [bar, label, text, note, error] = [
    rows[i],
    layout.labels[i],
    layout.texts[i],
    layout.notes[i],
    layout.errors[i],
  ]
  const y = layout.top + i * height
  const barHeight = areAbove ? usualHeight : ownHeight
  const barAt = y + height - barHeight
  const size = Number.isFinite(bar.value) ? layout.scale * Math.abs(bar.value) : 0
  const isBelow = bar.value < 0
  const end = isBelow ? zero - size : zero + size
  const middle = hundredths(barAt + barHeight / 2)
  return [
    linked(
      `<text class="token" ${areAbove ? `x="0" y="${y + 15}"` : `x="${left - 8}" y="${middle + 4}" text-anchor="end"`}${bar.isMeant ? ' font-weight="700"' : ''}>${escaped(label)}</text>`,
      bar.place,
      room,
      {
        name: `${bar.label}: ${text} ${unit}`,
        x: 0,
        y,
        width: areAbove ? Math.max(leastTarget, layout.labelWidth) : left,
        height: ownHeight,
      },
    ),
    `<rect class="${isBelow ? 'against' : 'ink'}" x="${hundredths(Math.min(zero, end))}" y="${barAt + 3}" width="${hundredths(size)}" height="${barHeight - 6}"><title>${escaped(`${readable(bar.label)}: ${text} ${unit}`)}</title></rect>`,
    error > 0
      ? `<path class="axis" d="M${hundredths(end - error)} ${middle}h${hundredths(2 * error)}m0 -3v6m${-hundredths(2 * error)} -6v6"/>`
      : '',
    `<text class="value" x="${hundredths(isBelow ? end - error - 6 : end + error + 6)}" y="${middle + 4}"${isBelow ? ' text-anchor="end"' : ''}>${text}</text>`,
    note === '' ? '' : `<text x="${hundredths(layout.notesAt)}" y="${middle + 4}">${escaped(note)}</text>`,
  ].join('')
}
