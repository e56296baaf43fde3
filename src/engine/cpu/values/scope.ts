// What a loop kernel knows while it is written: where on its axes it stands, where its operands lie there, and which
// values it already has. Values are computed in it (emitValues.ts).

import type { JoinedAxes } from '../../lower/joinedAxes.ts'
import type { KernelOperand, RandomValue, Value } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { block, type CellBlock, Cells } from './cells.ts'
import type { Constants } from './constants.ts'
import type { ValueContext } from './context.ts'
import { emitSeed, emitValues } from './emitValues.ts'
import { Registers } from './registers.ts'

/** The parts of a kernel, as its code needs them. */
export interface Loops {
  readonly operands: readonly KernelOperand[]
  readonly axes: JoinedAxes
  readonly constants: Constants
  readonly machine: Machine
  /** Where given, the last axis is cut into pieces of so many cells. */
  readonly cellsOfPiece?: number
}

export class Scope {
  readonly f: WasmFunction
  readonly from: Local
  readonly to: Local
  readonly shared: Local
  readonly own: Local
  readonly registers: Registers
  readonly cells: Cells
  /** The place on each axis but the last; an axis of one place has none. */
  readonly coordinates: readonly (Local | undefined)[]
  /** The number of cells of the last axis, and of the pieces into which it is cut. */
  readonly length: number
  readonly pieces: number
  /** Where there are several pieces: the first cell of the one that is worked on. */
  readonly pieceStart: Local | undefined
  /** The functions that push values which need not be computed any more. */
  readonly known: Map<Value, (at: CellBlock, vector: number) => void>
  readonly #seeds: Map<RandomValue, Local>
  readonly #loops: Loops
  readonly #cellsOfPiece: number

  /** A scope of a function that has the parameters of a stage; within an `outer` one, what that knows is known. */
  constructor(f: WasmFunction, loops: Loops, outer?: Scope) {
    const { operands, axes, cellsOfPiece = Infinity } = loops
    const pointers = f.parameters.slice(2, 2 + operands.length)
    this.f = f
    this.#loops = loops
    this.#cellsOfPiece = cellsOfPiece
    ;[this.from, this.to] = f.parameters
    ;[this.shared, this.own] = f.parameters.slice(2 + operands.length)
    this.registers = outer?.registers ?? new Registers(f)
    this.cells = new Cells(f, operands, pointers, axes, this.registers)
    this.coordinates = axes.sizes.slice(0, -1).map((size) => (size > 1 ? f.local('i32') : undefined))
    this.length = axes.sizes.at(-1) ?? 1
    this.pieces = Math.max(1, Math.ceil(this.length / cellsOfPiece))
    this.pieceStart = this.pieces > 1 ? f.local('i32') : undefined
    this.known = new Map(outer?.known)
    this.#seeds = new Map(outer ? outer.#seeds : [])
  }

  /** Begins the function of a stage. The constants take the beginning of the thread's own scratch. */
  static begin(wasm: WasmModule, loops: Loops): Scope {
    const scope = new Scope(
      wasm.function(
        '',
        Array.from({ length: loops.operands.length + 4 }, () => 'i32'),
      ),
      loops,
    )
    loops.constants.write(scope.f, scope.own)
    return scope
  }

