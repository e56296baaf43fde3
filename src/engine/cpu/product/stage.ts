// What the functions of a matrix product have in common: a stage's parameters, and the way from numbers to addresses.

import type { JoinedAxis } from '../../lower/joinedProduct.ts'
import { integers, type Local, type Pushable, type WasmFunction } from '../wasm/function.ts'
import type { MemoryInstruction } from '../wasm/instructions.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { ProductPlan } from './plan.ts'

/** Rounds up to whole cache lines. */
export const up = (bytes: number): number => Math.ceil(bytes / 64) * 64

/** A stage's function and its parameters, as Stage has them. */
export interface StageFunction {
  readonly f: WasmFunction
  readonly from: Local
  readonly to: Local
  readonly operands: readonly Local[]
  readonly shared: Local
  readonly own: Local
}

export function beginStage(wasm: WasmModule, operandCount: number): StageFunction {
  const f = wasm.function('', integers(4 + operandCount))
  const [from, to, ...rest] = f.parameters
  const [shared, own] = rest.slice(operandCount)
  return { f, from, to, operands: rest.slice(0, operandCount), shared, own }
}

/** Pushes base + index · stride. */
export function pushAt(f: WasmFunction, base: Local, index: Local, stride: Pushable): WasmFunction {
  if (stride === 0) return f.push(base)
  f.push(base, index)
  if (stride !== 1) f.push(stride).op('i32.mul')
  return f.op('i32.add')
}

/** Pushes base + Σ place · stride, the strides in bytes. */
export function pushAtPlace(
  f: WasmFunction,
  base: Local,
  places: readonly Local[],
  strides: readonly number[],
): WasmFunction {
  f.push(base)
  for (const [i, stride] of strides.entries()) {
    if (stride !== 0) f.push(places[i], stride).op('i32.mul', 'i32.add')
  }
  return f
}

/** Pushes an address moved by a number of bytes that is known. */
export function pushOffset(f: WasmFunction, address: Local, bytes: number): WasmFunction {
  return bytes === 0 ? f.push(address) : f.push(address, bytes).op('i32.add')
}

/** target = what stands at the address plus an offset in bytes */
export function emitLoad(
  f: WasmFunction,
  load: MemoryInstruction,
  address: Local,
  offset: number,
  target: Local,
): void {
  f.push(address).load(load, offset).set(target)
}

/** Pushes the smaller of two. */
export function pushMinimum(f: WasmFunction, variable: Local, most: Pushable): WasmFunction {
  return f.push(variable, most, variable, most).op('i32.lt_s', 'select')
}

/**
 * Units stand in rows of `size`. For each row that the units [from, to) touch, `body` gets the row's number, and the
 * first and the end of its units.
 */
export function emitRuns(
  { f, from, to }: StageFunction,
  size: number,
  body: (row: Local, first: Local, end: Local) => void,
): void {
  const [row, first, end] = f.locals('i32', 3)
  f.block(() =>
    f.loop(() => {
      f.push(from, to).op('i32.ge_s').branchIf(1)
      f.push(from, size).op('i32.div_u').set(row)
      f.push(from, size).op('i32.rem_u').set(first)
      f.push(first, to).op('i32.add').push(from).op('i32.sub').set(end)
      pushMinimum(f, end, size).set(end)
      f.push(from, end).op('i32.add').push(first).op('i32.sub').set(from)
      body(row, first, end)
      f.branch(0)
    }),
  )
}

/** Takes the number of a place on several axes apart: the place on each of them, the last axis running fastest. */
export function emitPlaces(f: WasmFunction, axes: readonly JoinedAxis[], place: Local): Local[] {
  let cells = 1
  const reversed = axes.toReversed().map(({ size }, i) => {
    const at = f.local('i32')
    f.push(place)
    if (cells > 1) f.push(cells).op('i32.div_u')
    if (i < axes.length - 1) f.push(size).op('i32.rem_u')
    cells *= size
    f.set(at)
    return at
  })
  return reversed.reverse()
}

/** The address of every operand at a place on the outer axes. */
export function emitOperands(
  { f, operands }: StageFunction,
  { outer, bytesOfA, bytesOfB }: ProductPlan,
  places: readonly Local[],
): Local[] {
  return operands.map((base, operand) => {
    const strides = outer.map((axis) =>
      operand === 0 ? axis.a * bytesOfA : operand === 1 ? axis.b * bytesOfB : axis.cells[operand] * 4,
    )
    if (strides.every((stride) => stride === 0)) return base
    const address = f.local('i32')
    pushAtPlace(f, base, places, strides).set(address)
    return address
  })
}
