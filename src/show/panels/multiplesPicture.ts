// Small grids as a picture: a title, labels on both sides, and cells that are the more opaque, the larger their numbers.

import type { SmallGrid } from '../figure.ts'
import { numberWriter, scaleEnds, strengthOf } from '../figureNumbers.ts'
import { lengthOf } from '../lines.ts'
import { between, escaped, hundredths } from '../look.ts'
import { readable } from '../visible.ts'
import { type Multiples, onOneScale } from './multiples.ts'
import { type PanelPicture, type PictureRoom, usualRoom } from './picture.ts'

/** The sizes of small grids, in pixels, equal for all of a panel. */
interface GridSizes {
  /** The side of a cell. */
  readonly cell: number
  readonly font: number
  /** The place where the cells begin. */
  readonly left: number
  readonly top: number
  readonly width: number
}

/** Opacities are hundredths to so many steps, so that cells of one step are one path. */
const levels = 40

/** The grids of each group, in order. */
const groupsOf = ({ grids }: Multiples): readonly (readonly SmallGrid[])[] => [
  ...Map.groupBy(grids, ({ group }) => group).values(),
]

/** The grids of the group that has the most. */
const mostOf = (panel: Multiples): number => Math.max(1, ...groupsOf(panel).map((own) => own.length))

function gridSizes(panel: Multiples, wide: number): GridSizes {
  const sides = panel.grids.flatMap(({ rows, columns }) => [rows.labels, columns.labels])
  const count = Math.max(1, ...sides.map((labels) => labels.length))
  const longest = sides.flat().reduce((most, label) => Math.max(most, lengthOf(readable(label))), 1)
  // A character of a monospaced font is 0.6 of its size wide; the axis' own name stands beyond the labels.
  const labelsAt = (font: number): number => Math.ceil(0.62 * font * longest) + 6
  // Up to four grids shall stand side by side, as long as the cells can be told apart.
  const side = Math.min(4, mostOf(panel))
  const room = (wide + between) / side - between - labelsAt(13) - 16
  const usual = Math.round(Math.min(22, Math.max(9, Math.min(room, 420) / count - 0.5)))
  // A picture below the cells must be large enough to be recognised.
  const cell = panel.under === undefined ? usual : Math.max(usual, Math.round(160 / count))
  const font = Math.min(13, cell)
  const labels = labelsAt(font)
  const left = labels + 16
  const top = 24 + 16 + (longest > 1 ? labels : font + 2)
  return { cell, font, left, top, width: Math.max(left + count * cell, 130) }
}

/** The height of a grid. */
const heightOf = ({ rows }: SmallGrid, { top, cell }: GridSizes): number => top + rows.labels.length * cell

/** The legend, and the grids of one group side by side, as many as fit; every row is as high as its grids. */
export function multiplesPicture(panel: Multiples, { width: wide }: PictureRoom = usualRoom): PanelPicture {
  const sizes = gridSizes(panel, wide)
  const fitting = Math.max(1, Math.floor((wide + between) / (sizes.width + between)))
  const perRow = Math.min(mostOf(panel), fitting)
  const draw = gridDrawer(panel, sizes)
  const legend = multiplesLegend(panel, wide)
  let height = legend.height + between
  const markup = groupsOf(panel).flatMap((own) =>
    own.map((grid, i) => {
      const column = i % perRow
      const y = height
      if (column === perRow - 1 || i === own.length - 1) height += heightOf(grid, sizes) + between
      return `<g transform="translate(${column * (sizes.width + between)} ${y})">${draw(grid)}</g>`
    }),
  )
  return {
    width: Math.max(legend.width, perRow * (sizes.width + between) - between),
    height: height - between,
    markup: [legend.markup, ...markup].join('\n'),
  }
}

