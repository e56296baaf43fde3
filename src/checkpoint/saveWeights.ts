// A model's weights as safetensors files, written from where they are in pieces of a few megabytes: in one file, or above a
// size in several (shards) with an index that says which tensor is in which.
//
//   what the engine lends of the parameter ── the file's order ── the file's format ── piece
//
// As Hugging Face's save_pretrained cuts and names them: tensor after tensor until the next would not fit.

import { boxOf } from '../engine/boxes.ts'
import type { Engine } from '../engine/engine.ts'
import type { Box, Lent } from '../engine/lent.ts'
import type { Loop } from '../engine/lower/collapse.ts'
import { denseStrides } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { Desk, pieceBytes } from './desk.ts'
import { weightSizes } from './engineWeights.ts'
import { allocate, bytesOf, bytesOfNumber, convert, type Numbers, type NumberType } from './numbers.ts'
import { boxIn, loopsIn, type PiecePart, piecesOf, type TensorPiece } from './pieces.ts'
import { cellCount, isPlain, rearrange, simplest, type WeightAxes } from './rearrange.ts'
import { tensorBytes, writeHeader } from './safetensorsHeader.ts'
import { indexName } from './tensorFiles.ts'
import type { Weight, Weights } from './weights.ts'
import { type TensorPlan, tensorPlans, type WeightTable } from './weightTable.ts'

/** Takes a chunk of a file. */
export type Take = (chunk: Uint8Array) => void | Promise<void>

/** A file to be written. */
export interface SavedFile {
  readonly name: string
  readonly bytes: number
  /** Hands out all that it holds, in order. A chunk holds good until whoever takes it is done, and may be the engine's own memory. */
  write(take: Take): Promise<void>
}

export interface SaveWeightsOptions {
  /** The format of the numbers: F32 if not given. BF16 rounds to the nearest, and of two equally near to the even one. */
  readonly dtype?: 'F32' | 'BF16'
  /** The bytes of tensors that one file may have; 5 GB if not given. */
  readonly shardBytes?: number
}

/** Weights that are in an engine. */
export interface HeldWeights {
  readonly engine: Engine
  readonly model: object
}

/** Hugging Face's limit was this for years; every file system and every client can take such files. */
const usualShardBytes = 5e9

/**
 * The safetensors files of a model's weights, and their index where they are several; the index comes last.
 *
 * - `taken`: names that no new shard may have: until the new index is there the old one must hold, and others' files stay
 */
export function weightFiles(
  weights: Weights | HeldWeights,
  table: WeightTable,
  { dtype = 'F32', shardBytes = usualShardBytes }: SaveWeightsOptions = {},
  taken: ReadonlySet<string> = new Set(),
): SavedFile[] {
  if (!(shardBytes > 0)) throw new Error(`save: shardBytes is ${shardBytes}; it must be a number above 0.`)
  const source = sourceOf(weights)
  const tensors = tensorPlans(source.sizes, table).map((plan) => ({ dtype, plan, name: plan.name, shape: plan.shape }))
  const shards: (typeof tensors)[] = [[]]
  let filled = 0
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor)
    if (filled > 0 && filled + bytes > shardBytes) {
      shards.push([])
      filled = 0
    }
    shards.at(-1)?.push(tensor)
    filled += bytes
  }
  const names = shardNames(shards.length, taken)
  const files = shards.map((shard, i): SavedFile => {
    const sorted = shard.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    // "pt" says that the names are PyTorch's; transformers refuses a file that does not say so.
    const header = writeHeader(sorted, { format: 'pt' })
    return {
      name: names[i],
      bytes: sorted.reduce((sum, tensor) => sum + tensorBytes(tensor), header.length),
      async write(take) {
        await take(header)
        const desk = new Desk()
        for (const { plan } of sorted)
          await writeTensor(plan, { source, type: dtype === 'F32' ? 'f32' : 'bf16', desk, take })
      },
    }
  })
  if (files.length === 1) return files
  const metadata = {
    total_parameters: tensors.reduce((sum, { shape }) => sum + cellCount(shape), 0),
    total_size: tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0),
  }
  const map = shards.flatMap((shard, i) => shard.map(({ name }) => [name, names[i]]))
  const sortedMap = Object.fromEntries(map.sort(([a], [b]) => (a < b ? -1 : 1)))
  return [...files, jsonFile(indexName, { metadata, weight_map: sortedMap })]
}

