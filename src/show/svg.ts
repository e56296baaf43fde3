// Attention patterns as a picture: an SVG, which stands by itself in any document, light or dark.
//
// A panel for every head. A row is a position that asks, a column a source that answers; a cell is the more opaque, the
// larger the share. Opacity follows the square root, since most shares are small and the eye should see them too.

import { type AttentionPattern, looksOnlyBack, titleOf } from '../inspect/pattern.ts'
import { lengthOf, wrapped } from './lines.ts'
import { between, escaped, figureStyle, hundredths, margin, usualWidth } from './look.ts'
import { visible } from './visible.ts'

export interface PatternFigure {
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads. */
  readonly source?: readonly string[] | undefined
  readonly patterns: readonly AttentionPattern[]
}

/** The tokens that ask in a pattern, and those that answer. */
export function sidesOf(
  { tokens, source = [] }: Pick<PatternFigure, 'tokens' | 'source'>,
  { part }: Pick<AttentionPattern, 'part'>,
): { readonly asking: readonly string[]; readonly answering: readonly string[] } {
  return {
    asking: part === 'encoder' ? source : tokens,
    answering: part === 'encoder' || part === 'cross' ? source : tokens,
  }
}

/** Patterns of one attention of the model: its panels stand side by side. */
export const attentionOf = ({ part, layer }: Pick<AttentionPattern, 'part' | 'layer'>): string =>
  `${part === undefined ? '' : `${part}, `}layer ${layer}`

