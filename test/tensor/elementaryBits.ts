// One number made of the bits of many results, to be compared between engines.

import * as elementary from '../../src/tensor/elementary.ts'

/** A hash (FNV-1a, 32 bits) of the bits of every function at 2,000 places. */
export function bitsOfElementary(): number {
  const { expOf, logOf, sinOf, cosOf, power } = elementary
  const words = new DataView(new ArrayBuffer(8))
  let hash = 0x811c9dc5
  for (let i = 0; i < 2000; i++) {
    const x = (i * 0.6180339887498949) % 1
    for (const value of [expOf(40 * (x - 0.5)), logOf(x), sinOf(1000 * x), cosOf(1000 * x), power(10000, x)]) {
      words.setFloat64(0, value)
      for (const word of [words.getUint32(0), words.getUint32(4)]) hash = Math.imul(hash ^ word, 0x01000193)
    }
  }
  return hash >>> 0
}
