// A model's weights as safetensors files, written from where they are in pieces of a few megabytes: in one file, or above a
// size in several (shards) with an index that says which tensor is in which.
//
//   parameter's memory ── the file's order ── the file's format ── piece
//
// As Hugging Face's save_pretrained cuts and names them: tensor after tensor until the next would not fit.

import type { Engine } from '../engine/engine.ts'
import type { Loop } from '../engine/lower/collapse.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { Desk, pieceBytes } from './desk.ts'
import { weightSizes } from './engineWeights.ts'
import { axisLoops } from './loadWeights.ts'
import { allocate, bytesOf, convert, type Numbers, type NumberType, part, widthOf } from './numbers.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { type AxisSizes, count, denseStrides, isPlain, rearrange } from './rearrange.ts'
import { tensorBytes, writeHeader } from './safetensorsHeader.ts'
import { indexName } from './tensorFiles.ts'
import type { Weights } from './weights.ts'
import { type TensorPlan, tensorPlans, type WeightTable } from './weightTable.ts'

/** A file to be written. */
export interface SavedFile {
  readonly name: string
  readonly bytes: number
  /** What it holds, in order. A chunk holds good until the next is asked for, and may be the engine's own memory. */
  chunks(): Iterable<Uint8Array>
}

export interface SaveWeightsOptions {
  /** The format of the numbers: F32 if not given. BF16 rounds to the nearest, and of two equally near to the even one. */
  readonly dtype?: 'F32' | 'BF16'
  /** How many bytes of tensors one file may have; 5 GB if not given. */
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
      *chunks() {
        yield header
        const desk = new Desk()
        for (const { plan } of sorted) yield* tensorChunks(plan, source, dtype === 'F32' ? 'f32' : 'bf16', desk)
      },
    }
  })
  if (files.length === 1) return files
  const metadata = {
    total_parameters: tensors.reduce((sum, { shape }) => sum + count(shape), 0),
    total_size: tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0),
  }
  const map = shards.flatMap((shard, i) => shard.map(({ name }) => [name, names[i]]))
  const sortedMap = Object.fromEntries(map.sort(([a], [b]) => (a < b ? -1 : 1)))
  return [...files, jsonFile(indexName, { metadata, weight_map: sortedMap })]
}

/** A JSON file. */
export function jsonFile(name: string, json: object): SavedFile {
  return bytesFile(name, new TextEncoder().encode(`${JSON.stringify(json, undefined, 2)}\n`))
}

/** A file whose bytes are there already, in one piece or several. */
export function bytesFile(name: string, ...chunks: readonly Uint8Array[]): SavedFile {
  return { name, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0), chunks: () => chunks }
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
  readonly sizes: ReadonlyMap<string, AxisSizes>
  numbersOf(path: string): Numbers
  /** A loop for every axis, in the file's order: its steps in the file and in memory. */
  loopsOf(part: TensorPlan['parts'][number]): readonly Loop[]
}

function sourceOf(weights: Weights | HeldWeights): Source {
  if ('engine' in weights) {
    const parameters = parametersOf(weights.model)
    const nodeOf = (path: string): Node => parameters.get(path) as Node
    const { engine } = weights
    return {
      sizes: weightSizes(weights.model),
      numbersOf: (path) => engine.memory(nodeOf(path)) as Numbers,
      loopsOf: (part) => axisLoops(part, nodeOf(part.path), engine.memory(nodeOf(part.path)).strides),
    }
  }
  const sizes = new Map([...weights].map(([path, weight]) => [path, weight.sizes]))
  return {
    sizes,
    numbersOf: (path) => ({ type: 'f32', data: weights.get(path)?.data ?? new Float32Array(0) }),
    loopsOf({ path, order, strides }) {
      const own = sizes.get(path) ?? {}
      const inMemory = denseStrides(own)
      return order.map((axis, i) => ({ size: own[axis], strides: [strides[i], inMemory[axis]] }))
    },
  }
}

function* tensorChunks(plan: TensorPlan, source: Source, type: NumberType, desk: Desk): Generator<Uint8Array> {
  const most = pieceBytes / widthOf[type]
  for (const piece of piecesOf(plan, source.loopsOf, most)) {
    const [first] = piece.parts
    const held = source.numbersOf(first.path)
    if (piece.parts.length === 1 && held.type === type && isPlain(first.loops)) {
      yield bytesOf(part(held, first.to, first.to + piece.count))
      continue
    }
    const numbers = desk.numbers(type, piece.count)
    gather(piece, source, numbers, desk)
    yield bytesOf(numbers)
  }
}

/** Collects the numbers of a piece, in the file's order and format. */
function gather({ count, parts }: Piece, source: Source, into: Numbers, desk: Desk): void {
  const types = new Set(parts.map(({ path }) => source.numbersOf(path).type))
  for (const type of types) {
    const ofType = parts.filter(({ path }) => source.numbersOf(path).type === type)
    const inOrder = type === into.type ? into : desk.numbers(type, count)
    for (const { path, loops, from, to } of ofType)
      rearrange(source.numbersOf(path), inOrder, loops.map(fromMemory), to, from)
    if (inOrder === into) continue
    // What is kept in another format beside it must stay as it is.
    const converted = types.size === 1 ? into : allocate(into.type, count)
    convert(inOrder, converted)
    if (converted !== into)
      for (const { loops, from } of ofType) rearrange(converted, into, loops.map(withinFile), from, from)
  }
}

const fromMemory = ({ size, strides: [inFile, inMemory] }: Loop): Loop => ({ size, strides: [inMemory, inFile] })
const withinFile = ({ size, strides: [inFile] }: Loop): Loop => ({ size, strides: [inFile, inFile] })
