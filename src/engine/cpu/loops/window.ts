// Generates the kernel that copies a run of places along one axis, and puts zeros where there are none.
//
//   for each unit (a row: a place on all axes but the last)
//     along another axis than the last   the row of the place that is meant, or zeros
//     along the last axis                zeros, then the cells that there are, then zeros
//
// Cells are copied four at a time from wherever they lie, and the last few one by one.

import type { WindowKernel } from '../../lower/kernel.ts'
import type { Emitted } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'

/** Fewer cells than this are not worth a thread's while. */
const cellsOfGrain = 2048

export function emitWindow(wasm: WasmModule, { axes, along }: WindowKernel): Emitted {
  const f = wasm.function('', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'])
  const [first, end, values, target] = f.parameters
  const [unit, rest, place, from, to] = f.locals('i32', 5)
  const outer = axes.slice(0, -1)
  const row = axes[axes.length - 1]
  const isAlongRow = along.axis === axes.length - 1
  const cellsOf = (begin: number, count: number) => {
    const span: Span = { from, to, stride: row.values, fromCell: begin + (isAlongRow ? along.from : 0), toCell: begin }
    emitCopy(f, span, count)
  }
  f.for(unit, first, end, 1, () => {
    const shifted = f.local('i32')
    f.push(unit).set(rest)
    f.push(values).set(from)
    f.push(target).set(to)
    for (const [i, axis] of [...outer.entries()].reverse()) {
      f.push(rest, axis.size).op('i32.rem_u').set(place)
      f.push(rest, axis.size).op('i32.div_u').set(rest)
      f.push(to, place, axis.target * 4)
        .op('i32.mul', 'i32.add')
        .set(to)
      if (i === along.axis) f.push(place, along.from).op('i32.add').tee(place).set(shifted)
      f.push(from, place, axis.values * 4)
        .op('i32.mul', 'i32.add')
        .set(from)
    }
    if (isAlongRow) {
      const begin = Math.min(Math.max(0, -along.from), row.size)
      const stop = Math.max(begin, Math.min(row.size, along.count - along.from))
      emitZeros(f, to, 0, begin)
      cellsOf(begin, stop - begin)
      emitZeros(f, to, stop, row.size - stop)
    } else {
      // Below 0 is far above, for a number without a sign.
      f.push(shifted, along.count).op('i32.lt_u')
      f.if(
        () => cellsOf(0, row.size),
        () => emitZeros(f, to, 0, row.size),
      )
    }
  })
  const units = outer.reduce((product, { size }) => product * size, 1)
  const grain = Math.max(1, Math.floor(cellsOfGrain / row.size))
  return { stages: [{ function: f, units, grain }], sharedScratch: 0, ownScratch: 0 }
}

/** Two runs of cells: the addresses of their rows, where in these they begin, and how far apart cells lie in the first. */
interface Span {
  readonly from: Local
  readonly to: Local
  readonly stride: number
  readonly fromCell: number
  readonly toCell: number
}

function emitCopy(f: WasmFunction, { from, to, stride, fromCell, toCell }: Span, count: number): void {
  const [read, write, left] = f.locals('i32', 3)
  const vectors = stride === 1 ? count >> 2 : 0
  const move = (bytes: number, load: () => void, repeats: number) => {
    f.for(left, 0, repeats, 1, () => {
      f.push(write)
      load()
      f.store(bytes === 16 ? 'v128.store' : 'f32.store')
      f.increase(read, stride * bytes).increase(write, bytes)
    })
  }
  f.push(from, fromCell * stride * 4)
    .op('i32.add')
    .set(read)
  f.push(to, toCell * 4)
    .op('i32.add')
    .set(write)
  move(16, () => f.push(read).load('v128.load'), vectors)
  move(4, () => f.push(read).load('f32.load'), count - vectors * 4)
}

function emitZeros(f: WasmFunction, to: Local, cell: number, count: number): void {
  if (count > 0)
    f.push(to, cell * 4)
      .op('i32.add')
      .push(0, count * 4)
      .fill()
}
