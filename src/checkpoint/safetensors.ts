// Safetensors: the file format of weights, read and written. A file is
//
//   8 bytes    the length of the header, a little-endian whole number
//   header     JSON: { "__metadata__": {text: text}, "<tensor>": { dtype, shape, data_offsets: [begin, end] }, … }
//   data       the tensors' numbers, little-endian and row-major, one after the other without gaps
//
// Offsets count from the end of the header. https://github.com/huggingface/safetensors defines the format; a file comes
// from outside, so every number in it is checked before it is used. No size is allocated because a header claims it.

import { kindOf, parseJSON } from '../text/json.ts'
import { count } from './layout.ts'

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

/** Bytes per number of every dtype that fills whole bytes. */
const bytesOf = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['U16', 2],
  ['I16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['U32', 4],
  ['I32', 4],
  ['F32', 4],
  ['U64', 8],
  ['I64', 8],
  ['F64', 8],
])

/** The longest header that the reference implementation accepts. */
const mostHeaderBytes = 100_000_000

/**
 * Reads a safetensors file. F32 tensors are views of `bytes` where their place allows it, so reading copies nothing.
 *
 * - `place`: the file's name, for errors
 *
 * Throws for whatever a damaged or hostile file may hold; the message names the tensor and the numbers.
 */
export function readSafetensors(bytes: Uint8Array, place = 'safetensors'): SafetensorsFile {
  const { header, data } = cutHeader(bytes, place)
  const entries: Entry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = checkMetadata(value, place)
    else entries.push(checkEntry(name, value, data.length, place))
  }
  checkCoversData(entries, data.length, place)

  const tensors = new Map<string, StoredTensor>()
  const others = new Map<string, { dtype: string; shape: number[] }>()
  for (const { name, dtype, shape, begin, end } of entries) {
    const numbers = readNumbers(dtype, data.subarray(begin, end))
    if (numbers === undefined) others.set(name, { dtype, shape })
    else tensors.set(name, { shape, data: numbers })
  }
  return { tensors, others, metadata }
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
  const header: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata])
  const chunks: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name === '__metadata__') throw new Error('safetensors: no tensor can be named "__metadata__". Rename it.')
    if (count(shape) !== data.length) {
      throw new Error(
        `safetensors: tensor "${name}": the shape ${show(shape)} has ${count(shape)} numbers, but its data has ${data.length}. ` +
          'Write it with its own shape.',
      )
    }
    header.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }])
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    offset += data.byteLength
  }
  // Spaces after the header put the data on a multiple of 8, where every dtype can be read in place.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const start = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true)
  start.set(json, 8)
  return [start, ...chunks]
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: number[]
  readonly begin: number
  readonly end: number
}

function cutHeader(bytes: Uint8Array, place: string): { header: object; data: Uint8Array } {
  if (bytes.length < 8) {
    throw new Error(
      `${place}: the file has ${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}, less than the 8 that say how long the header is. ` +
        'It is cut off, or no safetensors file.',
    )
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > mostHeaderBytes) {
    throw new Error(
      `${place}: the header claims ${length} bytes; at most ${mostHeaderBytes} are allowed. This is no safetensors file.`,
    )
  }
  if (length > bytes.length - 8) {
    throw new Error(
      `${place}: the header claims ${length} bytes, but only ${bytes.length - 8} follow. It is cut off, or no safetensors file.`,
    )
  }
  const end = 8 + Number(length)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, end))
  } catch (cause) {
    throw new Error(`${place}: the header is no UTF-8 text. The file is damaged, or no safetensors file.`, { cause })
  }
  const header = parseJSON(text, `${place}: header`)
  if (!text.startsWith('{') || typeof header !== 'object' || header === null) {
    throw new Error(
      `${place}: the header is ${kindOf(header)}, but must begin with "{". The file is damaged, or no safetensors file.`,
    )
  }
  const twice = duplicateKey(text)
  if (twice !== undefined) {
    throw new Error(
      `${place}: the header names ${kindOf(twice)} twice, so it is unclear which holds. Save the file again.`,
    )
  }
  return { header, data: bytes.subarray(end) }
}

function checkMetadata(value: unknown, place: string): Record<string, string> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new Error(
      `${place}: __metadata__ must be texts by name, but is ${isObject ? 'more than texts' : kindOf(value)}. Save the file again.`,
    )
  }
  return value as Record<string, string>
}

