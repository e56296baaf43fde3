// Python's arithmetic and prints of numbers: ints without bound, floats by their shortest digits, ties to the even side.

import { TemplateProblem, type TemplateValue, typeOf } from './values.ts'

export type PythonNumber = bigint | number

/** Python stops printing ints at this many digits; here none longer is computed. */
const largest = 10n ** 4300n

/** An int, if it is not too long. */
export function bounded(value: bigint): bigint {
  if (value > largest || value < -largest)
    throw new TemplateProblem('a number has more than 4,300 digits, which is the limit')
  return value
}

/** A value as a number; booleans are 0 and 1. Undefined for what is none. */
export function figureOf(value: TemplateValue): PythonNumber | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return typeof value === 'boolean' ? BigInt(value) : undefined
}

/** A value as an int, where Python takes nothing else. */
export function intOf(value: TemplateValue): bigint {
  const figure = figureOf(value)
  if (typeof figure !== 'bigint')
    throw new TemplateProblem(`'${typeOf(value)}' object cannot be interpreted as an integer`)
  return figure
}

/** As many as an int says, for counts and widths. */
export const countOf = (value: TemplateValue): number => Number(intOf(value))

export function floorDivide(a: PythonNumber, b: PythonNumber): PythonNumber {
  checkDivisor(b)
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [Number(a), Number(b)]
    const rest = x % y
    // In the order of Python's own, whose roundings it has.
    const quotient = (x - rest) / y - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0)
    if (quotient === 0) return x < 0 === y < 0 ? 0 : -0
    const floor = Math.floor(quotient)
    return quotient - floor > 0.5 ? floor + 1 : floor
  }
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

/** The remainder, with the sign of the divisor. */
export function modulo(a: PythonNumber, b: PythonNumber): PythonNumber {
  checkDivisor(b)
  if (typeof a === 'number' || typeof b === 'number') {
    const [x, y] = [Number(a), Number(b)]
    const rest = x % y
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest === 0 && y < 0 ? -0 : rest
  }
  const rest = a % b
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest
}

export function quotient(a: PythonNumber, b: PythonNumber): number {
  checkDivisor(b)
  if (typeof a === 'number' || typeof b === 'number') return Number(a) / Number(b)
  if (isSafe(a) && isSafe(b)) return Number(a) / Number(b)
  // 64 bits of the quotient and whether anything is left: Number rounds that once.
  const [n, d] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const shift = 64 + bitsOf(d) - bitsOf(n)
  const [high, low] = shift > 0 ? [n << BigInt(shift), d] : [n, d << BigInt(-shift)]
  const quotient = Number((high / low) | (high % low === 0n ? 0n : 1n)) * 2 ** -shift
  if (quotient === Infinity) throw new TemplateProblem('integer division result too large for a float')
  return a < 0n === b < 0n ? quotient : -quotient
}

const isSafe = (value: bigint): boolean => BigInt.asIntN(54, value) === value
export const bitsOf = (value: bigint): number => (value < 0n ? -value : value).toString(2).length

function checkDivisor(b: PythonNumber): void {
  if (Number(b) === 0) throw new TemplateProblem('division by zero')
}

export function raised(a: PythonNumber, b: PythonNumber): PythonNumber {
  if (typeof a === 'bigint' && typeof b === 'bigint' && b >= 0n) {
    if (b * BigInt(bitsOf(a)) > 20_000n && a !== 0n && a !== 1n && a !== -1n) return bounded(largest + 1n)
    return bounded(a ** b)
  }
  const [x, y] = [Number(a), Number(b)]
  if (x === 0 && y < 0) throw new TemplateProblem('0.0 cannot be raised to a negative power')
  if (x < 0 && Number.isFinite(y) && !Number.isInteger(y))
    throw new TemplateProblem('complex numbers are not supported')
  const made = Math.abs(x) === 1 && !Number.isFinite(y) ? 1 : x ** y
  if (!Number.isFinite(made) && Number.isFinite(x) && Number.isFinite(y))
    throw new TemplateProblem('Numerical result out of range')
  return made
}

/** The nearest whole number to a / b; of two equally near the even one. */
function nearest(a: bigint, b: bigint): bigint {
  const twice = 2n * (a % b)
  const down = a / b
  return twice > b || (twice === b && down % 2n === 1n) ? down + 1n : down
}

