// Weights in a quarter of their bytes, for a model that travels inside a page: every row of a matrix as whole numbers from −127 to 127
// and one scale; vectors stay as they are, and are few.
//
//   scale = largest |x| of the row / 127          kept: round(x / scale)          read again: kept · scale
//
// So no number changes by more than half of its row's scale. This is a safetensors file too, with the scales as tensors beside, but
// nobody else's reader makes numbers of it: what was made of a file is made into a file again.

import { bytesOf } from './numbers.ts'
import { cellCount } from './rearrange.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { headerLength, parseHeader, writeHeader } from './safetensorsHeader.ts'

/** The name of a matrix' scales. */
const scaleOf = (name: string): string => `${name}:scale`

/** The largest whole number that a weight becomes. */
const largest = 127

/**
 * A safetensors file, with its matrices rounded to eight bits, in pieces.
 *
 * - `file`: the bytes of one whose tensors are floating point numbers
 */
export function toEightBits(file: Uint8Array, place = 'weights'): Uint8Array[] {
  const { tensors, metadata } = readSafetensors(file, place)
  const kept: Kept[] = []
  for (const [name, { shape, data }] of tensors) {
    if (shape.length < 2) kept.push({ name, dtype: 'F32', shape, bytes: bytesOf({ type: 'f32', data }) })
    else kept.push(...rounded(name, shape, data))
  }
  kept.sort((a, b) => (a.name < b.name ? -1 : 1))
  return [writeHeader(kept, metadata), ...kept.map(({ bytes }) => bytes)]
}

interface Kept {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

function rounded(name: string, shape: readonly number[], data: Float32Array): Kept[] {
  const width = shape[shape.length - 1]
  const scales = new Float32Array(width === 0 ? 0 : data.length / width)
  const whole = new Int8Array(data.length)
  for (let row = 0; row < scales.length; row++) {
    const cells = data.subarray(row * width, (row + 1) * width)
    const scale = cells.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / largest
    scales[row] = scale
    // Of a row of zeros the scale is 0, and so is all that is read again.
    for (let i = 0; i < width; i++) whole[row * width + i] = scale === 0 ? 0 : Math.round(cells[i] / scale)
  }
  return [
    { name, dtype: 'I8', shape, bytes: new Uint8Array(whole.buffer) },
    { name: scaleOf(name), dtype: 'F32', shape: [scales.length], bytes: bytesOf({ type: 'f32', data: scales }) },
  ]
}

/** The safetensors file of what `toEightBits` made, in pieces. Throws for a file that was not made so. */
export function fromEightBits(bytes: Uint8Array, place = 'weights'): Uint8Array[] {
  const { tensors: floats, others, metadata } = readSafetensors(bytes, place)
  const begin = 8 + headerLength(bytes, bytes.length, place)
  const { tensors: entries } = parseHeader(bytes.subarray(8, begin), bytes.length - begin, place)
  const restored = new Map<string, StoredTensor>()
  for (const [name, tensor] of floats) if (!others.has(name.replace(/:scale$/, ''))) restored.set(name, tensor)
  for (const [name, { dtype, shape }] of others) {
    const scales = floats.get(scaleOf(name))?.data
    const entry = entries.get(name)
    const width = shape[shape.length - 1] ?? 0
    if (dtype !== 'I8' || !scales || !entry || scales.length * width !== cellCount(shape))
      throw new Error(`${place}: tensor "${name}" is no matrix in eight bits with its scales. Save the model again.`)
    const whole = new Int8Array(bytes.buffer, bytes.byteOffset + begin + entry.begin, entry.end - entry.begin)
    restored.set(name, { shape, data: Float32Array.from(whole, (x, i) => x * scales[Math.floor(i / width)]) })
  }
  return writeSafetensors(restored, metadata)
}
