// Parameters that lie in memory which JavaScript sees: what an engine does with them, whatever else it is.

import { cells } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'
import type { Engine, RowsOf } from './engine.ts'
import { type Box, boxOf, called, checkBox, checkParameter, forStretches, type Lent, roomIn, wholeOf } from './lent.ts'
import { rowCopies, spare } from './rowCopies.ts'
import { fromBfloat16, type StorageType, toBfloat16 } from './storage.ts'

/** Where an engine keeps its parameters. */
export interface HostMemory {
  /**
   * All of a parameter's memory as it lies now, with what pads its last row: zeros, as f32, where it was neither kept nor used
   * before.
   */
  of(parameter: Node): Lent
  keep(parameter: Node, type: StorageType): void
  forget(parameter: Node): void
  /** True if it may be moved while somebody waits: then what is lent is a copy. */
  readonly moves: boolean
}

/** The part of an engine that is about parameters alone. */
export type Parameters = Pick<Engine, 'keep' | 'set' | 'get' | 'fill' | 'read' | 'copyRows' | 'forget'>

/** An engine's parameters in memory of the host. */
export function hostParameters(memory: HostMemory): Parameters {
  /** The memory that was lent last: new one takes several times as long to fill as what is in the cache. */
  let spare: ArrayBuffer | undefined
  async function inSpare<Result>({ type }: Lent, { sizes }: Box, use: (room: Lent) => Result | Promise<Result>) {
    const bytes = widthOf[type] * sizes.reduce((product, size) => product * size, 1)
    const buffer = spare && spare.byteLength >= bytes ? spare : new ArrayBuffer(bytes)
    spare = undefined
    try {
      return await use(roomIn(buffer, type, sizes))
    } finally {
      if (bytes <= mostSpare) spare = buffer
    }
  }
  return {
    keep(parameter, type) {
      checkParameter('keep', parameter)
      memory.keep(parameter, type)
    },
    set(parameter, values) {
      checkParameter('set', parameter)
      if (values.length !== cells(parameter.axes))
        throw new Error(
          `set: ${called(parameter)} has ${cells(parameter.axes)} cells, but ${values.length} numbers were given.`,
        )
      put(values, memory.of(parameter), wholeOf(parameter))
    },
    async get(parameter) {
      checkParameter('get', parameter)
      const values = new Float32Array(cells(parameter.axes))
      take(values, memory.of(parameter), wholeOf(parameter))
      return values
    },
    async fill(parameter, body, box = wholeOf(parameter)) {
      checkBox('fill', parameter, box)
      const own = boxOf(memory.of(parameter), box)
      if (!memory.moves) return void (await body(own))
      await inSpare(own, box, async (room) => {
        await body(room)
        copy(room, boxOf(memory.of(parameter), box), box)
      })
    },
    async read(parameter, body, box = wholeOf(parameter)) {
      checkBox('read', parameter, box)
      const own = boxOf(memory.of(parameter), box)
      if (!memory.moves) return body(own)
      return inSpare(own, box, (room) => {
        copy(own, room, box)
        return body(room)
      })
    },
    async copyRows(copies, rows, length) {
      for (const { from, to } of copies) {
        checkParameter('copyRows', from)
        checkParameter('copyRows', to)
        checkRows({ from, to }, rows, length)
        // Asked for before it is looked at: to set one of them aside may move the other.
        memory.of(to)
        const [source, target] = [memory.of(from), memory.of(to)]
        if (source.type !== target.type)
          throw new Error(
            `copyRows: ${called(from)} is kept as ${source.type}, but ${called(to)} as ${target.type}; keep both alike.`,
          )
        if (from === to) reorder(target, rows, length)
        else copyRows(source, target, rows, length)
      }
    },
    forget(parameter) {
      checkParameter('forget', parameter)
      memory.forget(parameter)
    },
  }
}

