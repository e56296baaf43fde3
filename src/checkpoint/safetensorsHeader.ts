// The header of a safetensors file: what tensors it holds, and where. A file is
//
//   8 bytes    the length of the header, a little-endian whole number
//   header     JSON: { "__metadata__": {text: text}, "<tensor>": { dtype, shape, data_offsets: [begin, end] }, … }
//   data       the tensors' numbers, little-endian and row-major, one after the other without gaps
//
// Offsets count from the end of the header. https://github.com/huggingface/safetensors defines the format; a file comes
// from outside, so every number in it is checked before it is used. No size is allocated because a header claims it.

import { kindOf, parseJSON } from '../text/json.ts'
import type { NumberType } from './numbers.ts'
import { cellCount } from './rearrange.ts'

/** Where one tensor's numbers are. */
export interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Byte offsets in the data. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>
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

/** The dtypes of floating point numbers of usual widths, as numbers.ts knows them. */
export const numberTypes: ReadonlyMap<string, NumberType> = new Map([
  ['F64', 'f64'],
  ['F32', 'f32'],
  ['F16', 'f16'],
  ['BF16', 'bf16'],
])

/**
 * The length of the header, in bytes.
 *
 * - `start`: the file's first 8 bytes, or all that it has
 * - `fileBytes`: the size of the file
 * - `place`: the file's name, for errors
 */
export function headerLength(start: Uint8Array, fileBytes: number, place: string): number {
  if (fileBytes < 8) {
    throw new Error(
      `${place}: the file has ${fileBytes} ${fileBytes === 1 ? 'byte' : 'bytes'}, less than the 8 that say how long the header is. ` +
        'It is cut off, or no safetensors file.',
    )
  }
  if (new TextDecoder().decode(start.subarray(0, 8)) === 'version ') {
    throw new Error(
      `${place}: this is only what git keeps in the place of a large file. Fetch the file itself: git lfs pull.`,
    )
  }
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true)
  if (length > mostHeaderBytes) {
    throw new Error(
      `${place}: the header claims ${length} bytes; at most ${mostHeaderBytes} are allowed. This is no safetensors file.`,
    )
  }
  if (length > fileBytes - 8) {
    throw new Error(
      `${place}: the header claims ${length} bytes, but only ${fileBytes - 8} follow. It is cut off, or no safetensors file.`,
    )
  }
  return Number(length)
}

/**
 * Reads a header.
 *
 * - `bytes`: the header alone
 * - `dataBytes`: the number of bytes that follow it
 * - `place`: the file's name, for errors
 *
 * Throws for whatever a damaged or hostile file may hold; the message names the tensor and the numbers.
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number, place: string): SafetensorsHeader {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
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
  const entries: NamedEntry[] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = checkMetadata(value, place)
    else entries.push({ name, ...checkEntry(name, value, dataBytes, place) })
  }
  checkCoversData(entries, dataBytes, place)
  return { tensors: new Map(entries.map(({ name, ...entry }) => [name, entry])), metadata }
}

/**
 * The beginning of a safetensors file: the length and the header for tensors whose numbers follow in this order. Spaces
 * after the header put the data on a multiple of 8, where every dtype can be read in place.
 */
export function writeHeader(
  tensors: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly number[] }[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) header.push(['__metadata__', metadata])
  let begin = 0
  for (const { name, dtype, shape } of tensors) {
    if (name === '__metadata__') throw new Error('safetensors: no tensor can be named "__metadata__". Rename it.')
    const end = begin + tensorBytes({ dtype, shape })
    header.push([name, { dtype, shape, data_offsets: [begin, end] }])
    begin = end
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const start = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20)
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true)
  start.set(json, 8)
  return start
}

/** The number of bytes that a tensor's numbers take. */
export function tensorBytes({ dtype, shape }: Pick<TensorEntry, 'dtype' | 'shape'>): number {
  return cellCount(shape) * (bytesOf.get(dtype) ?? 0)
}

type NamedEntry = TensorEntry & { readonly name: string }

function checkMetadata(value: unknown, place: string): Record<string, string> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value).every((text) => typeof text === 'string')) {
    throw new Error(
      `${place}: __metadata__ must be texts by name, but is ${isObject ? 'more than texts' : kindOf(value)}. Save the file again.`,
    )
  }
  return value as Record<string, string>
}

function checkEntry(name: string, value: unknown, dataBytes: number, place: string): TensorEntry {
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
  const needed = cellCount(shape) * bytesPerNumber
  if (needed !== end - begin) {
    throw new Error(
      `${tensor}: the shape ${show(shape)} of ${dtype} takes ${needed} bytes, but its data has ${end - begin}. ${again}`,
    )
  }
  return { dtype, shape, begin, end }
}

/** Every byte of the data belongs to exactly one tensor, so that a file can hide nothing and no two share memory. */
function checkCoversData(entries: readonly NamedEntry[], dataBytes: number, place: string): void {
  let reached = 0
  let before: NamedEntry | undefined
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
