// Exponentials, logarithms, powers, sines and cosines of single numbers, with the same bits wherever JavaScript runs.
//
// Math.exp and its like may end in any last bit the engine likes, and engines differ. These are made of +, −, ·, / and rounding,
// which IEEE 754 settles to the bit. Where a result must be the same everywhere (starting weights, ln p of a token, rates),
// these are used; their error is below three units of the last bit, powers aside.

/** ln 2, 2/π and π/2 in parts: the first ones have so few bits that their products with whole numbers below 2²¹ are exact. */
const ln2 = { high: 0.6931471803691238, low: 1.9082149292705877e-10 }
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21]
const perHalfPi = 0.6366197723675814

/** 1/0!, 1/1!, 1/2!, … */
const inverseFactorials = Array.from({ length: 18 }, (_, n) => {
  let factorial = 1
  for (let i = 2; i <= n; i++) factorial *= i
  return 1 / factorial
})

/** The number of steps from one power of two to the next. */
const steps = 64
const step = { high: ln2.high / steps, low: ln2.low / steps }
/** 2^(0/64), 2^(1/64), … 2^(63/64), by the series. */
const roots = Float64Array.from({ length: steps }, (_, j) => {
  const x = j * step.high + j * step.low
  let sum = 0
  for (let n = 17; n >= 1; n--) sum = (sum + inverseFactorials[n]) * x
  return 1 + sum
})
/** 2⁻¹⁰²², …, 2¹⁰²³ */
const powersOfTwo = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022))

/** eˣ = 2^(k/64) · eʳ, where |r| ≤ ln 2 / 128. */
export function expOf(x: number): number {
  if (!(x >= -708 && x <= 709)) return extremeExp(x)
  const k = Math.round(x / (step.high + step.low))
  const r = x - k * step.high - k * step.low
  const series = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720))))))
  const root = roots[k & (steps - 1)]
  return (root + root * series) * powersOfTwo[1022 + (k >> 6)]
}

/** The last of two steps, in which the result may leave the normal numbers. */
function extremeExp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 710) return Infinity
  if (x < -746) return 0
  const root = expOf(x / 2)
  return root * root
}

/** ln x = k ln 2 + ln m, where x = 2ᵏ · m with m from √½ to √2, and ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1)/(m + 1). */
export function logOf(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return Infinity
  const { m, k } = split(x)
  const s = (m - 1) / (m + 1)
  const square = s * s
  let sum = 0
  for (let n = 25; n >= 3; n -= 2) sum = (sum + 1 / n) * square
  // m − 1 is exact, and 2s = (m − 1) − s · (m − 1): so the largest part has no error of its own.
  const excess = m - 1
  return k * ln2.high + (excess - (s * (excess - 2 * sum) - k * ln2.low))
}

/** xʸ = e^(y ln x), for x ≥ 0; relative error up to |y ln x| · 2⁻⁵². */
export function power(x: number, y: number): number {
  return y === 0 ? 1 : expOf(y * logOf(x))
}

/** sin x, in radians. Exact reduction up to |x| = 3 · 10⁶. */
export function sinOf(x: number): number {
  return turned(x, 0)
}

/** cos x, in radians. Exact reduction up to |x| = 3 · 10⁶. */
export function cosOf(x: number): number {
  return turned(x, 1)
}

/** sin(x + quarters · π/2): x = n · π/2 + r with |r| ≤ π/4, and n tells which of ±sin r, ±cos r it is. */
function turned(x: number, quarters: number): number {
  if (!Number.isFinite(x)) return NaN
  const n = Math.round(x * perHalfPi)
  const first = x - n * halfPi[0]
  const second = first - n * halfPi[1]
  // What was lost when that was rounded, and the rest of π/2; then once more, so that `rest` is less than r's last bit.
  const lost = first - second - n * halfPi[1] - n * halfPi[2]
  const r = second + lost
  const rest = second - r + lost
  const quadrant = (((n + quarters) % 4) + 4) % 4
  const value = quadrant % 2 === 0 ? sineOf(r, rest) : cosineOf(r, rest)
  return quadrant < 2 ? value : -value
}

/** sin(r + rest) = r − r³/3! + r⁵/5! − …, |r| ≤ π/4 */
function sineOf(r: number, rest: number): number {
  const square = r * r
  let sum = 0
  for (let n = 17; n >= 3; n -= 2) sum = ((n % 4 === 1 ? 1 : -1) * inverseFactorials[n] + sum) * square
  return r + (r * sum + rest)
}

/** cos(r + rest) = 1 − r²/2! + r⁴/4! − …, |r| ≤ π/4 */
function cosineOf(r: number, rest: number): number {
  const square = r * r
  let sum = 0
  for (let n = 16; n >= 4; n -= 2) sum = ((n % 4 === 0 ? 1 : -1) * inverseFactorials[n] + sum) * square
  const half = square / 2
  const near = 1 - half
  return near + (1 - near - half + (sum * square - r * rest))
}

const words = new DataView(new ArrayBuffer(8))

/** x = 2ᵏ · m with m from √½ to √2. */
function split(x: number): { m: number; k: number } {
  const isSmall = x < 2 ** -1022
  words.setFloat64(0, isSmall ? x * 2 ** 54 : x)
  const high = words.getUint32(0)
  let k = (high >>> 20) - 1023
  words.setUint32(0, (high & 0xfffff) | (1023 << 20))
  let m = words.getFloat64(0)
  if (m > Math.SQRT2) {
    m /= 2
    k++
  }
  return { m, k: isSmall ? k - 54 : k }
}