/** A JSON file. Numbers that JSON does not have are written as Python writes and reads them, and as they are read here. */
export function jsonFile(name: string, json: object): SavedFile {
  const marked = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? `\u0000${value}` : value
  const text = JSON.stringify(json, marked, 2).replaceAll(/"\\u0000(-?Infinity|NaN)"/g, '$1')
  return bytesFile(name, new TextEncoder().encode(`${text}\n`))
}

/** A file whose bytes are there already, in one piece or several. */
export function bytesFile(name: string, ...chunks: readonly Uint8Array[]): SavedFile {
  return {
    name,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    async write(take) {
      for (const chunk of chunks) await take(chunk)
    },
  }
}

function shardNames(count: number, taken: ReadonlySet<string>): string[] {
  if (count === 1) return ['model.safetensors']
  const digits = (number: number): string => String(number).padStart(5, '0')
  const named = (prefix: string): string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}-${digits(i + 1)}-of-${digits(count)}.safetensors`)
  for (let letter = 0; ; letter++) {
    const names = named(letter === 0 ? 'model' : `model-${letters(letter)}`)
    if (!names.some((name) => taken.has(name))) return names
  }
}

/** b, c, …, z, ba, bb, … */
const letters = (number: number): string =>
  (number < 26 ? '' : letters(Math.floor(number / 26))) + String.fromCharCode(97 + (number % 26))

/** Where weights come from: an engine, or arrays. */
interface Source {
  readonly sizes: ReadonlyMap<string, WeightAxes>
  /** The result of `use` on the numbers in a box of a weight, which are lent to it. */
  read<Result>(path: string, box: Box, use: (held: Lent) => Result | Promise<Result>): Promise<Result>
}

function sourceOf(weights: Weights | HeldWeights): Source {
  if ('engine' in weights) {
    const { engine, model } = weights
    const parameters = parametersOf(model)
    return {
      sizes: weightSizes(model),
      read: (path, box, use) => engine.read(parameters.get(path) as Node, use, box),
    }
  }
  const sizes = new Map([...weights].map(([path, weight]) => [path, weight.sizes]))
  return {
    sizes,
    async read(path, box, use) {
      const { data, sizes } = weights.get(path) as Weight
      return use(boxOf({ type: 'f32', data, strides: denseStrides(Object.values(sizes)) }, box))
    },
  }
}

interface Writing {
  readonly source: Source
  readonly type: 'f32' | 'bf16'
  readonly desk: Desk
  readonly take: Take
}

async function writeTensor(plan: TensorPlan, writing: Writing): Promise<void> {
  const { source, type } = writing
  for (const piece of piecesOf(plan, source.sizes, pieceBytes / bytesOfNumber[type])) await writePiece(piece, writing)
}

/** Collects the numbers of a piece in the file's order and format. Where they lie so already they are taken from there. */
async function writePiece({ count, parts }: TensorPiece, { source, type, desk, take }: Writing): Promise<void> {
  const numbers = desk.numbers(type, count)
  const gathered = new Map<NumberType, PiecePart[]>()
  for (const part of parts) {
    const order = Object.keys(source.sizes.get(part.path) ?? {})
    const isTaken = await source.read(part.path, boxIn(part, order), async (held) => {
      const loops = loopsIn(part, order, held.strides)
      if (parts.length === 1 && held.type === type && isPlain(loops)) {
        await take(bytesOf(held))
        return true
      }
      rearrange(held, held.type === type ? numbers : desk.numbers(held.type, count), loops.map(turned), 0, part.from)
      gathered.set(held.type, [...(gathered.get(held.type) ?? []), part])
      return false
    })
    if (isTaken) return
  }
  for (const [from, ofType] of gathered)
    if (from !== type)
      convertParts(ofType, { count, isAll: gathered.size === 1, from: desk.numbers(from, count), to: numbers })
  await take(bytesOf(numbers))
}

/** Converts what was gathered of some weights of a piece. What is kept in another format beside it must stay as it is. */
function convertParts(
  parts: readonly PiecePart[],
  { count, isAll, from, to }: { count: number; isAll: boolean; from: Numbers; to: Numbers },
): void {
  if (isAll) {
    convert(from, to)
    return
  }
  const converted = allocate(to.type, count)
  convert(from, converted)
  for (const { axes, from: begin } of parts) {
    const loops = axes.map(({ size, stride }) => ({ size, strides: [stride, stride] }))
    rearrange(converted, to, simplest(loops), begin, begin)
  }
}

const turned = ({ size, strides: [inFile, inMemory] }: Loop): Loop => ({ size, strides: [inMemory, inFile] })
