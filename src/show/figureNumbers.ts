// The numbers of figures as texts, and their places on scales.

import type { PanelOf } from './figure.ts'

/** Writes each number of a panel with equally many decimals: three digits of the largest, none that say nothing. */
export function numberWriter(values: ArrayLike<number>): (value: number) => string {
  const most = Array.from(values).reduce(
    (so, value) => (Number.isFinite(value) ? Math.max(so, Math.abs(value)) : so),
    0,
  )
  const isWhole = Array.from(values).every((value) => !Number.isFinite(value) || Number.isInteger(value))
  const isFar = most >= 1e6 || (most > 0 && most < 1e-4)
  const decimals = isWhole || most === 0 ? 0 : Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(most))))
  return (value) => {
    if (Number.isNaN(value)) return ''
    if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
    if (isFar) return value === 0 ? '0' : value.toExponential(2)
    const text = value.toFixed(decimals)
    // Nothing is less than nothing: -0.00 is 0.00.
    return /^-[0.]+$/.test(text) ? text.slice(1) : text
  }
}

/** Writes shares: with three decimals at most, so that those of several panels can be compared, unless all are next to nothing. */
export function shareWriter(values: ArrayLike<number>): (value: number) => string {
  const isSmall = Array.from(values).every((value) => !(Math.abs(value) >= 0.005))
  const write = numberWriter(values)
  return isSmall || Array.from(values).some((value) => Math.abs(value) >= 1)
    ? write
    : numberWriter([...Array.from(values), 0.5])
}

/** A number of a table, to six digits where it has more. */
export const sixDigits = (value: number): string => {
  if (Number.isNaN(value)) return ''
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  return String(Number(value.toPrecision(6)))
}

/** A number of a table whose rows differ by powers of ten, to three digits. */
export const threeDigits = (value: number): string => {
  if (!Number.isFinite(value)) return sixDigits(value)
  const size = Math.abs(value)
  return size === 0 || (size >= 1e-3 && size < 1e6) ? String(Number(value.toPrecision(3))) : value.toExponential(2)
}

/** A number of a sentence: three digits, a true minus. */
export const sentenceNumber = (value: number): string => threeDigits(value).replaceAll('-', '−')

/** The ends of a grid's scale: 0 and 1 for shares, equally far on both sides of 0 where it is signed. */
export function scaleEnds({ values, scale }: Pick<PanelOf<'grid'>, 'values' | 'scale'>): readonly [number, number] {
  if (scale === 'share') return [0, 1]
  const finite = Array.from(values).filter(Number.isFinite)
  const [least, most] = finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0])
  if (scale === 'signed') return [-Math.max(-least, most), Math.max(-least, most)]
  // Amounts begin at 0, unless all of them lie beyond half of the largest: then what tells them apart would not be seen.
  const lowest = finite.reduce((low, value) => Math.min(low, value), Infinity)
  return [lowest > most / 2 && lowest < most ? lowest : least, most]
}

/**
 * The strength of a cell's shade in a grid: 0 to 1, or -1 to 1 where it is signed; NaN for an empty one. Of a share it is the
 * square root, since most shares are small and the eye should see them too.
 */
export function strengthOf(panel: Pick<PanelOf<'grid'>, 'values' | 'scale'>): (value: number) => number {
  const [low, high] = scaleEnds(panel)
  const within = (value: number): number => Math.max(panel.scale === 'signed' ? -1 : 0, Math.min(1, value))
  return (value) => {
    if (Number.isNaN(value)) return Number.NaN
    if (panel.scale === 'share') return Math.sqrt(within(value))
    if (panel.scale === 'signed') return high === 0 ? 0 : within(value / high)
    return high === low ? 0 : within((value - low) / (high - low))
  }
}

/** Writes the round numbers of an axis, each with as many decimals as one of them needs. */
export function tickWriter(ticks: readonly number[]): (tick: number) => string {
  const decimals = Math.max(0, ...ticks.map((tick) => /\.(\d+)$/.exec(String(tick))?.[1].length ?? 0))
  const isFar = ticks.some((tick) => /e/.test(String(tick)) || Math.abs(tick) >= 1e6)
  return isFar ? numberWriter(ticks) : (tick) => (tick === 0 ? 0 : tick).toFixed(decimals)
}

/** Round numbers between two, about so many: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const wide = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(wide))
  const step = power * ([1, 2, 5].find((each) => each * power >= wide * 0.999) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}