/** A float that is not negative, as an exact fraction. */
function fractionOf(value: number): [bigint, bigint] {
  if (!Number.isFinite(value)) throw new TemplateProblem(`cannot convert float ${floatText(value)} to digits`)
  let twos = 0
  while (!Number.isInteger(value)) {
    value *= 2
    twos++
  }
  return [BigInt(value), 1n << BigInt(twos)]
}

/** The digits of |value| with a fixed number of them after the point, rounded once: `1.50`. */
export function fixed(value: PythonNumber, digits: number): string {
  const [a, b] = typeof value === 'bigint' ? [value < 0n ? -value : value, 1n] : fractionOf(Math.abs(value))
  const text = nearest(a * 10n ** BigInt(digits), b)
    .toString()
    .padStart(digits + 1, '0')
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** |value| as digits and the power of ten of the first: rounded to so many digits, or the fewest that say which float it is. */
export function scientific(value: number, count?: number): [digits: string, exponent: number] {
  const [shortest, power] = Math.abs(value).toExponential().split('e')
  if (count === undefined || value === 0)
    return [shortest.replace('.', '').padEnd(value === 0 ? (count ?? 1) : 1, '0'), Number(power)]
  const [a, b] = fractionOf(Math.abs(value))
  // The power of ten may be off by one either way before rounding.
  for (let exponent = Number(power) - 1; ; exponent++) {
    const shift: number = count - 1 - exponent
    const digits: bigint = shift >= 0 ? nearest(a * 10n ** BigInt(shift), b) : nearest(a, b * 10n ** BigInt(-shift))
    if (digits.toString().length === count) return [digits.toString(), exponent]
  }
}

/** 10 → `e+10`, −5 → `e-05` */
export const exponentText = (exponent: number): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`

/** `3.0`, `0.1`, `1e+16`, `1e-05` */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const [digits, exponent] = scientific(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  if (exponent < -4 || exponent >= 16) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return sign + mantissa + exponentText(exponent)
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** Python's `round(value, digits)`. */
export function rounded(value: PythonNumber, digits: number): PythonNumber {
  if (typeof value === 'bigint') {
    if (digits >= 0) return value
    const unit = 10n ** BigInt(-digits)
    const size = nearest(value < 0n ? -value : value, unit) * unit
    return value < 0n ? -size : size
  }
  if (!Number.isFinite(value) || digits > 323) return value
  if (digits >= 0) return Math.sign(value) * Number(fixed(value, digits)) || (value < 0 ? -0 : 0)
  const [a, b] = fractionOf(Math.abs(value))
  const unit = 10n ** BigInt(Math.min(-digits, 400))
  return Math.sign(value) * Number(nearest(a, b * unit) * unit)
}

/** A text with the digits of other scripts as ours, and without blanks at its ends. */
function westernDigits(text: string): string {
  return text.trim().replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0
    let value = 0
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
    return String(value)
  })
}

/** The int in a text, as Python's `int(text, base)` reads it; undefined where it holds none. */
export function intIn(text: string, base = 10): bigint | undefined {
  const [, sign, body] = /^([+-]?)([0-9a-z_]+)$/i.exec(westernDigits(text)) ?? []
  if (body === undefined) return undefined
  const [, prefix, digits] = /^(0[xob])?_?(.+)$/i.exec(body) ?? []
  const ofPrefix = prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix[1].toLowerCase()]
  const isPrefixed = ofPrefix !== undefined && (base === 0 || base === ofPrefix)
  const [radix, rest] = isPrefixed ? [ofPrefix, digits] : [base || 10, body]
  if (!/^[0-9a-z]+(_[0-9a-z]+)*$/i.test(rest) || (base === 0 && !isPrefixed && /^0+[1-9]/.test(rest))) return undefined
  let value = 0n
  for (const each of rest.replaceAll('_', '')) {
    const digit = Number.parseInt(each, 36)
    if (digit >= radix) return undefined
    value = bounded(value * BigInt(radix) + BigInt(digit))
  }
  return sign === '-' ? -value : value
}

/** The float in a text, as Python's `float(text)` reads it; undefined where it holds none. */
export function floatIn(text: string): number | undefined {
  const bare = westernDigits(text).toLowerCase()
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/.exec(bare) ?? []
  if (word !== undefined) return word === 'nan' ? NaN : sign === '-' ? -Infinity : Infinity
  const part = String.raw`\d+(?:_\d+)*`
  if (!new RegExp(`^[+-]?(?:${part}(?:\\.(?:${part})?)?|\\.${part})(?:e[+-]?${part})?$`).test(bare)) return undefined
  return Number(bare.replaceAll('_', ''))
}
