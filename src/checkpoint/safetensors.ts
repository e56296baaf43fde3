// Safetensors files as a whole: all bytes at once, read and written. safetensorsHeader.ts says what a file is; those that are
// too large to be held are read and written in pieces (loadWeights.ts, saveWeights.ts).

import { bytesOf, bytesOfNumber, convert, numbersIn } from './numbers.ts'
import { cellCount } from './rearrange.ts'
import { headerLength, numberTypes, parseHeader, writeHeader } from './safetensorsHeader.ts'

/** A tensor without names for its axes: what a checkpoint file knows of it. */
export interface StoredTensor {
  readonly shape: readonly number[]
  /** The numbers, row-major. What was read may be a view of the file's bytes. */
  readonly data: Float32Array
}

export interface SafetensorsFile {
  /** The tensors of floating point numbers (F64, F32, F16 and BF16), as Float32Array. */
  readonly tensors: Map<string, StoredTensor>
  /** Tensors of other kinds (masks, counters, quantised weights): listed, but not converted. */
  readonly others: Map<string, { readonly dtype: string; readonly shape: readonly number[] }>
  readonly metadata: Record<string, string>
}

/**
 * Reads a safetensors file. F32 tensors are views of `bytes` where their place allows it, so reading copies nothing.
 *
 * - `place`: the file's name, for errors
 *
 * Throws for whatever a damaged or hostile file may hold; the message names the tensor and the numbers.
 */
export function readSafetensors(bytes: Uint8Array, place = 'safetensors'): SafetensorsFile {
  const begin = 8 + headerLength(bytes, bytes.length, place)
  const header = parseHeader(bytes.subarray(8, begin), bytes.length - begin, place)
  const data = bytes.subarray(begin)
  const tensors = new Map<string, StoredTensor>()
  const others = new Map<string, { dtype: string; shape: readonly number[] }>()
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    if (numberTypes.has(dtype)) tensors.set(name, { shape, data: floatsOf(dtype, data.subarray(begin, end)) })
    else others.set(name, { dtype, shape })
  }
  return { tensors, others, metadata: header.metadata }
}

/**
 * The bytes of a safetensors file with these tensors, as F32, sorted by name: first the header, then every tensor's
 * numbers as a view. They are to be written one after the other, as they are (`new Blob(chunks)` in a page).
 *
 * Throws when a shape does not fit its numbers.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, { shape, data }] of sorted) {
    if (cellCount(shape) === data.length) continue
    throw new Error(
      `safetensors: tensor "${name}": the shape (${shape.join(', ')}) has ${cellCount(shape)} numbers, but its data has ${data.length}. ` +
        'Write it with its own shape.',
    )
  }
  return [
    writeHeader(
      sorted.map(([name, { shape }]) => ({ name, dtype: 'F32', shape })),
      metadata,
    ),
    ...sorted.map(([, { data }]) => bytesOf({ type: 'f32', data })),
  ]
}

/** The numbers as Float32Array: in place, or a copy where they are of another dtype or do not lie on a multiple. */
function floatsOf(dtype: string, bytes: Uint8Array): Float32Array {
  const type = numberTypes.get(dtype) ?? 'f32'
  const stored = numbersIn(type, bytes.byteOffset % bytesOfNumber[type] === 0 ? bytes : bytes.slice())
  if (stored.type === 'f32') return stored.data
  const floats = new Float32Array(stored.data.length)
  convert(stored, { type: 'f32', data: floats })
  return floats
}