  /** Begins the work on one row. */
  row(): Scope {
    return new Scope(this.f, this.#loops, this)
  }

  /** Finds the operands' rows, at the coordinates and the piece's beginning. */
  locate(operands: readonly number[]): void {
    this.cells.locate([...this.coordinates, this.pieceStart], operands)
  }

  /** Sets the coordinates on the axes [begin, end) from the number of the place on them, and leaves `place` undefined. */
  decode(place: Local, begin: number, end: number): void {
    const { f } = this
    const axes = this.coordinates.flatMap((coordinate, axis) =>
      coordinate && axis >= begin && axis < end ? [{ coordinate, size: this.#loops.axes.sizes[axis] }] : [],
    )
    for (const [i, { coordinate, size }] of [...axes.entries()].toReversed()) {
      if (i === 0) f.push(place).set(coordinate)
      else {
        f.push(place, size).op('i32.rem_u').set(coordinate)
        f.push(place, size).op('i32.div_u').set(place)
      }
    }
  }

  /** Takes the number of the piece, which runs fastest, off the number of a unit. */
  decodePiece(unit: Local): void {
    if (!this.pieceStart) return
    this.f.push(unit, this.pieces).op('i32.rem_u').push(this.#cellsOfPiece).op('i32.mul').set(this.pieceStart)
    this.f.push(unit, this.pieces).op('i32.div_u').set(unit)
  }

  /** Goes over the row, or over the piece of it, in blocks of `width` vectors; `beforeRest` comes before the shorter one at its end. */
  pass(width: number, emitBlock: (at: CellBlock) => void, beforeRest: () => void = () => {}): void {
    const { f, length, pieces, pieceStart } = this
    const step = 4 * width
    const rest = (start: number, end: number): void => {
      const vectors = Math.ceil((end - start) / 4)
      if (vectors > 0) emitBlock(block(vectors, start, { lastLanes: end - start - (vectors - 1) * 4 }))
    }
    const lastPiece = pieceStart ? length - (pieces - 1) * this.#cellsOfPiece : length
    const whole = lastPiece - (lastPiece % step)
    const bytes = f.local('i32')
    if (pieceStart) {
      const isLast = f.local('i32')
      const end = f.local('i32')
      f.push(pieceStart, (pieces - 1) * this.#cellsOfPiece)
        .op('i32.eq')
        .set(isLast)
      f.push(whole * 4, this.#cellsOfPiece * 4, isLast)
        .op('select')
        .set(end)
      f.for(bytes, 0, end, step * 4, () => emitBlock(block(width, 0, { bytes })))
      if (whole < lastPiece) f.push(isLast).if(() => rest(whole, lastPiece))
      return
    }
    if (whole === step) emitBlock(block(width, 0))
    else f.for(bytes, 0, whole * 4, step * 4, () => emitBlock(block(width, 0, { bytes })))
    if (whole > step) beforeRest()
    rest(whole, length)
  }

  /** Computes values that are the same for all cells of the row, so that they are known from here on. */
  compute(values: readonly Value[], randoms: readonly RandomValue[] = []): void {
    const { f } = this
    const context = this.context(block(1, 0))
    const results = values.map(() => this.registers.take())
    for (const value of values) this.known.delete(value)
    emitValues(f, values, context, (which) => f.set(results[which]))
    for (const [which, value] of values.entries()) this.remember(value, results[which])
    for (const random of randoms) {
      const register = this.registers.take()
      emitSeed(f, random, this.context(block(1, 0)))
      f.set(register)
      this.#seeds.set(random, register)
    }
  }

  remember(value: Value, register: Local): void {
    this.known.set(value, () => this.f.push(register))
  }

  context(at: CellBlock): ValueContext {
    const { f, known } = this
    return {
      machine: this.#loops.machine,
      width: at.width,
      registers: this.registers,
      constants: this.#loops.constants.reader(f, this.own),
      load: (operand, vector) => this.cells.load(operand, at, vector),
      index: (axis, vector) => {
        const place = this.#loops.axes.placeOf(axis)
        if (place === this.#loops.axes.sizes.length - 1) this.#pushCells(at, vector, 1)
        else f.push((place !== undefined && this.coordinates[place]) || 0).op('i32x4.splat')
        f.op('f32x4.convert_i32x4_s')
      },
      cell: (of, vector) => {
        const strides = this.#loops.axes.strides(of)
        this.#pushCells(at, vector, strides.at(-1) ?? 0)
        this.coordinates.forEach((coordinate, axis) => {
          if (coordinate && strides[axis] !== 0)
            f.push(coordinate, strides[axis]).op('i32.mul', 'i32x4.splat', 'i32x4.add')
        })
      },
      known: (value) => {
        const push = known.get(value)
        return push && ((vector) => push(at, vector))
      },
      seed: (value) => {
        const register = this.#seeds.get(value)
        return register && (() => f.push(register))
      },
    }
  }

  /** Pushes the places on the last axis, times a stride, as whole numbers. */
  #pushCells(at: CellBlock, vector: number, stride: number): void {
    const { f } = this
    if (stride === 0) {
      f.i32x4(0, 0, 0, 0)
      return
    }
    f.push(at.start)
    if (at.bytes) f.push(at.bytes, 2).op('i32.shr_u', 'i32.add')
    if (this.pieceStart) f.push(this.pieceStart).op('i32.add')
    f.op('i32x4.splat')
    this.#loops.constants.reader(f, this.own).pushPlaces(vector)
    f.op('i32x4.add')
    if (stride !== 1) f.push(stride).op('i32x4.splat', 'i32x4.mul')
  }
}
