// Heads as text, for pages that load nothing: half-precision floats or bytes, deflated, in base 64.
//
// The low bytes of all numbers stand before the high ones, since what repeats are exponents.

import type { AttentionKind, AttentionQuantity, PackedKind } from './data.ts'
import { byteForms, fromBytes, isSeen, largest } from './pooling.ts'

/** All heads of one kind and one quantity, numbers [layer, head, position, source]. */
export interface WholeKind {
  readonly kind: AttentionKind
  readonly quantity: AttentionQuantity
  readonly layers: readonly number[]
  readonly heads: readonly number[]
  readonly values: Float32Array
}

/** Packs heads. `bits`: 16 if not given, which keeps three digits of each number. */
export async function packedKind({ values, ...which }: WholeKind, bits: 8 | 16 = 16): Promise<PackedKind> {
  const most = largest([values])
  const bytes = bits === 8 ? byteForms(values, most) : halves(values, most)
  return { ...which, bits, most, values: toBase64(await through(bytes, new CompressionStream('deflate-raw'))) }
}

/** The numbers of packed heads. */
export async function unpacked({ bits, most, values }: PackedKind): Promise<Float32Array> {
  const bytes = await through(fromBase64(values), new DecompressionStream('deflate-raw'))
  return bits === 8 ? fromBytes(bytes, most) : fromHalves(bytes, most)
}

const masked = 0x7e00

/** Numbers as shares of `most` in half precision (IEEE 754 binary16): 11 bits of each, from 2⁻²⁴ on. */
function halves(values: Float32Array, most: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * values.length)
  const share = new Float32Array(1)
  const word = new Uint32Array(share.buffer)
  for (const [i, value] of values.entries()) {
    share[0] = Math.abs(value) / (most || 1)
    // From 2⁻¹⁴ on the exponent is 112 less, and the last 13 bits are rounded; below it is a whole number of 2⁻²⁴.
    const amount = share[0] < 2 ** -14 ? Math.round(share[0] * 2 ** 24) : ((word[0] + 0x1000) >>> 13) - (112 << 10)
    const half = isSeen(value) ? amount + (value < 0 ? 0x8000 : 0) : masked
    bytes[i] = half & 0xff
    bytes[values.length + i] = half >> 8
  }
  return bytes
}

function fromHalves(bytes: Uint8Array, most: number): Float32Array {
  const values = new Float32Array(bytes.length / 2)
  for (let i = 0; i < values.length; i++) {
    const half = bytes[i] + 256 * bytes[values.length + i]
    const [exponent, mantissa] = [(half >> 10) & 31, half & 1023]
    const amount = exponent ? (1024 + mantissa) * 2 ** (exponent - 25) : mantissa * 2 ** -24
    values[i] = half === masked ? Number.NaN : most * (half >= 0x8000 ? -amount : amount)
  }
  return values
}

/** Bytes as a stream made others of them. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: TransformStream<BufferSource, Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  // So many arguments a function takes everywhere.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
