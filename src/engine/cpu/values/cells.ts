// Where a kernel's operands lie while it works on one row: reads and writes vectors of their cells.

import type { JoinedAxes } from '../../lower/joinedAxes.ts'
import type { KernelOperand } from '../../lower/kernel.ts'
import { rare } from '../rare.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { Registers } from './registers.ts'

/** A piece of a row that is worked on at once: `width` vectors from the cell `start` (+ what `bytes` counts, 4 a cell). */
export interface CellBlock {
  readonly width: number
  readonly start: number
  readonly bytes?: Local
  /** The number of cells of the last vector that exist. */
  readonly lastLanes: number
  /** Addresses that were computed in this block, by what they add to `bytes`. */
  readonly addresses: Map<string, Local>
}

export const block = (
  width: number,
  start: number,
  { bytes, lastLanes = 4 }: { bytes?: Local; lastLanes?: number } = {},
): CellBlock => ({
  width,
  start,
  bytes,
  lastLanes,
  addresses: new Map(),
})

/** The number of cells of a vector that exist. */
export const lanesOf = (block: CellBlock, vector: number): number => (vector === block.width - 1 ? block.lastLanes : 4)

export class Cells {
  readonly #f: WasmFunction
  readonly #operands: readonly KernelOperand[]
  readonly #pointers: readonly Local[]
  readonly #registers: Registers
  /** Strides along the joined axes. */
  readonly #strides: readonly (readonly number[])[]
  /** The address of each operand's row. */
  readonly #rows: Local[]

  constructor(
    f: WasmFunction,
    operands: readonly KernelOperand[],
    pointers: readonly Local[],
    axes: JoinedAxes,
    registers: Registers,
  ) {
    this.#f = f
    this.#operands = operands
    this.#pointers = pointers
    this.#registers = registers
    this.#strides = operands.map(({ strides }) => axes.strides(strides))
    this.#rows = operands.map(() => f.local('i32'))
  }

  /** An operand's stride along the last axis. */
  stride(operand: number): number {
    return this.#strides[operand].at(-1) ?? 0
  }