/** The sizes of a figure's panels, in pixels, equal for all. */
export interface PanelSizes {
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

/** The patterns of a text as an SVG. */
export function patternSvg(figure: PatternFigure): string {
  const { tokens, source, patterns } = figure
  const sizes = panelSizes(figure)
  const heads = mostHeads(patterns)
  const fitting = Math.max(1, Math.floor((usualWidth - 2 * margin + between) / (sizes.width + between)))
  const perRow = Math.min(heads, fitting)
  const width = Math.max(520, 2 * margin + perRow * (sizes.width + between) - between)
  const shown = [...(source ? [source] : []), tokens].map((each) => `“${each.map(visible).join('')}”`)
  const text = shown.flatMap((each) => wrapped(each, Math.floor((width - 2 * margin) / 8)))
  const header = margin + 20 + text.length * 18 + 58
  // Panels of one attention stand side by side, as many as fit; every row is as high as its panels.
  let height = header
  const panels = [...Map.groupBy(patterns, attentionOf).values()].flatMap((own) =>
    own.map((pattern, i) => {
      const column = i % perRow
      const y = height
      if (column === perRow - 1 || i === own.length - 1) height += heightOf(pattern, sizes) + between
      return `<g transform="translate(${margin + column * (sizes.width + between)} ${y})">${panel(figure, pattern, sizes)}</g>`
    }),
  )
  height += margin - between
  const lines = text.map(
    (line, i) => `<text class="token" x="${margin}" y="${margin + 36 + i * 18}" font-size="13">${escaped(line)}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>Attention patterns</title><style>${figureStyle}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin}" y="${margin + 14}">Attention: where each position looks</text>`,
    ...lines,
    `<g transform="translate(${margin} ${margin + 36 + text.length * 18})">${scale()}</g>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n')
}

/** The heads of the layer that has the most. */
const mostHeads = (patterns: readonly AttentionPattern[]): number =>
  Math.max(...[...Map.groupBy(patterns, attentionOf).values()].map((group) => group.length))

export function panelSizes({ tokens, source = [], patterns }: PatternFigure): PanelSizes {
  const count = Math.max(...patterns.flatMap(({ positions, sources }) => [positions, sources]))
  const longest = [...tokens, ...source].reduce((most, token) => Math.max(most, lengthOf(visible(token))), 1)
  // A character of a monospaced font is 0.6 of its size wide; the axis' own name stands beyond the labels.
  const labelsAt = (font: number): number => Math.ceil(0.62 * font * longest) + 6
  // Up to four heads shall stand side by side, as long as the cells can be told apart.
  const side = Math.min(4, mostHeads(patterns))
  const room = (usualWidth - 2 * margin + between) / side - between - labelsAt(13) - 16
  const cell = Math.round(Math.min(22, Math.max(9, Math.min(room, 420) / count - 0.5)))
  const font = Math.min(13, cell)
  const labels = labelsAt(font)
  const left = labels + 16
  const top = 24 + 16 + (longest > 1 ? labels : font + 2)
  return { cell, font, left, top, width: Math.max(left + count * cell, 130) }
}

/** The height of a panel: as many rows as there are positions that ask. */
export const heightOf = ({ positions }: AttentionPattern, { top, cell }: PanelSizes): number => top + positions * cell

/** One head: a title, the tokens on both axes, and the cells. */
export function panel(
  figure: Pick<PatternFigure, 'tokens' | 'source'>,
  pattern: AttentionPattern,
  { cell, font, left, top }: PanelSizes,
): string {
  const { positions } = pattern
  const { asking, answering } = sidesOf(figure, pattern)
  const isUpright = answering.every((token) => lengthOf(visible(token)) === 1)
  const middle = (i: number): number => (i + 0.5) * cell
  const rows = asking.map(
    (token, i) =>
      `<text class="token" x="${left - 5}" y="${hundredths(top + middle(i) + font * 0.35)}" text-anchor="end">${escaped(visible(token))}</text>`,
  )
  const columns = answering.map((token, i) => {
    const [x, y] = [hundredths(left + middle(i)), top - 5]
    return isUpright
      ? `<text class="token" x="${x}" y="${y}" text-anchor="middle">${escaped(visible(token))}</text>`
      : `<text class="token" transform="translate(${hundredths(x + font * 0.35)} ${y}) rotate(-90)">${escaped(visible(token))}</text>`
  })
  const middleOfRows = hundredths(top + (positions * cell) / 2)
  return [
    `<text class="title" x="${left}" y="14">${titleOf(pattern)}</text>`,
    `<text class="note" x="${left}" y="32">source answers →</text>`,
    `<text class="note" transform="translate(10 ${middleOfRows}) rotate(-90)" text-anchor="middle">← position asks</text>`,
    `<g font-size="${font}">${rows.join('')}${columns.join('')}</g>`,
    `<g transform="translate(${left} ${top}) scale(${cell})">${seen(pattern)}${cells(pattern)}</g>`,
  ].join('')
}

/** The cells that may have a share at all: everything, or what lies at or before the position that asks. */
function seen(pattern: AttentionPattern): string {
  const { positions, sources } = pattern
  if (!looksOnlyBack(pattern)) return `<rect class="seen" width="${sources}" height="${positions}"/>`
  const stairs = Array.from({ length: positions }, (_, i) => `H${Math.min(i + 1, sources)}v1`).join('')
  return `<path class="seen" d="M0 0${stairs}H0z"/>`
}

/** The shares, cells of about the same share in one path. */
function cells({ shares, sources }: AttentionPattern): string {
  const paths = new Map<number, string>()
  shares.forEach((share, i) => {
    const level = Math.round(Math.sqrt(share) * levels)
    if (level > 0) paths.set(level, `${paths.get(level) ?? ''}M${i % sources} ${Math.floor(i / sources)}h1v1h-1z`)
  })
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, path]) => `<path class="ink" fill-opacity="${level / levels}" d="${path}"/>`)
    .join('')
}

/** The meaning of the shades. */
export function scale(): string {
  const shares = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
  const swatches = shares.map((share, i) => {
    const x = 118 + i * 46
    const shade = `<rect class="seen" x="${x}" width="44" height="12"/><rect class="ink" x="${x}" width="44" height="12" fill-opacity="${hundredths(Math.sqrt(share))}"/>`
    return `${shade}<text class="note" x="${x + 22}" y="26" text-anchor="middle">${100 * share} %</text>`
  })
  return `<text class="note" y="10">share of attention</text>${swatches.join('')}`
}
