// What happens to the finished cells of a matrix product: the epilogue is computed for them, and they are stored.

import type { Machine } from './emitted.ts'
import { pushCells } from './productPack.ts'
import type { Plan } from './productPlan.ts'
import { type ConstantReader, emitValues, type Registers } from './values.ts'
import type { Local, WasmFunction } from './wasm.ts'
import type { Store } from '../kernel.ts'

export interface Cells {
  readonly rows: number
  /** How many columns there are; the last vector may have less than four of them. */
  readonly columns: number
  /** Where the first of these cells lies in every operand but A and B. */
  readonly addresses: ReadonlyMap<number, Local>
  /** Pushes the product. */
  readonly push: (row: number, vector: number) => void
}

export interface StoreContext {
  readonly machine: Machine
  readonly plan: Plan
  readonly stores: readonly Store[]
  readonly constants: ConstantReader
  readonly registers: Registers
}

/** Computes and stores, row by row: V8 pairs vectors from stores that lie next to one another. */
export function emitStores(f: WasmFunction, { machine, plan, stores, constants, registers }: StoreContext, cells: Cells): void {
  const width = Math.ceil(cells.columns / 4)
  const values = stores.map((store) => store.value)
  for (let row = 0; row < cells.rows; row++) {
    const place = (operand: number, vector: number): { address: Local; offset: number } => ({
      address: addressOf(cells, operand),
      offset: (row * plan.row.cells[operand] + vector * 4 * columnStride(plan, operand)) * 4,
    })
    const load = (operand: number, vector: number): void => {
      const { address, offset } = place(operand, vector)
      const stride = columnStride(plan, operand)
      if (stride === 0) f.push(address).load('v128.load32_splat', offset)
      else pushCells(f, address, 4, stride, offset)
    }
    const product = (vector: number): void => cells.push(row, vector)
    const result = registers.take()
    emitValues(f, values, { machine, width, constants, registers, load, product }, (which, vector) => {
      const { address, offset } = place(stores[which].operand, vector)
      const present = plan.padded ? 4 : Math.min(4, cells.columns - vector * 4)
      f.set(result)
      if (present === 4) f.push(address, result).store('v128.store', offset)
      else for (let lane = 0; lane < present; lane++) f.push(address, result).laneMemory('v128.store32_lane', lane, offset + lane * 4)
    })
    registers.give(result)
  }
}

/** A single column has no stride of its own. */
export function columnStride(plan: Plan, operand: number): number {
  return plan.column.size === 1 ? 0 : plan.column.cells[operand]
}

function addressOf({ addresses }: Cells, operand: number): Local {
  const address = addresses.get(operand)
  if (!address) throw new Error(`product: the epilogue reads operand ${operand}, which the kernel does not list.`)
  return address
}