function checkEntry(name: string, value: unknown, dataBytes: number, place: string): Entry {
  const tensor = `${place}: tensor ${kindOf(name)}`
  const again = 'The file is damaged; fetch or save it again.'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${tensor}: expected dtype, shape and data_offsets, but found ${kindOf(value)}. ${again}`)
  }
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>
  const bytesPerNumber = typeof dtype === 'string' ? bytesOf.get(dtype) : undefined
  if (typeof dtype !== 'string' || bytesPerNumber === undefined) {
    throw new Error(
      `${tensor}: the dtype ${kindOf(dtype)} is unknown; known are ${[...bytesOf.keys()].join(', ')}. Save it as F32.`,
    )
  }
  if (!isWholeNumbers(shape)) {
    throw new Error(`${tensor}: the shape is ${showList(shape)}, but must be a list of whole numbers from 0. ${again}`)
  }
  if (!isWholeNumbers(offsets) || offsets.length !== 2) {
    throw new Error(`${tensor}: data_offsets is ${showList(offsets)}, but must be two whole numbers from 0. ${again}`)
  }
  const [begin, end] = offsets
  if (begin > end) {
    throw new Error(`${tensor}: it begins at byte ${begin} of the data and ends before that, at ${end}. ${again}`)
  }
  if (end > dataBytes) {
    throw new Error(
      `${tensor}: it ends at byte ${end} of the data, but the file has only ${dataBytes}. The file is cut off; fetch or save it again.`,
    )
  }
  const needed = count(shape) * bytesPerNumber
  if (needed !== end - begin) {
    throw new Error(
      `${tensor}: the shape ${show(shape)} of ${dtype} takes ${needed} bytes, but its data has ${end - begin}. ${again}`,
    )
  }
  return { name, dtype, shape, begin, end }
}

/** Every byte of the data belongs to exactly one tensor, so that a file can hide nothing and no two share memory. */
function checkCoversData(entries: readonly Entry[], dataBytes: number, place: string): void {
  let reached = 0
  let before: Entry | undefined
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin < reached && before !== undefined) {
      throw new Error(
        `${place}: tensor ${kindOf(before.name)} ends at byte ${reached} of the data, but tensor ` +
          `${kindOf(entry.name)} begins at ${entry.begin}: they overlap. Save the file again.`,
      )
    }
    checkNoHole(reached, entry.begin, place)
    reached = entry.end
    before = entry
  }
  checkNoHole(reached, dataBytes, place)
}

function checkNoHole(reached: number, next: number, place: string): void {
  if (reached === next) return
  throw new Error(`${place}: the bytes ${reached} to ${next} of the data belong to no tensor. Save the file again.`)
}

/** The numbers as Float32Array; undefined for a dtype that holds no floating point numbers of a usual width. */
function readNumbers(dtype: string, bytes: Uint8Array): Float32Array | undefined {
  switch (dtype) {
    case 'F32':
      return new Float32Array(...aligned(bytes, 4))
    case 'F64':
      return Float32Array.from(new Float64Array(...aligned(bytes, 8)))
    case 'F16':
      return halvesToFloats(new Uint16Array(...aligned(bytes, 2)))
    case 'BF16':
      return brainFloatsToFloats(new Uint16Array(...aligned(bytes, 2)))
    default:
      return undefined
  }
}

/** What a typed array of this width is made of: the bytes in place, or a copy where they do not lie on a multiple. */
function aligned(bytes: Uint8Array, width: number): [ArrayBufferLike, number, number] {
  const inPlace = bytes.byteOffset % width === 0 ? bytes : bytes.slice()
  return [inPlace.buffer, inPlace.byteOffset, inPlace.byteLength / width]
}

/** BF16 is the upper half of an F32. */
function brainFloatsToFloats(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) words[i] = halves[i] << 16
  return new Float32Array(words.buffer)
}

/**
 * F16 (IEEE 754 binary16) has a sign, 5 bits of exponent and 10 of fraction. Its bits, shifted to where F32 has them,
 * are a number that is too small by 2^112, the difference of the two exponents' zeros (127 − 15); small numbers without a
 * leading one come out right as well. Exponent 31 (infinity, not a number) must become F32's 255.
 */
function halvesToFloats(halves: Uint16Array): Float32Array {
  const words = new Uint32Array(halves.length)
  const floats = new Float32Array(words.buffer)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]
    const hasValue = (half & 0x7c00) !== 0x7c00
    words[i] = ((half & 0x8000) << 16) | (hasValue ? 0 : 0x7f800000) | ((half & 0x7fff) << 13)
    floats[i] *= 2 ** 112
  }
  return floats
}

/**
 * The first key that one object of a JSON text holds twice; JSON.parse would silently take the last. The text must be
 * valid JSON: then a string followed by a colon is a key.
 */
function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = []
  for (let i = 0; i < json.length; i++) {
    const character = json[i]
    if (character === '{') open.push(new Set())
    else if (character === '}') open.pop()
    else if (character === '"') {
      const begin = i
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++
      let after = i + 1
      while (json[after] === ' ' || json[after] === '\n' || json[after] === '\r' || json[after] === '\t') after++
      if (json[after] !== ':') continue
      const key = JSON.parse(json.slice(begin, i + 1)) as string
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => Number.isSafeInteger(number) && number >= 0)
}

function show(shape: readonly number[]): string {
  return `(${shape.join(', ')})`
}

/** A list as far as it is short; what is nested stays closed, since a hostile file nests deeper than the stack. */
function showList(value: unknown): string {
  if (!Array.isArray(value)) return kindOf(value)
  return `[${value.slice(0, 8).map(kindOf).join(', ')}${value.length > 8 ? ', …' : ''}]`
}
