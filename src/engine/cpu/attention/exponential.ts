// Powers of two and logarithms for attention's softmax, over vectors of four numbers.
//
// Scores are kept in units of log 2 (queries are scaled by scale / ln 2 once), so that exp(score) is a power of two:
//
//   2^x = 2^n · 2^r   with n = x rounded to a whole number, |r| ≤ 1/2
//
// 2^n is written straight into a number's exponent, 2^r is the polynomial of Cephes' exp2f (S. Moshier,
// netlib.org/cephes). Against 2^x the relative error is below 1.1e-7, with fused multiply-add and without; below
// 2^-126.5 the result is 0.

import type { Machine } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import { pushMultiplyAdd } from './code.ts'

/** Added to x, this leaves n + 127 in the lowest bits: the number is so large that its last bit stands for 1. */
const rounding = 1.5 * 2 ** 23 + 127

/** The coefficients of r^6 down to r^0. */
// biome-ignore format: a table
const powers = [
  1.5353361883195e-4, 1.339887440266574e-3, 9.61843735767464e-3, 5.550332471162809e-2, 2.402264791363012e-1,
  6.931472028550421e-1, 1,
]

/** The least x: its n + 127 is 0, which makes 2^n the number 0 rather than a power. */
const least = -127

/** Constants in registers or on the stack of the function that computes powers. */
export interface ExponentialConstants {
  readonly least: Local
  readonly rounding: Local
  readonly powers: readonly Local[]
}

/** Declares the constants and sets them: outside the loop that uses them. */
export function emitExponentialConstants(f: WasmFunction): ExponentialConstants {
  const constant = (value: number) => {
    const local = f.local('v128')
    f.f32x4(value).set(local)
    return local
  }
  return { least: constant(least), rounding: constant(rounding), powers: powers.map(constant) }
}

/** x := 2^x, for each of several vectors: side by side, so that the one need not wait for the other. */
export function emitExponential(
  f: WasmFunction,
  machine: Machine,
  constants: ExponentialConstants,
  x: readonly Local[],
  scratch: { readonly n: readonly Local[]; readonly power: readonly Local[] },
): void {
  const { n, power } = scratch
  const forEach = (body: (i: number) => void) => {
    for (let i = 0; i < x.length; i++) body(i)
  }
  forEach((i) => f.push(x[i], constants.least).op('f32x4.pmax').set(x[i]))
  forEach((i) => f.push(x[i], constants.rounding).op('f32x4.add').set(n[i]))
  // r, in place of x.
  forEach((i) => f.push(x[i], n[i], constants.rounding).op('f32x4.sub', 'f32x4.sub').set(x[i]))
  const [first, second, ...others] = constants.powers
  forEach((i) => pushMultiplyAdd(f, machine, first, x[i], second).set(power[i]))
  for (const coefficient of others) {
    forEach((i) => pushMultiplyAdd(f, machine, power[i], x[i], coefficient).set(power[i]))
  }
  // The shift throws all of `rounding` away but n + 127, and moves that to where the exponent stands.
  forEach((i) => f.push(power[i], n[i], 23).op('i32x4.shl', 'f32x4.mul').set(x[i]))
}

/**
 * Pushes ln x of a positive vector: x = 2^n · z with z between √½ and √2, and
 *
 *   ln z = 2 · artanh s = 2 · (s + s³/3 + s⁵/5 + …)   with s = (z - 1) / (z + 1), |s| < 0.172
 *
 * of which five terms leave an error below 1e-9. `x` is used up.
 */
export function pushLogarithm(f: WasmFunction, x: Local, scratch: { n: Local; s: Local; square: Local }): void {
  const { n, s, square } = scratch
  const bitsOfRootOfHalf = 0x3f3504f3
  f.push(x, bitsOfRootOfHalf).op('i32x4.splat', 'i32x4.sub').push(23).op('i32x4.shr_s').set(n)
  f.push(x, n, 23).op('i32x4.shl', 'i32x4.sub').set(x)
  f.push(x).f32x4(1).op('f32x4.sub').push(x).f32x4(1).op('f32x4.add', 'f32x4.div').set(s)
  f.push(s, s).op('f32x4.mul').set(square)
  f.f32x4(1 / 9)
  for (const term of [1 / 7, 1 / 5, 1 / 3, 1]) f.push(square).op('f32x4.mul').f32x4(term).op('f32x4.add')
  f.push(s).op('f32x4.mul').f32x4(2).op('f32x4.mul')
  f.push(n).op('f32x4.convert_i32x4_s').f32x4(Math.LN2).op('f32x4.mul', 'f32x4.add')
}
