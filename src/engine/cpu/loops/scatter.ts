// Generates the kernel that adds rows up where their ids send them: table[id] += values, from a table of zeros or as it is.
//
//   stage 1   clear the table, unless it is added onto
//   stage 2   for each unit (a piece of the columns)
//               for each row, in order: table[id of the row] += the row's cells
//
// Every unit goes through all rows, so no two write to one cell, and each cell's sum has one order. A row whose id is none
// of the table's (−1 says: nowhere) adds nothing.

import { joinAxes } from '../../lower/joinedAxes.ts'
import type { KernelOperand, ScatterKernel, Store, Value } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { block } from '../values/cells.ts'
import { Constants } from '../values/constants.ts'
import { emitValues } from '../values/emitValues.ts'
import { Scope } from '../values/scope.ts'
import type { WasmModule } from '../wasm/module.ts'
import { emitRows } from './rows.ts'

/** Into how many pieces the columns are cut, at most; but no cache line is. */
const mostPieces = 8
const cellsOfLine = 16

export function emitScatter(wasm: WasmModule, { rows, along, table, onto }: ScatterKernel, machine: Machine): Emitted {
  const toTable: KernelOperand = { strides: [...rows.map(() => 0), ...along.map((axis) => axis.table)] }
  const operands: readonly KernelOperand[] = [
    { strides: [...rows, ...along].map(({ values }) => values) },
    { strides: [...rows.map(({ ids }) => ids), ...along.map(({ ids = 0 }) => ids)] },
    { ...toTable, lookup: { ids: 1, stride: table.stride, size: table.size } },
  ]
  const id: Value = { kind: 'load', operand: 1 }
  const isInTable = apply('multiply', apply('lessEqual', number(0), id), apply('less', id, number(table.size)))
  const added = apply('where', isInTable, { kind: 'load', operand: 0 }, number(0))
  const sum = apply('add', { kind: 'load', operand: 2 }, added)

  const sizes = [...rows, ...along].map(({ size }) => size)
  const last = sizes.length - 1
  const axes = joinAxes(
    { axes: sizes, operands },
    [sum],
    [
      [0, last],
      [last, last + 1],
    ],
  )
  const places = axes.sizes.slice(0, -1).reduce((product, size) => product * size, 1)
  const length = axes.sizes.at(-1) ?? 1
  const cellsOfPiece = Math.ceil(length / mostPieces / cellsOfLine) * cellsOfLine

  const constants = new Constants([sum])
  const scope = Scope.begin(wasm, { operands, axes, constants, machine, cellsOfPiece })
  const { f, cells } = scope
  const unit = f.local('i32')
  const place = f.local('i32')
  f.for(unit, scope.from, scope.to, 1, () => {
    const piece = f.local('i32')
    f.push(unit).set(piece)
    scope.decodePiece(piece)
    f.for(place, 0, places, 1, () => {
      const rest = f.local('i32')
      f.push(place).set(rest)
      scope.decode(rest, 0, axes.sizes.length - 1)
      scope.locate([0, 1, 2])
      scope.compute([isInTable])
      if (cells.stride(2) === 0) emitValues(f, [sum], scope.context(block(1, 0)), () => cells.storeOne(2))
      else scope.pass(4, (at) => emitValues(f, [sum], scope.context(at), (_, vector) => cells.store(2, at, vector)))
    })
  })

  const clear = onto ? undefined : emitClear()
  return {
    stages: [...(clear?.stages ?? []), { function: f, units: scope.pieces, grain: 1 }],
    sharedScratch: 0,
    ownScratch: Math.max(clear?.ownScratch ?? 0, constants.bytes),
  }

  function emitClear(): Emitted {
    const nothing = { strides: [0, ...along.map(() => 0)] }
    const stores: readonly Store[] = [{ operand: 2, value: number(0) }]
    const strides = [table.stride, ...along.map((axis) => axis.table)]
    const kernelAxes = [table.size, ...along.map(({ size }) => size)]
    return emitRows(
      wasm,
      { kind: 'rows', axes: kernelAxes, operands: [nothing, nothing, { strides }], stores },
      machine,
    )
  }
}

const number = (value: number): Value => ({ kind: 'constant', value })
const apply = (operation: Extract<Value, { kind: 'apply' }>['operation'], ...inputs: readonly Value[]): Value => ({
  kind: 'apply',
  operation,
  inputs,
})