/** Throws unless there are such rows on both sides, and they are alike. */
function checkRows({ from, to }: RowsOf, rows: ArrayLike<number>, length: number): void {
  const [[, ...source], [, ...target]] = [from.axes, to.axes]
  const isAlike = source.length >= 1 && source.length === target.length
  if (!isAlike || source.some(({ size }, i) => i > 0 && size !== target[i].size))
    throw new Error(
      `copyRows: a row of ${called(from)} cannot become one of ${called(to)}. Both need two axes or more, and equal ones from the third on.`,
    )
  const [count, known] = [to.axes[0].size, from.axes[0].size]
  if (rows.length !== count)
    throw new Error(
      `copyRows: ${called(to)} has ${count} rows, but ${rows.length} are given; say of each what it becomes.`,
    )
  for (let row = 0; row < count; row++)
    if (!(Number.isInteger(rows[row]) && rows[row] >= 0 && rows[row] < known))
      throw new Error(
        `copyRows: row ${row} is to become what row ${rows[row]} is, but ${called(from)} has the rows 0..${known - 1}.`,
      )
  const most = Math.min(source[0].size, target[0].size)
  if (!(Number.isInteger(length) && length >= 0 && length <= most))
    throw new Error(
      `copyRows: ${length} places of each row are to be copied, but rows of ${called(from)} and ${called(to)} have ${most} in common.`,
    )
}

const widthOf = { f32: 4, f64: 8, bf16: 2 } as const
/** The most bytes that are kept to be lent again: as many as a piece of a checkpoint has, and some more. */
const mostSpare = 2 ** 23

/** Stretches shorter than this are copied cell by cell: a view takes longer to make. */
const shortStretch = 16

function put(values: ArrayLike<number>, { type, data, strides }: Lent, { sizes }: Box): void {
  forStretches(sizes, strides, (at, dense, length) => {
    if (type === 'bf16') for (let i = 0; i < length; i++) data[at + i] = toBfloat16(values[dense + i])
    else if (length > shortStretch && ArrayBuffer.isView(values))
      data.set((values as Float32Array).subarray(dense, dense + length), at)
    else for (let i = 0; i < length; i++) data[at + i] = values[dense + i]
  })
}

function take(values: Float32Array, { type, data, strides }: Lent, { sizes }: Box): void {
  forStretches(sizes, strides, (at, dense, length) => {
    if (type === 'bf16') for (let i = 0; i < length; i++) values[dense + i] = fromBfloat16(data[at + i])
    else if (length > shortStretch) values.set(data.subarray(at, at + length), dense)
    else for (let i = 0; i < length; i++) values[dense + i] = data[at + i]
  })
}

/** One of the two is dense; both are kept alike, and moved as bits. */
function copy(from: Lent, to: Lent, { sizes }: Box): void {
  const [source, target] = [bitsOf(from), bitsOf(to)]
  const isInto = target.length === sizes.reduce((product, size) => product * size, 1)
  const { strides } = isInto ? from : to
  forStretches(sizes, strides, (at, dense, length) => {
    const [begin, end] = isInto ? [at, dense] : [dense, at]
    target.set(source.subarray(begin, begin + length), end)
  })
}

function copyRows(from: Lent, to: Lent, rows: ArrayLike<number>, length: number): void {
  const [source, target] = [bitsOf(from), bitsOf(to)]
  for (let row = 0; row < rows.length; row++) {
    const begin = rows[row] * from.strides[0]
    target.set(source.subarray(begin, begin + length * from.strides[1]), row * to.strides[0])
  }
}

/** Within the same memory: nothing is copied that stays where it is. */
function reorder(whole: Lent, rows: ArrayLike<number>, places: number): void {
  const data = bitsOf(whole)
  const [row, place] = whole.strides
  const length = places * place
  let kept = data
  for (const { from, to } of rowCopies(rows))
    if (to === spare) kept = data.slice(from * row, from * row + length)
    else if (from === spare) data.set(kept, to * row)
    else data.copyWithin(to * row, from * row, from * row + length)
}

/** The cells as whole numbers, where they are not wider: no bit of a NaN may change on the way. */
function bitsOf({ data }: Lent): Uint32Array | Uint16Array | Float64Array {
  return data instanceof Float32Array ? new Uint32Array(data.buffer, data.byteOffset, data.length) : data
}
