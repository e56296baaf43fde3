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
export function legendMarks({ quantity, scale, most }: Pick<HeadSight, 'quantity' | 'scale' | 'most'>): string[] {
  const end = scale === 'row' ? 1 : most
  const least = scale === 'log' ? `≤ ${shortNumber(end * 10 ** -decades)}` : '0'
  return isSigned(quantity)
    ? [shortNumber(-end), '0', shortNumber(end)]
    : [least, shortNumber(valueOfStrength(scale, 0.5, end)), shortNumber(end)]
}

/** `share of attention, square root` */
export const legendTitle = ({ quantity, scale }: Pick<HeadSight, 'quantity' | 'scale'>): string =>
  `${quantityNames[quantity]}, ${scaleNames[scale]}`

export function drawLegend(root: HTMLElement, sight: HeadSight): void {
  const start = isSigned(sight.quantity) ? -1 : 0
  const bar = made('div', { class: 'bar' })
  const stops = Array.from({ length: 9 }, (_, i) => sight.colour(start + (i / 8) * (1 - start)))
  bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(', ')})`
  const marks = legendMarks(sight).map((text) => made('span', {}, text))
  const { positions, sources } = sight.padding
  root.replaceChildren(
    made('span', { class: 'unit' }, legendTitle(sight)),
    made('div', { class: 'ramp' }, bar, made('div', { class: 'marks' }, ...marks)),
    made('span', { class: 'key' }, made('i', { class: 'hatched' }), 'masked'),
    ...(positions.length + sources.length > 0
      ? [made('span', { class: 'key' }, made('i', { class: 'greyed' }), 'padding')]
      : []),
  )
}
