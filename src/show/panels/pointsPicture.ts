// Points in a plane, as a picture: dots, names that do not cover one another, arrows, and both axes with their numbers.

import { ticks, tickWriter } from '../figureNumbers.ts'
import { escaped, hundredths, textWidth } from '../look.ts'
import { readable } from '../visible.ts'
import { type LabelPlace, labelPlaces } from './labelPlaces.ts'
import { type PanelPicture, type PictureRoom, usualRoom } from './picture.ts'
import { extentOf, type Points, shownLabel } from './points.ts'

/** The plot in pixels: its width at most and at least, and between which heights it is as high as the points need. */
const [mostWide, leastWide, leastHigh, mostHigh] = [760, 240, 260, 640]
/** The free room around the outermost points, for their names. */
const around = 48
const font = 12
const ticksAcross = 8
/** The room beside the plot for the numbers of its height. */
const marked = 48
const labelHeight = 13
const mostOfLabel = 30

export function pointsPicture(panel: Points, room: PictureRoom = usualRoom): PanelPicture {
  const { points, x, y, arrows = [] } = panel
  const extent = extentOf(panel)
  const plotWidth = Math.max(leastWide, Math.min(mostWide, room.width - marked))
  const inner = { wide: plotWidth - 2 * around, high: mostHigh - 2 * around }
  const scale = Math.min(inner.wide / (extent.wide || extent.high), inner.high / (extent.high || extent.wide))
  const plotHeight = Math.max(leastHigh, Math.min(mostHigh, extent.high * scale + 2 * around))
  const edges = {
    left: extent.x - plotWidth / 2 / scale,
    right: extent.x + plotWidth / 2 / scale,
    low: extent.y - plotHeight / 2 / scale,
    high: extent.y + plotHeight / 2 / scale,
  }
  const up = ticks(edges.low, edges.high, (ticksAcross * plotHeight) / mostWide)
  const across = ticks(edges.left, edges.right, (ticksAcross * plotWidth) / mostWide)
  const [write, writeAcross] = [tickWriter(up), tickWriter(across)]
  const left = Math.max(...up.map((tick) => textWidth(write(tick), font))) + 12
  const top = 24
  const xOf = (value: number): number => hundredths(left + (value - edges.left) * scale)
  const yOf = (value: number): number => hundredths(top + (edges.high - value) * scale)
  const labels = points.map((point) => shownLabel(point, mostOfLabel))
  const places = labelPlaces(
    points.map((point, i) => ({
      x: xOf(point.x),
      y: yOf(point.y),
      width: textWidth(labels[i], font),
      height: labelHeight,
    })),
    { x: left, y: top, width: plotWidth, height: plotHeight },
  )
  const lacking = places.filter((place) => place === undefined).length
  const bottom = top + plotHeight
  return {
    width: left + plotWidth,
    height: bottom + (lacking > 0 ? 62 : 42),
    markup: [
      `<text class="note" y="12">↑ ${escaped(readable(y))}</text><g font-size="${font}">`,
      ...up.map(
        (tick) =>
          `<path class="rule" d="M${left} ${yOf(tick)}h${plotWidth}"/><text x="${left - 8}" y="${yOf(tick) + 4}" text-anchor="end">${write(tick)}</text>`,
      ),
      ...across.map(
        (tick) =>
          `<path class="rule" d="M${xOf(tick)} ${top}v${hundredths(plotHeight)}"/><text x="${xOf(tick)}" y="${hundredths(bottom + 16)}" text-anchor="middle">${writeAcross(tick)}</text>`,
      ),
      `<text x="${left + plotWidth / 2}" y="${hundredths(bottom + 34)}" text-anchor="middle">${escaped(readable(x))} →</text>`,
      ...arrows.map(([from, to]) =>
        arrowMarkup([xOf(points[from].x), yOf(points[from].y)], [xOf(points[to].x), yOf(points[to].y)]),
      ),
      ...points.map((point, i) => pointMarkup({ ...point, x: xOf(point.x), y: yOf(point.y) }, labels[i], places[i])),
      lacking > 0
        ? `<text class="note" y="${hundredths(bottom + 56)}">${lacking} of ${points.length} names find no room; pointing at a dot tells its own.</text>`
        : '',
      '</g>',
    ].join(''),
  }
}

/** The place of a text's anchor in its box. */
const along = { start: 0, middle: 0.5, end: 1 } as const

function pointMarkup(
  { label, x, y, isMeant }: Points['points'][number],
  shown: string,
  place: LabelPlace | undefined,
): string {
  const colour = isMeant ? 'against' : 'ink'
  const line =
    place?.isFar === true
      ? `<path class="rule" d="M${x} ${y}L${hundredths(Math.max(place.box.x, Math.min(x, place.box.x + place.box.width)))} ${hundredths(Math.max(place.box.y, Math.min(y, place.box.y + place.box.height)))}"/>`
      : ''
  const text =
    place === undefined
      ? ''
      : `<text class="value"${isMeant ? ' font-weight="600"' : ''} x="${hundredths(place.box.x + place.box.width * along[place.side])}" y="${hundredths(place.box.y + labelHeight - 3)}" text-anchor="${place.side}">${escaped(shown)}</text>`
  return `${line}<circle class="${colour}" cx="${x}" cy="${y}" r="${isMeant ? 4 : 3}"><title>${escaped(readable(label))}</title></circle>${text}`
}

type Place = readonly [x: number, y: number]

/** A line with a head, which ends before the dot that it goes to. */
function arrowMarkup([x, y]: Place, [toX, toY]: Place): string {
  const [across, down] = [toX - x, toY - y]
  const length = Math.hypot(across, down)
  if (length < 16) return ''
  const [right, below] = [across / length, down / length]
  const at = (back: number, side: number): string =>
    `${hundredths(toX - right * back - below * side)} ${hundredths(toY - below * back + right * side)}`
  return `<path class="axis" d="M${hundredths(x + 6 * right)} ${hundredths(y + 6 * below)}L${at(7, 0)}M${at(14, 4)}L${at(7, 0)}L${at(14, -4)}"/>`
}
