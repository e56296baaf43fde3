// From a checkpoint's files straight into an engine: every tensor in pieces of a few megabytes, each converted and put into
// the engine's order while it is read. No tensor is ever held beside the engine's own memory.
//
//   file ── piece ── numbers of the engine's type ── what the engine lends of the parameter
//
// Where format and order are the same on both sides, a piece is read into its place at once.

import type { Engine } from '../engine/engine.ts'
import type { Lent } from '../engine/lent.ts'
import type { StorageType } from '../engine/storage.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { Desk, pieceBytes } from './desk.ts'
import { weightSizes } from './engineWeights.ts'
import { addDifferent, type Matched, matchTensors, showTensor } from './match.ts'
import { Misfits } from './misfits.ts'
import { bytesOf, bytesOfNumber, convert, type Numbers, type NumberType, numbersIn } from './numbers.ts'
import { boxIn, loopsIn, piecesOf, type TensorPiece } from './pieces.ts'
import { isPlain, rearrange } from './rearrange.ts'
import { numberTypes } from './safetensorsHeader.ts'
import type { StoredEntry, TensorFiles } from './tensorFiles.ts'
import type { WeightTable } from './weightTable.ts'

export interface LoadWeightsOptions {
  /**
   * The type in which the engine is to keep matrices: f32 if not given. Vectors are always f32. An engine that computes in double
   * precision keeps that in the place of f32.
   */
  readonly weights?: StorageType
}

/**
 * Fills all weights of a model from a checkpoint's tensors.
 *
 * Tensors that are none of the model's are left where they are; the result is a warning that lists them, if there are any.
 *
 * Throws one error that lists all that is missing, has another shape, or should be a copy and is not; then
 * nothing has changed.
 */
export async function loadWeights(
  files: TensorFiles,
  engine: Engine,
  model: object,
  table: WeightTable,
  { weights = 'f32' }: LoadWeightsOptions = {},
): Promise<string[]> {
  const sizes = weightSizes(model)
  const parameters = parametersOf(model)
  const parameterAt = (path: string): Node => parameters.get(path) as Node
  const matched = matchTensors(files.tensors, table, sizes)
  const { misfits, unknown } = matched
  const unused = misfits.count === 0 ? new Misfits() : misfits
  for (const name of unknown) unused.add(`${unused === misfits ? 'unknown: ' : ''}${showTensor(name, files.tensors)}`)
  misfits.check(files.place)
  const desk = new Desk()
  await checkCopies(files, matched, desk)

  for (const { plan } of matched.tensors) {
    for (const { path, order } of plan.parts) {
      const isMatrix = order.length > 1 && plan.shape.filter((size) => size > 1).length > 1
      engine.keep(parameterAt(path), isMatrix ? weights : 'f32')
    }
  }
  // In the order of the files: they are read fastest from beginning to end.
  const inOrder = matched.tensors
    .map(({ name, plan }) => ({ plan, entry: files.tensors.get(name) as StoredEntry }))
    .sort((a, b) => (a.entry.file === b.entry.file ? a.entry.begin - b.entry.begin : 0))
  for (const { plan, entry } of inOrder)
    for (const piece of piecesOf(plan, sizes, pieceBytes / bytesOfNumber[typeOf(entry)]))
      await readPiece(piece, entry, { engine, parameterAt, desk })
  if (unused.count === 0) return []
  const are = unused.count === 1 ? 'tensor is' : 'tensors are'
  return [`${files.place}: ${unused.count} ${are} none of the model's, and not used:\n${unused.lines()}`]
}

const typeOf = ({ dtype }: StoredEntry): NumberType => numberTypes.get(dtype) as NumberType

async function readPiece(
  { begin, count, parts }: TensorPiece,
  entry: StoredEntry,
  { engine, parameterAt, desk }: { engine: Engine; parameterAt: (path: string) => Node; desk: Desk },
): Promise<void> {
  const from = typeOf(entry)
  const offset = entry.data + entry.begin + begin * bytesOfNumber[from]
  let stored: Numbers | undefined
  for (const part of parts) {
    const parameter = parameterAt(part.path)
    const order = parameter.axes.map(({ name }) => name)
    const fill = async (room: Lent): Promise<void> => {
      const loops = loopsIn(part, order, room.strides)
      const isAlike = parts.length === 1 && isPlain(loops)
      if (isAlike && room.type === from) return entry.file.read(offset, bytesOf(room))
      if (stored === undefined) {
        const bytes = desk.bytes(count * bytesOfNumber[from])
        await entry.file.read(offset, bytes)
        stored = numbersIn(from, bytes)
      }
      if (isAlike) return convert(stored, room)
      const numbers = room.type === from ? stored : desk.numbers(room.type, count)
      if (numbers !== stored) convert(stored, numbers)
      rearrange(numbers, room, loops, part.from)
    }
    await engine.fill(parameter, fill, boxIn(part, order))
  }
}

/** Throws unless every copy is what it copies, number by number. */
async function checkCopies({ tensors, place }: TensorFiles, { copies, misfits }: Matched, desk: Desk): Promise<void> {
  for (const { copy, name } of copies) {
    const isSame = await areEqual(tensors.get(copy) as StoredEntry, tensors.get(name) as StoredEntry, desk)
    if (!isSame) addDifferent(misfits, copy, name)
  }
  misfits.check(place)
}

/** True if two tensors of one shape hold the same numbers. */
export async function areEqual(a: StoredEntry, b: StoredEntry, desk: Desk): Promise<boolean> {
  const [typeA, typeB] = [typeOf(a), typeOf(b)]
  const total = (a.end - a.begin) / bytesOfNumber[typeA]
  const most = pieceBytes / 8
  for (let begin = 0; begin < total; begin += most) {
    const count = Math.min(most, total - begin)
    const piece = async (entry: StoredEntry, type: NumberType, half: 0 | 1): Promise<Numbers> => {
      const bytes = desk.bytes(count * bytesOfNumber[type], half)
      await entry.file.read(entry.data + entry.begin + begin * bytesOfNumber[type], bytes)
      return numbersIn(type, bytes)
    }
    const [first, second] = [await piece(a, typeA, 0), await piece(b, typeB, 1)]
    if (typeA === typeB ? !haveSameBits(first, second) : !haveSameValues(first, second)) return false
  }
  return true
}

function haveSameBits(a: Numbers, b: Numbers): boolean {
  const [first, second] = [a, b].map((numbers) => numbersIn('bf16', bytesOf(numbers)).data)
  for (let i = 0; i < first.length; i++) if (first[i] !== second[i]) return false
  return true
}

function haveSameValues(a: Numbers, b: Numbers): boolean {
  const [first, second] = [a, b].map((numbers) => {
    const doubles = new Float64Array(numbers.data.length)
    convert(numbers, { type: 'f64', data: doubles })
    return doubles
  })
  return first.every((number, i) => Object.is(number, second[i]))
}