/** Draws grids of a panel: a title, the labels on both sides, and the cells. */
function gridDrawer(panel: Multiples, { cell, font, left, top }: GridSizes): (grid: SmallGrid) => string {
  const strength = strengthOf(onOneScale(panel))
  return ({ title, rows, columns, values }) => {
    const middle = (i: number): number => (i + 0.5) * cell
    const [down, across] = [rows, columns].map(({ labels }) => labels.map(readable))
    const isUpright = across.every((label) => lengthOf(label) === 1)
    const names = down.map(
      (label, i) =>
        `<text class="token" x="${left - 5}" y="${hundredths(top + middle(i) + font * 0.35)}" text-anchor="end">${escaped(label)}</text>`,
    )
    const heads = across.map((label, i) => {
      const [x, y] = [hundredths(left + middle(i)), top - 5]
      return isUpright
        ? `<text class="token" x="${x}" y="${y}" text-anchor="middle">${escaped(label)}</text>`
        : `<text class="token" transform="translate(${hundredths(x + font * 0.35)} ${y}) rotate(-90)">${escaped(label)}</text>`
    })
    const middleOfRows = hundredths(top + (down.length * cell) / 2)
    return [
      `<text class="title" x="${left}" y="14">${escaped(readable(title))}</text>`,
      columns.name && `<text class="note" x="${left}" y="32">${escaped(readable(columns.name))} →</text>`,
      rows.name &&
        `<text class="note" transform="translate(10 ${middleOfRows}) rotate(-90)" text-anchor="middle">← ${escaped(readable(rows.name))}</text>`,
      `<g font-size="${font}">${names.join('')}${heads.join('')}</g>`,
      `<g transform="translate(${left} ${top}) scale(${cell})">${imageOf(panel, down.length, across.length)}${cellsOf(values, down.length, across.length, strength, panel.under)}</g>`,
    ].join('')
  }
}

/** The line around a picture, whose edge may be of the page's colour. */
const frame = 'fill:none;stroke:#868e96;stroke-opacity:0.6;vector-effect:non-scaling-stroke'

/** The picture below the cells of a grid, its pixels as they are, in a frame. */
const imageOf = ({ under }: Multiples, height: number, width: number): string =>
  under === undefined
    ? ''
    : `<image href="${escaped(under)}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated"/><rect width="${width}" height="${height}" style="${frame}"/>`

/** The colour of shades over a picture, which is told from grey, and how much of the picture the strongest hides. */
const overPicture = ' style="fill:#f76707"'
const hidden = 0.8

/** The cells that have a number, faintly; and their shades, those of about the same strength in one path. */
function cellsOf(
  values: ArrayLike<number>,
  height: number,
  width: number,
  strength: (value: number) => number,
  under: string | undefined,
): string {
  const [colour, most] = under === undefined ? ['', 1] : [overPicture, hidden]
  const seen: string[] = []
  const paths = new Map<number, string>()
  for (let y = 0; y < height; y++) {
    let x = 0
    for (let end = 0; end <= width; end++) {
      const strong = end < width ? strength(values[y * width + end]) : Number.NaN
      if (Number.isNaN(strong)) {
        if (end > x) seen.push(`M${x} ${y}h${end - x}v1h${x - end}z`)
        x = end + 1
        continue
      }
      const level = Math.round(strong * levels)
      if (level > 0) paths.set(level, `${paths.get(level) ?? ''}M${end} ${y}h1v1h-1z`)
    }
  }
  const shaded = [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, path]) => `<path class="ink"${colour} fill-opacity="${(level / levels) * most}" d="${path}"/>`)
  const faint = under === undefined ? `<path class="seen" d="${seen.join('')}"/>` : ''
  return faint + shaded.join('')
}

const [legendShares, swatch] = [[0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1], 46]

/** The meaning of the shades: beside the unit, or below it where there is no room for both. */
function multiplesLegend(panel: Multiples, wide: number): PanelPicture {
  const scaled = onOneScale(panel)
  const [low, high] = scaleEnds(scaled)
  const isShare = panel.scale === 'share'
  const steps = isShare
    ? legendShares
    : legendShares.map((_, i) => low + (i / (legendShares.length - 1)) * (high - low))
  const strength = strengthOf(scaled)
  const [colour, most] = panel.under === undefined ? ['', 1] : [overPicture, hidden]
  const write = isShare ? (share: number) => `${100 * share} %` : numberWriter(steps)
  const unit = readable(panel.unit)
  const beside = Math.ceil(6.2 * lengthOf(unit)) + 12
  const isBelow = beside + steps.length * swatch > wide
  const [left, top] = isBelow ? [0, 16] : [beside, 0]
  const step = isBelow ? Math.min(swatch, Math.floor(wide / steps.length)) : swatch
  const swatches = steps.map((value, i) => {
    const place = `x="${left + i * step}" y="${top}" width="${step - 2}" height="12"`
    const shade = `<rect class="seen" ${place}/><rect class="ink"${colour} ${place} fill-opacity="${hundredths(strength(value) * most)}"/>`
    return `${shade}<text class="note" x="${left + (i + 0.5) * step - 1}" y="${top + 26}" text-anchor="middle">${write(value)}</text>`
  })
  return {
    width: left + steps.length * step,
    height: top + 30,
    markup: `<text class="note" y="10">${escaped(unit)}</text>${swatches.join('')}`,
  }
}
