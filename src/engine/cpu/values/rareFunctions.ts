// Elementary functions that few models have, loaded for programs that have them (rare.ts). As in elementary.ts,
// test/engine/values.test.ts holds every function to its bound.

import { polynomial, powerLessOne } from './elementary.ts'
import {
  multiplyAdd,
  numberOfBits,
  operation,
  select,
  shift,
  splat,
  subtractProduct,
  type Term,
  times,
} from './terms.ts'

/** The functions that are here, by their name. */
export const rareFunctions = {
  erf,
  sin: (x: Term): Term => wave(x, 0),
  cos: (x: Term): Term => wave(x, 1),
}

// π/2 in parts so short that the products with a whole number are exact.
const quarterTurn = (() => {
  const part = (rest: number, bits: number) => Math.floor(rest * 2 ** bits) / 2 ** bits
  const first = part(Math.PI / 2, 6)
  const second = part(Math.PI / 2 - first, 13)
  const third = part(Math.PI / 2 - first - second, 20)
  return [first, second, third, Math.PI / 2 - first - second - third]
})()

/** |erf(x)| = 1 − 2^(−a · P(a)), with a = |x|; from a = 4 on it is 1 in 32 bits. */
function erf(x: Term): Term {
  const a = operation('f32x4.pmin', operation('f32x4.abs', x), splat(4))
  const exponent = polynomial(
    a,
    [
      -1.6279075145721436, -0.9184291362762451, -0.14842593669891357, 0.02813793160021305, -0.0006471843225881457,
      -0.0015652751317247748, 0.0004684246378019452, -0.000048102810978889465,
    ],
  )
  const size = powerLessOne(times(exponent, a))
  // The size comes out negative; the sign of −0 is the only bit that x gives.
  return operation('v128.bitselect', x, operation('f32x4.neg', size), splat(-0))
}

/** sin(x + ahead · π/2): x = n · π/2 + r, and n's two lowest bits tell which of ±sin r, ±cos r it is. Good up to |x| = 10⁵. */
function wave(x: Term, ahead: 0 | 1): Term {
  const n = operation('f32x4.nearest', times(x, splat(2 / Math.PI)))
  const r = quarterTurn.reduce((rest, part) => subtractProduct(n, splat(part), rest), x)
  const square = times(r, r)
  const sine = multiplyAdd(
    times(polynomial(square, [-0.16666655242443085, 0.008332154713571072, -0.000195140833966434]), square),
    r,
    r,
  )
  const cosine = polynomial(square, [1, -0.5, 0.04166664555668831, -0.0013887337408959866, 0.000024434844817733392])
  const whole = operation('i32x4.trunc_sat_f32x4_s', n)
  const quarter = ahead === 0 ? whole : operation('i32x4.add', whole, splat(numberOfBits(ahead)))
  const isOdd = shift('i32x4.shr_s', shift('i32x4.shl', quarter, 31), 31)
  const sign = operation('v128.and', shift('i32x4.shl', quarter, 30), splat(-0))
  return operation('v128.xor', select(isOdd, cosine, sine), sign)
}
