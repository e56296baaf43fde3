// The elementary functions, in terms of what a vector machine can do; those that few models have stand in rareFunctions.ts.
//
// The coefficients were fitted for the least greatest error within the range that stands beside them;
// test/engine/values.test.ts holds every function to its bound.

import {
  clamp,
  dividedBy,
  mask,
  minus,
  multiplyAdd,
  numberOfBits,
  operation,
  plus,
  select,
  shift,
  splat,
  subtractProduct,
  type Term,
  times,
} from './terms.ts'

/** Σ coefficients[i] · xⁱ */
export function polynomial(x: Term, coefficients: readonly number[]): Term {
  const [highest = 0, ...lower] = coefficients.toReversed()
  return lower.reduce((sum, coefficient) => multiplyAdd(sum, x, splat(coefficient)), splat(highest))
}

// ln 2 in parts so short that the products with a whole number are exact.
const ln2 = { high: 0.693359375, low: Math.LN2 - 0.693359375 }

/** Adding this rounds to a whole number n, and leaves n + 127 in the lowest bits: shifted up, the exponent of 2ⁿ. */
const rounder = splat(1.5 * 2 ** 23 + 127)
const powerOf = (rounded: Term): Term => shift('i32x4.shl', rounded, 23)

/**
 * exp(x) = 2ⁿ · exp(r), with n = round(x / ln 2) and r = x − n · ln 2 in ±ln 2 / 2.
 *
 * Below −87.69 the result is 0; above 88.37 (already there, not only from 88.72 on) it is ∞.
 */
export function expTerm(x: Term): Term {
  const bounded = clamp(x, -88.2, 88.5)
  const rounded = multiplyAdd(bounded, splat(Math.LOG2E), rounder)
  const n = minus(rounded, rounder)
  const r = subtractProduct(n, splat(ln2.low), subtractProduct(n, splat(ln2.high), bounded))
  const ofRest = polynomial(
    r,
    [1, 1, 0.4999999403953552, 0.1666651964187622, 0.04166839271783829, 0.008368780836462975, 0.001381446490995586],
  )
  return times(ofRest, powerOf(rounded))
}

/** 2ʸ − 1 = 2ⁿ · (2ʳ − 1) + (2ⁿ − 1), with r in ±½ and y in ±126: as exact relative to itself, however small y is. */
export function powerLessOne(y: Term): Term {
  const rounded = plus(y, rounder)
  const r = minus(y, minus(rounded, rounder))
  const power = powerOf(rounded)
  const ofRest = times(
    polynomial(
      r,
      [
        0.6931471824645996, 0.24022650718688965, 0.055503569543361664, 0.009618029929697514, 0.0013390982057899237,
        0.00015469863137695938,
      ],
    ),
    r,
  )
  return multiplyAdd(ofRest, power, minus(power, splat(1)))
}

/** log(x) = e · ln 2 + log(1 + r), where x = 2ᵉ · (1 + r) and 1 + r lies between √½ and √2. */
export function logTerm(x: Term): Term {
  const isTiny = mask('f32x4.lt', x, splat(2 ** -126))
  const normal = select(isTiny, times(x, splat(2 ** 23)), x)
  const halfRoot = splat(numberOfBits(0x3f3504f3))
  const bits = operation('i32x4.sub', normal, halfRoot)
  const exponent = operation('f32x4.convert_i32x4_s', shift('i32x4.shr_s', bits, 23))
  const e = plus(exponent, operation('v128.and', isTiny, splat(-23)))
  const mantissa = operation('i32x4.add', operation('v128.and', bits, splat(numberOfBits(0x007fffff))), halfRoot)
  const r = minus(mantissa, splat(1))
  const tail = polynomial(
    r,
    [
      0.3333333134651184, -0.25000837445259094, 0.2000129222869873, -0.16622763872146606, 0.14199699461460114,
      -0.13164198398590088, 0.1277908831834793, -0.07646037638187408,
    ],
  )
  const square = times(r, r)
  const rest = multiplyAdd(times(tail, r), square, times(e, splat(ln2.low)))
  const finite = multiplyAdd(e, splat(ln2.high), plus(subtractProduct(square, splat(0.5), rest), r))
  const isBounded = mask('f32x4.lt', x, splat(Infinity))
  const isPositive = mask('f32x4.gt', x, splat(0))
  const isZero = mask('f32x4.eq', x, splat(0))
  return select(isPositive, select(isBounded, finite, x), select(isZero, splat(-Infinity), splat(NaN)))
}

/** tanh(x) = (e²ˣ − 1) / (e²ˣ + 1) */
export function tanhTerm(x: Term): Term {
  const lessOne = powerLessOne(clamp(times(x, splat(2 * Math.LOG2E)), -30, 30))
  return dividedBy(lessOne, plus(lessOne, splat(2)))
}

/**
 * A uniform number in [0, 1) for whole numbers `cell`, the same bits as uniform() of random.ts.
 * `seed` = key xor mix(step), mixed.
 */
export function randomTerm(seed: Term, cell: Term): Term {
  const hash = mix(operation('i32x4.add', mix(cell), seed))
  return times(operation('f32x4.convert_i32x4_s', shift('i32x4.shr_u', hash, 8)), splat(2 ** -24))
}

/** The seed that `randomTerm` needs, of a key (a whole number, as four equal lanes) and a step (a number). */
export function seedTerm(key: Term, step: Term): Term {
  return mix(operation('v128.xor', key, mix(operation('i32x4.trunc_sat_f32x4_u', step))))
}

/** Spreads 32 bits over 32 bits, one to one. */
function mix(bits: Term): Term {
  const fold = (x: Term, count: number) => operation('v128.xor', x, shift('i32x4.shr_u', x, count))
  const first = operation('i32x4.mul', fold(bits, 16), splat(numberOfBits(0x21f0aaad)))
  return fold(operation('i32x4.mul', fold(first, 15), splat(numberOfBits(0x735a2d97))), 15)
}
