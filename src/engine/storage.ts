// The types in which an engine keeps a parameter's numbers, and bfloat16: the first half of a 32-bit float, with 8 bits of precision.
//
// A bfloat16 becomes a float by putting 16 zero bits behind it. The other way round a float is rounded to the nearest one, of
// two equally near to the one whose last bit is 0.

import type { Node } from '../tensor/node.ts'
import { called } from './lent.ts'

/** The types that an engine may be asked to keep a parameter as. */
export type StorageType = 'f32' | 'bf16'

/** Throws unless a parameter can be kept as that, or is. `known`: how it is kept already. */
export function checkKept(parameter: Node, known: StorageType | undefined, type: StorageType): void {
  if (known && type !== known)
    throw new Error(
      `keep: ${called(parameter)} is kept as ${known} already; ask for ${type} before it is used in any other way.`,
    )
  if (!known && type === 'bf16' && parameter.axes.length < 2)
    throw new Error(`keep: ${called(parameter)} cannot be kept as bf16, only matrices can; ask for f32.`)
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The bits of the bfloat16 that is nearest to a number. */
export function toBfloat16(value: number): number {
  float[0] = value
  const whole = bits[0]
  if (Number.isNaN(value)) return (whole >>> 16) | 0x40
  return (whole + 0x7fff + ((whole >>> 16) & 1)) >>> 16
}

/** The number that a bfloat16 is. */
export function fromBfloat16(half: number): number {
  bits[0] = half << 16
  return float[0]
}
