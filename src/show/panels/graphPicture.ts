// A graph as a picture: nodes in rows, and edges as wide as they are strong. Within a row an edge is an arc: over the row where it goes to
// the right, below it where it goes to the left, a loop where it stays. From row to row it is a curve.

import { grouped } from '../amounts.ts'
import type { DrawnEdge } from '../figure.ts'
import { numberWriter } from '../figureNumbers.ts'
import { escaped, hundredths, lineColour, lineColours, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { byStrength, type GraphPanel, nodeText } from './graph.ts'
import { leastTarget, linked, type PanelPicture, type PictureRoom, usualRoom } from './picture.ts'

const font = 12
/** Nodes are so far apart at most, and at least. */
const [widest, narrowest] = [64, 9]
/** The widest edge; the highest arc; the distance between rows. */
const [mostWide, mostHigh, between] = [6, 190, 92]
const legendHeight = 40
/** Pictures with more edges have no titles on them, and of still more the strongest alone are drawn. */
const [mostTitles, mostDrawn] = [3000, 8000]
/** A label is cut after so many characters. */
const longestLabel = 16

/** The measures of a picture. */
interface Measures {
  readonly left: number
  readonly step: number
  /** Labels stand upright where they do not fit side by side. */
  readonly isLevel: boolean
  /** The height of labels. */
  readonly labelHeight: number
  /** The height of each row's nodes, from above. */
  readonly heights: readonly number[]
  /** The weight of the widest edge, and how wide it is. */
  readonly most: number
  readonly wide: number
}

export function graphPicture(panel: GraphPanel, around: PictureRoom = usualRoom): PanelPicture {
  const measures = measuresOf(panel, around)
  const { left, step, heights, labelHeight } = measures
  const places = Math.max(1, ...panel.rows.map(({ labels }) => labels.length))
  const below = panel.rows.length > 1 ? 0 : reachOf(panel, measures, isBackward)
  const bottom = heights[0] + labelHeight + 12 + below
  const edges = byStrength(panel).slice(0, mostDrawn).reverse()
  const isCut = panel.edges.length > mostDrawn
  const key = legendOf(panel, measures)
  return {
    width: Math.max(left + places * step, left + key.width),
    height: hundredths(bottom + legendHeight + (isCut ? 20 : 0)),
    markup: [
      `<g fill="none" stroke-linecap="round">${edges.map((edge) => edgeMarkup(panel, measures, edge, edges.length <= mostTitles)).join('')}</g>`,
      `<g font-size="${font}">${panel.rows.map((_, row) => rowMarkup(panel, measures, row, around)).join('')}</g>`,
      `<g transform="translate(${left} ${hundredths(bottom + 8)})">${key.markup}</g>`,
      isCut
        ? `<text class="note" x="${left}" y="${hundredths(bottom + 46)}">The strongest ${grouped(mostDrawn)} of ${grouped(panel.edges.length)} edges are drawn.</text>`
        : '',
    ].join(''),
  }
}

function measuresOf(panel: GraphPanel, around: PictureRoom): Measures {
  const { rows, edges, scale } = panel
  const names = rows.length > 1 ? rows.map(({ name }) => textWidth(readable(name), font)) : [0]
  const left = Math.max(...names) + 16
  const places = Math.max(1, ...rows.map(({ labels }) => labels.length))
  const labels = rows.flatMap((row) => row.labels.map((label) => textWidth(labelOf(label), font)))
  const longest = Math.max(0, ...labels)
  const room = (around.width - left) / places
  const isLevel = longest + 8 <= Math.min(room, widest)
  // What is pressed needs its room, even where the picture is wider for it.
  const least = around.linkOf && leastTarget * places + left <= 2 * around.width ? leastTarget : narrowest
  const step = hundredths(Math.max(least, Math.min(room, isLevel ? widest : 30)))
  const labelHeight = isLevel ? font + 4 : longest + 4
  const most = scale === 'share' ? 1 : edges.reduce((so, { weight }) => Math.max(so, weight), 0) || 1
  // Where edges of several kinds lie beside one another, they have less room.
  const wide = panel.kinds
    ? hundredths(Math.max(2, Math.min(mostWide, step / (panel.kinds.labels.length + 1))))
    : mostWide
  const first = { left, step, isLevel, labelHeight, heights: [], most, wide }
  // Over the last row stand its labels, or arcs.
  const top = rows.length > 1 ? labelHeight + 14 : reachOf(panel, first, (edge) => !isBackward(edge)) + 10
  const heights = rows.map((_, row) => hundredths(top + (rows.length - 1 - row) * between))
  return { ...first, heights }
}

const labelOf = (label: string): string => cut(readable(label), longestLabel)

const isBackward = ({ from, to }: DrawnEdge): boolean => from[0] === to[0] && to[1] < from[1]

/** The height of the highest arc of one side. */
function reachOf(
  { edges }: GraphPanel,
  { step }: Pick<Measures, 'step'>,
  isMeant: (edge: DrawnEdge) => boolean,
): number {
  return edges.reduce(
    (most, edge) =>
      edge.from[0] === edge.to[0] && isMeant(edge) ? Math.max(most, arcHeight(edge.to[1] - edge.from[1], step)) : most,
    0,
  )
}

/** Longer arcs are higher, the less so the longer they are. */
const arcHeight = (distance: number, step: number): number =>
  distance === 0
    ? 20
    : hundredths(Math.min(mostHigh, (step * Math.abs(distance)) / 2, 14 * Math.abs(distance) ** 0.72 + 4))

function edgeMarkup(
  panel: GraphPanel,
  { left, step, heights, most, wide, labelHeight }: Measures,
  edge: DrawnEdge,
  hasTitle: boolean,
): string {
  const { from, to, weight, kind } = edge
  const strength = Math.max(0, Math.min(1, weight / most))
  // Edges of several kinds between the same nodes lie beside one another.
  const count = panel.kinds?.labels.length ?? 1
  const aside = kind === undefined ? 0 : (kind - (count - 1) / 2) * Math.min(3, step / (count + 1))
  const xOf = (place: number): number => hundredths(left + (place + 0.5) * step + aside)
  const [x, y, endX, endY] = [xOf(from[1]), heights[from[0]], xOf(to[1]), heights[to[0]]]
  const path = pathOf(edge, { x, y, endX, endY, step, labelHeight })
  const width = hundredths(Math.max(0.4, wide * strength))
  const opacity = hundredths(0.08 + 0.82 * strength ** 0.6)
  const title = hasTitle ? `<title>${escaped(titleOf(panel, edge))}</title>` : ''
  const looks = kind === undefined ? 'class="edge"' : kindLooks(kind)
  const start = `<path ${looks} stroke-width="${width}" stroke-opacity="${opacity}" d="${path}"`
  return title === '' ? `${start}/>` : `${start}>${title}</path>`
}

/** The colour of a kind; kinds that begin the colours again are dashed. */
const kindLooks = (kind: number): string => `${lineColour(kind)}${kind < lineColours ? '' : ' stroke-dasharray="7 4"'}`

function pathOf(
  edge: DrawnEdge,
  at: { x: number; y: number; endX: number; endY: number; step: number; labelHeight: number },
): string {
  const { from, to } = edge
  const { x, y, endX, endY, step } = at
  if (from[0] !== to[0]) {
    const bend = hundredths((endY - y) / 2)
    return `M${x} ${y}C${x} ${hundredths(y + bend)} ${endX} ${hundredths(endY - bend)} ${endX} ${endY}`
  }
  const height = arcHeight(to[1] - from[1], step)
  if (from[1] === to[1]) {
    const wide = Math.min(step / 2, 9)
    return `M${x} ${hundredths(y - 3)}C${hundredths(x - 2 * wide)} ${hundredths(y - height)} ${hundredths(x + 2 * wide)} ${hundredths(y - height)} ${x} ${hundredths(y - 3)}`
  }
  const isBack = isBackward(edge)
  // Arcs to the left hang below the labels.
  const start = isBack ? hundredths(y + at.labelHeight + 10) : hundredths(y - 3)
  return `M${x} ${start}A${hundredths(Math.abs(endX - x) / 2)} ${height} 0 0 1 ${endX} ${start}`
}

function titleOf(panel: GraphPanel, edge: DrawnEdge): string {
  const { kinds, unit } = panel
  const { from, to, weight, kind } = edge
  const of = kinds && kind !== undefined ? `, ${kinds.name} ${kinds.labels[kind]}` : ''
  return `${nodeText(panel, from)} → ${nodeText(panel, to)}${of}: ${numberWriter([weight])(weight)} ${unit}`
}

/** A row: a dot for each node; the labels below the first row and over the last; the name of the row. */
function rowMarkup(
  panel: GraphPanel,
  { left, step, isLevel, labelHeight, heights }: Measures,
  row: number,
  around: PictureRoom,
): string {
  const { rows } = panel
  const y = heights[row]
  const isFirst = row === 0
  const isLast = row === rows.length - 1
  const every = Math.max(1, Math.ceil((font + 1) / step))
  const dots = rows[row].labels.map((_, i) => `M${hundredths(left + (i + 0.5) * step)} ${y}h0`).join('')
  const labels = rows[row].labels.map((label, i) => {
    if ((!isFirst && !isLast) || (!isLevel && i % every !== 0)) return ''
    const x = hundredths(left + (i + 0.5) * step)
    const text = escaped(labelOf(label))
    const upright = `transform="translate(${hundredths(x + font * 0.35)} ${hundredths(isFirst ? y + 8 : y - 8)}) rotate(-90)"`
    const markup = isLevel
      ? `<text class="token" x="${x}" y="${hundredths(isFirst ? y + labelHeight + 2 : y - 10)}" text-anchor="middle">${text}</text>`
      : `<text class="token" ${upright} text-anchor="${isFirst ? 'end' : 'start'}">${text}</text>`
    if (step < leastTarget) return markup
    const high = Math.max(leastTarget, labelHeight + 6)
    return linked(markup, rows[row].places?.[i], around, {
      name: `${rows[row].name} ${i}, ${label}`,
      x: x - step / 2,
      y: isFirst ? y + 4 : y - 4 - high,
      width: step,
      height: high,
    })
  })
  const name =
    rows.length > 1
      ? `<text class="note" x="${left - 8}" y="${hundredths(y + 4)}" text-anchor="end">${escaped(readable(rows[row].name))}</text>`
      : ''
  return `<path class="dot" d="${dots}"/>${labels.join('')}${name}`
}

/** The meaning of widths, and of colours. */
function legendOf(panel: GraphPanel, { most, wide }: Measures): { readonly width: number; readonly markup: string } {
  const { unit, kinds } = panel
  const steps = [0.1, 0.25, 0.5, 1].map((part) => part * most)
  const write = numberWriter(steps)
  let x = 0
  const widths = steps.map((step) => {
    const at = x
    const text = write(step)
    x += 30 + textWidth(text, font) + 14
    return `<path class="edge" stroke-width="${hundredths(wide * (step / most))}" d="M${at} 8h22"/><text class="note" x="${at + 28}" y="12">${text}</text>`
  })
  const named = `<text class="note" x="${x}" y="12">${escaped(readable(unit))}</text>`
  x += textWidth(readable(unit), font) + 28
  const colours = (kinds?.labels ?? []).map((label, kind) => {
    const text = `${kind === 0 ? `${kinds?.name} ` : ''}${label}`
    const at = x
    x += 30 + textWidth(text, font) + 14
    return `<path ${kindLooks(kind)} stroke-width="3" d="M${at} 8h22"/><text class="note" x="${at + 28}" y="12">${escaped(text)}</text>`
  })
  return { width: x, markup: `<g fill="none">${widths.join('')}</g>${named}<g fill="none">${colours.join('')}</g>` }
}
