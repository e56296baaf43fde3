// The functions of single numbers that every engine knows, each with its meaning.
//
// Comparisons give 1 or 0. An engine may round differently (single precision, fused multiply-add, polynomials for the
// transcendental ones); what is right is what stands here, in double precision.

/** Those that are one call or one operation of the language. */
const plain = {
  negate: (x: number) => -x,
  exp: (x: number) => Math.exp(x),
  log: (x: number) => Math.log(x),
  sqrt: (x: number) => Math.sqrt(x),
  reciprocal: (x: number) => 1 / x,
  tanh: (x: number) => Math.tanh(x),
  sin: (x: number) => Math.sin(x),
  cos: (x: number) => Math.cos(x),
  abs: (x: number) => Math.abs(x),
  floor: (x: number) => Math.floor(x),
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
  maximum: (a: number, b: number) => Math.max(a, b),
  minimum: (a: number, b: number) => Math.min(a, b),
  lessEqual: (a: number, b: number) => (a <= b ? 1 : 0),
  less: (a: number, b: number) => (a < b ? 1 : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
  where: (condition: number, then: number, otherwise: number) => (condition !== 0 ? then : otherwise),
} as const satisfies Record<string, (...values: number[]) => number>

export const elementwise = Object.assign({ erf: errorFunction }, plain)

/** The name of a function of single numbers. */
export type Elementwise = keyof typeof elementwise

/** The value of a function of constants; undefined for erf, of which no graph has a constant. */
export function evaluatePlain(name: Elementwise, values: readonly number[]): number | undefined {
  if (name === 'erf') return undefined
  const apply: (...values: number[]) => number = plain[name]
  return apply(...values)
}

/** Applies a function by its name. */
export function evaluate(name: Elementwise, values: readonly number[]): number {
  const apply: (...values: number[]) => number = elementwise[name]
  return apply(...values)
}

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt: its Taylor series for small x, the continued fraction of erfc beyond. */
function errorFunction(x: number): number {
  if (Number.isNaN(x)) return x
  const size = Math.abs(x)
  if (size > 6) return Math.sign(x)
  if (size < 2.5) {
    let term = size
    let sum = size
    for (let n = 1; Math.abs(term) > 1e-17 * sum && n < 200; n++) {
      term *= -(size * size) / n
      sum += term / (2 * n + 1)
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI)
  }
  let fraction = size
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-size * size) / (fraction * Math.sqrt(Math.PI)))
}
