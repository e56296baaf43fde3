// Numbers as the page writes them: three digits that count, a true minus. What is copied has all digits.

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** A number for the eye: −0.0123, 1.23, 1,230, 1.23e−9. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no number' : value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text =
    size >= 1e7 || size < 1e-4 ? value.toExponential(2) : size >= 1000 ? grouped.format(value) : value.toPrecision(3)
  return text.replace(/-/g, '−').replace('e+', 'e')
}

/** A count: 1,115,394. */
export const countText = (value: number): string => grouped.format(value)

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** A count for the eye: 208 k, 1.12 M. */
export const roughText = (value: number): string =>
  compact
    .format(value)
    .replace(/K$/, 'k')
    .replace(/(?=[kMBT]$)/, ' ')

/** A share: 61 %. */
export const shareText = (value: number): string => `${value > 0 && value < 0.01 ? '<1' : Math.round(100 * value)} %`