  /** Bytes of a cell. */
  #bytes(operand: number): number {
    return this.#operands[operand].type === 'bf16' ? 2 : 4
  }

  /** Finds the rows of operands at a place: a coordinate for each axis, or none where it is 0. */
  locate(coordinates: readonly (Local | undefined)[], which: readonly number[]): void {
    const f = this.#f
    const offsets = new Map<string, Local>()
    // A table's row is found by its id, whose own row must have been found before.
    const chosen = new Set(which)
    for (const operand of chosen) {
      const ids = this.#operands[operand].lookup?.ids
      if (ids !== undefined) chosen.add(ids)
    }
    const order = [...chosen].toSorted(
      (a, b) => Number(this.#operands[a].lookup !== undefined) - Number(this.#operands[b].lookup !== undefined),
    )
    for (const operand of order) {
      const strides = this.#strides[operand]
      const moves = coordinates.flatMap((coordinate, axis) =>
        coordinate && strides[axis] !== 0 ? [{ coordinate, bytes: strides[axis] * this.#bytes(operand) }] : [],
      )
      f.push(this.#pointers[operand])
      if (moves.length > 0) {
        const key = moves.map(({ coordinate, bytes }) => `${coordinate.local}*${bytes}`).join('+')
        const known = offsets.get(key)
        if (known) f.push(known)
        else {
          const offset = f.local('i32')
          offsets.set(key, offset)
          moves.forEach(({ coordinate, bytes }, i) => {
            f.push(coordinate, bytes).op('i32.mul')
            if (i > 0) f.op('i32.add')
          })
          f.tee(offset)
        }
        f.op('i32.add')
      }
      const lookup = this.#operands[operand].lookup
      if (lookup && this.stride(lookup.ids) === 0) {
        f.push(this.#rows[lookup.ids])
        this.#loadId(lookup.ids)
        this.#pushTableRow(operand)
        f.op('i32.add')
      }
      f.set(this.#rows[operand])
    }
  }

  /** Pushes a vector of cells; cells of no row's end may be anything. */
  load(operand: number, block: CellBlock, vector: number): void {
    const f = this.#f
    const stride = this.stride(operand)
    const lookup = this.#operands[operand].lookup
    if (lookup && this.stride(lookup.ids) !== 0) {
      this.#loadLookedUp(operand, lookup.ids, block, vector)
      return
    }
    if (this.#bytes(operand) === 2) {
      const lanes = stride === 1 ? 4 : lanesOf(block, vector)
      const offset = (block.start + 4 * vector) * stride * 2
      rare('bfloat16').widen(f, { lanes, stride, offset, pushAddress: () => this.#pushAddress(operand, block) })
      return
    }
    if (stride === 0) {
      f.push(this.#rows[operand]).load('v128.load32_splat')
      return
    }
    const offset = (block.start + 4 * vector) * stride * 4
    if (stride === 1) {
      this.#pushAddress(operand, block)
      f.load('v128.load', offset)
      return
    }
    const lanes = lanesOf(block, vector)
    for (let lane = 0; lane < lanes; lane++) this.#pushAddress(operand, block)
    f.load('v128.load32_zero', offset)
    for (let lane = 1; lane < lanes; lane++) f.laneMemory('v128.load32_lane', lane, offset + lane * stride * 4)
  }

  /**
   * Stores the vector on the stack. Where cells lie side by side, all four are written; but a looked-up row may begin
   * anywhere, and what comes after its end need not be padding.
   */
  store(operand: number, block: CellBlock, vector: number): void {
    const f = this.#f
    const stride = this.stride(operand)
    const offset = (block.start + 4 * vector) * stride * 4
    const value = this.#registers.take()
    f.set(value)
    if (stride === 1 && (lanesOf(block, vector) === 4 || !this.#operands[operand].lookup)) {
      this.#pushAddress(operand, block)
      f.push(value).store('v128.store', offset)
    } else {
      for (let lane = 0; lane < lanesOf(block, vector); lane++) {
        this.#pushAddress(operand, block)
        f.push(value).laneMemory('v128.store32_lane', lane, offset + lane * stride * 4)
      }
    }
    this.#registers.give(value)
  }

  /** Stores a number of the whole row: the first lane of the vector on the stack. */
  storeOne(operand: number): void {
    const value = this.#registers.take()
    this.#f.set(value).push(this.#rows[operand], value).laneMemory('v128.store32_lane', 0)
    this.#registers.give(value)
  }

  /** Pushes base + what the block has moved on, times the stride. */
  #pushAddress(operand: number, block: CellBlock): void {
    pushMoved(this.#f, this.#rows[operand], block, this.stride(operand), this.#bytes(operand))
  }

  /** Loads an id from the address on the stack. */
  #loadId(ids: number, offset = 0): void {
    if (this.#bytes(ids) === 4) this.#f.load('f32.load', offset)
    else this.#f.load('i32.load16_u', offset).push(16).op('i32.shl', 'f32.reinterpret_i32')
  }

  /** Turns an id on the stack into the offset of its row, in bytes. Ids outside the table get its first or last row. */
  #pushTableRow(operand: number): void {
    const { size = 1, stride = 0 } = this.#operands[operand].lookup ?? {}
    const f = this.#f
    f.f32(0)
      .op('f32.max')
      .f32(size - 1)
      .op('f32.min', 'i32.trunc_sat_f32_s')
      .push(stride * this.#bytes(operand))
      .op('i32.mul')
  }

  /** Every cell has an id of its own. */
  #loadLookedUp(operand: number, ids: number, block: CellBlock, vector: number): void {
    const f = this.#f
    const cells = this.#registers.take()
    f.f32x4(0).set(cells)
    for (let lane = 0; lane < lanesOf(block, vector); lane++) {
      const cell = block.start + 4 * vector + lane
      this.#pushAddress(operand, block)
      this.#pushAddress(ids, block)
      this.#loadId(ids, cell * this.stride(ids) * this.#bytes(ids))
      this.#pushTableRow(operand)
      f.op('i32.add').push(cells)
      const offset = cell * this.stride(operand) * this.#bytes(operand)
      if (this.#bytes(operand) === 2) rare('bfloat16').widenLane(f, lane, offset)
      else f.laneMemory('v128.load32_lane', lane, offset)
      f.set(cells)
    }
    f.push(cells)
    this.#registers.give(cells)
  }
}

/** Pushes base + block.bytes · stride, or half of that where a cell has two bytes; computed once in a block. */
export function pushMoved(f: WasmFunction, base: Local, block: CellBlock, stride = 1, cellBytes = 4): void {
  if (!block.bytes || stride === 0) {
    f.push(base)
    return
  }
  const key = `${base.local}*${stride}*${cellBytes}`
  const known = block.addresses.get(key)
  if (known) {
    f.push(known)
    return
  }
  const address = f.local('i32')
  block.addresses.set(key, address)
  f.push(base, block.bytes)
  if (cellBytes === 2) f.push(1).op('i32.shr_u')
  if (stride !== 1) f.push(stride).op('i32.mul')
  f.op('i32.add').tee(address)
}
