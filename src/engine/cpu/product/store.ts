// What happens to the finished cells of a matrix product: the epilogue is computed for them, and they are stored.

import type { Elementwise, Store, Value } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import type { ConstantReader } from '../values/constants.ts'
import { emitValues } from '../values/emitValues.ts'
import type { Registers } from '../values/registers.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import { pushCells } from './pack.ts'
import type { ProductPlan } from './plan.ts'

export interface StoreContext {
  readonly machine: Machine
  readonly plan: ProductPlan
  readonly stores: readonly Store[]
  readonly constants: ConstantReader
  readonly registers: Registers
}

/** Cells of C that are stored at once. */
export interface FinishedCells {
  readonly rows: number
  /** The number of columns; the last vector may have less than four of them. */
  readonly columns: number
  /** Where the first of these cells lies in every operand but A and B, in the order of plan.others. */
  readonly addresses: readonly Local[]
  /** Pushes the product. */
  readonly push: (row: number, vector: number) => void
}

/** Computes and stores, row by row: V8 pairs vectors from stores that lie next to one another. */
export function emitStores(f: WasmFunction, context: StoreContext, cells: FinishedCells): void {
  const { machine, plan, stores, constants, registers } = context
  const width = Math.ceil(cells.columns / 4)
  const values = stores.map((store) => store.value)
  const lanesOf = (vector: number) => (plan.isPadded ? 4 : Math.min(4, cells.columns - vector * 4))
  const addressOf = (operand: number) => cells.addresses[plan.others.indexOf(operand)]
  const result = registers.take()
  for (let row = 0; row < cells.rows; row++) {
    const offsetOf = (operand: number, vector: number): number =>
      (row * plan.row.cells[operand] + vector * 4 * columnStride(plan, operand)) * 4
    const load = (operand: number, vector: number): void => {
      const stride = columnStride(plan, operand)
      const offset = offsetOf(operand, vector)
      if (stride === 0) f.push(addressOf(operand)).load('v128.load32_splat', offset)
      else pushCells(f, addressOf(operand), stride === 1 ? 4 : lanesOf(vector), stride, { offset })
    }
    const product = (vector: number): void => cells.push(row, vector)
    emitValues(f, values, { machine, width, constants, registers, load, product }, (which, vector) => {
      const address = addressOf(stores[which].operand)
      const offset = offsetOf(stores[which].operand, vector)
      const lanes = lanesOf(vector)
      f.set(result)
      if (lanes === 4) f.push(address, result).store('v128.store', offset)
      else for (let i = 0; i < lanes; i++) f.push(address, result).laneMemory('v128.store32_lane', i, offset + i * 4)
    })
  }
  registers.give(result)
}

/** A single column has no stride of its own. */
export function columnStride(plan: ProductPlan, operand: number): number {
  return plan.column.size === 1 ? 0 : plan.column.cells[operand]
}

const light: ReadonlySet<Elementwise> = new Set(['negate', 'add', 'subtract', 'multiply', 'maximum', 'minimum'])
const mostLight = 4

/** An epilogue that would take registers away from the sums, or much code where it is written out for a whole tile. */
export function isHeavyEpilogue(stores: readonly Store[]): boolean {
  const seen = new Set<Value>()
  const visit = (value: Value): void => {
    if (seen.has(value)) return
    seen.add(value)
    if (value.kind === 'apply') value.inputs.forEach(visit)
  }
  for (const { value } of stores) visit(value)
  const applied = [...seen].filter((value) => value.kind === 'apply')
  return applied.length > mostLight || applied.some(({ operation }) => !light.has(operation))
}
