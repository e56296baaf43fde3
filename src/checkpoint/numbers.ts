// Floating point numbers in the formats that files and engines keep them in, and from each into each.
//
//          sign exponent fraction
//   f64       1       11       52
//   f32       1        8       23
//   bf16      1        8        7     the upper half of an f32
//   f16       1        5       10     IEEE 754 binary16
//
// Into a format with fewer bits a number is rounded once, to the nearest one, and of two equally near to the even one.

/** An array of numbers in one of the formats; f16 and bf16 as their bits. */
export type Numbers =
  | { readonly type: 'f32'; readonly data: Float32Array }
  | { readonly type: 'f64'; readonly data: Float64Array }
  | { readonly type: 'bf16' | 'f16'; readonly data: Uint16Array }

export type NumberType = Numbers['type']

/** Bytes of one number. */
export const bytesOfNumber: Readonly<Record<NumberType, number>> = { f32: 4, f64: 8, bf16: 2, f16: 2 }

/** Bytes as numbers of a format, in place. They must begin on a multiple of the format's width. */
export function numbersIn(type: NumberType, bytes: Uint8Array): Numbers {
  const { buffer, byteOffset } = bytes
  const length = bytes.byteLength / bytesOfNumber[type]
  if (type === 'f32') return { type, data: new Float32Array(buffer, byteOffset, length) }
  if (type === 'f64') return { type, data: new Float64Array(buffer, byteOffset, length) }
  return { type, data: new Uint16Array(buffer, byteOffset, length) }
}

/** The numbers' own bytes. */
export function bytesOf({ data }: Numbers): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** A part of the numbers, in place. */
export function part(numbers: Numbers, begin: number, end: number): Numbers {
  if (numbers.type === 'f32') return { type: 'f32', data: numbers.data.subarray(begin, end) }
  if (numbers.type === 'f64') return { type: 'f64', data: numbers.data.subarray(begin, end) }
  return { type: numbers.type, data: numbers.data.subarray(begin, end) }
}

/** Room for so many numbers. */
export function allocate(type: NumberType, count: number): Numbers {
  return numbersIn(type, new Uint8Array(count * bytesOfNumber[type]))
}

/** Writes numbers into others of whatever format; both have equally many. */
export function convert(from: Numbers, to: Numbers): void {
  if (from.type === to.type) to.data.set(from.data)
  else if (to.type === 'f16') throw new Error('numbers: nothing is written as F16. Write F32 or BF16.')
  else if (from.type === 'f32') {
    if (to.type === 'bf16') roundFloats(from.data, to.data)
    else to.data.set(from.data)
  } else if (from.type === 'f64') {
    if (to.type === 'bf16') roundDoubles(from.data, to.data)
    else to.data.set(from.data)
  } else if (to.type === 'f32') {
    if (from.type === 'bf16') widenBrainFloats(from.data, to.data)
    else widenHalves(from.data, to.data)
  } else {
    // F32 holds both exactly, so that it does not matter that they are passed through it.
    const { length } = from.data
    const floats = new Float32Array(Math.min(length, stretch))
    for (let begin = 0; begin < length; begin += stretch) {
      const end = Math.min(length, begin + stretch)
      const some = part({ type: 'f32', data: floats }, 0, end - begin)
      convert(part(from, begin, end), some)
      convert(some, part(to, begin, end))
    }
  }
}

/** The number of numbers that pass through another format at a time: few enough to stay in the processor's nearest cache. */
const stretch = 4096

function widenBrainFloats(from: Uint16Array, to: Float32Array): void {
  const words = wordsOf(to)
  for (let i = 0; i < from.length; i++) words[i] = from[i] << 16
}

/**
 * The bits of an f16, shifted to where f32 has them, are a number that is too small by 2^112, the difference of the two
 * exponents' zeros (127 − 15); small numbers without a leading one come out right as well. Exponent 31 (infinity, not a
 * number) must become f32's 255.
 */
function widenHalves(from: Uint16Array, to: Float32Array): void {
  const words = wordsOf(to)
  for (let i = 0; i < from.length; i++) {
    const half = from[i]
    const hasValue = (half & 0x7c00) !== 0x7c00
    words[i] = ((half & 0x8000) << 16) | (hasValue ? 0 : 0x7f800000) | ((half & 0x7fff) << 13)
    to[i] *= 2 ** 112
  }
}

function roundFloats(from: Float32Array, to: Uint16Array): void {
  const words = wordsOf(from)
  for (let i = 0; i < from.length; i++) to[i] = roundWord(words[i])
}

/** An f32's bits to the nearest bf16's: what carries over from the fraction goes into the exponent, as it should. */
function roundWord(word: number): number {
  const isNotNumber = (word & 0x7fffffff) > 0x7f800000
  return isNotNumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
}

/**
 * By way of f32, but without rounding there: what does not fit is cut off, and leaves its trace in the last bit, which
 * tells a half from a little more than a half (rounding to odd).
 */
function roundDoubles(from: Float64Array, to: Uint16Array): void {
  const float = new Float32Array(1)
  const word = wordsOf(float)
  for (let i = 0; i < from.length; i++) {
    const value = from[i]
    float[0] = value
    if (float[0] !== value && !Number.isNaN(value)) {
      if (Math.abs(float[0]) > Math.abs(value)) word[0]--
      word[0] |= 1
    }
    to[i] = roundWord(word[0])
  }
}

const wordsOf = (floats: Float32Array): Uint32Array => new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
