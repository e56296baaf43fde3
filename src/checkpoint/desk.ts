// The desk on which pieces are worked on: memory for one at a time, used again and again, so that a checkpoint of any size
// passes over it.

import { allocate, type Numbers, type NumberType, part } from './numbers.ts'

/** The length of a piece, in bytes. Two of them stay in the processor's cache while they are rearranged. */
export const pieceBytes = 2 ** 21

export class Desk {
  #bytes: Uint8Array | undefined
  readonly #numbers = new Map<NumberType, Numbers>()

  /** Room for a piece as a file has it; of two that are compared, the second in the other half. */
  bytes(length: number, half: 0 | 1 = 0): Uint8Array {
    this.#bytes ??= new Uint8Array(2 * pieceBytes)
    return this.#bytes.subarray(half * pieceBytes, half * pieceBytes + length)
  }

  /** Room for so many numbers; one of each format. */
  numbers(type: NumberType, count: number): Numbers {
    const room = this.#numbers.get(type)
    if (room !== undefined && room.data.length >= count) return part(room, 0, count)
    const made = allocate(type, count)
    this.#numbers.set(type, made)
    return made
  }
}
