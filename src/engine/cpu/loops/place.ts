// Generates the kernel that copies new rows into a longer operand, at a place that is known only at run time.
//
// A row of the target is looked up by that place, as a row of a table is by its id: so it is a kernel along rows that does
// nothing to the cells. A place too far on is taken back until the new rows fit.

import type { PlaceKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import type { WasmModule } from '../wasm/module.ts'
import { emitRows } from './rows.ts'

export function emitPlace(wasm: WasmModule, { axes, along }: PlaceKernel, machine: Machine): Emitted {
  const lookup = { ids: 1, stride: along.stride, size: along.size - along.count + 1 }
  const operands = [
    { strides: axes.map(({ values }) => values) },
    { strides: axes.map(() => 0) },
    { strides: axes.map(({ target }) => target), lookup },
  ]
  const stores = [{ operand: 2, value: { kind: 'load', operand: 0 } }] as const
  return emitRows(wasm, { kind: 'rows', axes: axes.map(({ size }) => size), operands, stores }, machine)
}
