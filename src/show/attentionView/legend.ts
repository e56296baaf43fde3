// The legend: the colours, the numbers that they stand for, and the scale between them; always in sight.

import { type AttentionScale, decades, isSigned, valueOfStrength } from './colour.ts'
import { made } from './dom.ts'
import type { HeadSight } from './sight.ts'
import { quantityNames, shortNumber } from './spoken.ts'

export const scaleNames: Readonly<Record<AttentionScale, string>> = {
  sqrt: 'square root',
  linear: 'linear',
  log: 'logarithm',
  row: 'of its row’s most',
}

/** The numbers of a legend: the least, that in the middle, and the most; in the middle is 0 where there are numbers below it. */
export function legendMarks({ quantity, scale, most }: HeadSight): string[] {
  const end = scale === 'row' ? 1 : most
  const all = isSigned(quantity)
    ? [-end, 0, end]
    : [scale === 'log' ? end * 10 ** -decades : 0, valueOfStrength(scale, 0.5, end), end]
  return all.map((value, i) => (scale === 'log' && !isSigned(quantity) && i === 0 ? '≤ ' : '') + shortNumber(value))
}

/** The strength of a place along a legend, from 0 to 1. */
export const legendStrength = ({ quantity }: HeadSight, place: number): number =>
  isSigned(quantity) ? 2 * place - 1 : place

/** `share of attention, square root` */
export const legendTitle = ({ quantity, scale }: HeadSight): string =>
  `${quantityNames[quantity]}, ${scaleNames[scale]}`

export function drawLegend(root: HTMLElement, sight: HeadSight): void {
  const bar = made('i')
  const stops = Array.from({ length: 9 }, (_, i) => sight.colour(legendStrength(sight, i / 8)))
  bar.style.backgroundImage = `linear-gradient(90deg,${stops})`
  const key = (name: string, looks: string): HTMLElement => made('span', {}, made('i', { class: looks }), name)
  root.replaceChildren(
    legendTitle(sight),
    made('div', {}, bar, ...legendMarks(sight).map((text) => made('span', {}, text))),
    key('masked', 'hatched'),
    ...(sight.padding.positions.length + sight.padding.sources.length ? [key('padding', 'grey')] : []),
  )
}
