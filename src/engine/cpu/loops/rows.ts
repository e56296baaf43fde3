// Generates the kernels that work along rows: elementwise functions, and functions of sums and maxima over a row.
//
//   for each unit (a row, or a piece of one where nothing is reduced)
//     find the operands' rows
//     for each phase (phases.ts)
//       compute what is the same for the whole row
//       pass over the cells: blocks of several vectors side by side, then what is left of the row
//
// The cells beyond a row's end may hold anything: reductions mask them, stores may write them.

import { extentsOf, type ValueExtent } from '../../lower/extents.ts'
import { joinAxes } from '../../lower/joinedAxes.ts'
import type { RowsKernel, Value } from '../../lower/kernel.ts'
import { type Phase, type Phases, planPhases } from '../../lower/phases.ts'
import { allValues } from '../../lower/values.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { target } from '../target.ts'
import { block, type CellBlock, lanesOf, pushMoved } from '../values/cells.ts'
import { Constants, greatestWidth } from '../values/constants.ts'
import { emitValues, liveVectors } from '../values/emitValues.ts'
import { Scope } from '../values/scope.ts'
import type { Local } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { accumulate, combine, combining, passThroughMemory, widthOf } from './reductions.ts'

/** Less than this many cells are not worth a thread's while. */
const cellsOfGrain = 2048
/** Where nothing is reduced, long rows are cut into pieces of this many cells. */
const cellsOfPiece = 2048
/** Two rows of at most this length are worked on in turns. */
const shortRow = 512

/** A kernel, as the functions that write its code need it. */
interface Rows {
  readonly plan: Phases
  readonly machine: Machine
  /** The operands whose rows are found for each row. */
  readonly operands: readonly number[]
  /** Bytes of the thread's own scratch: of the constants, and behind them of each row that is worked on. */
  readonly constantBytes: number
  readonly scratchBytes: number
  /** Bytes of a row's scratch in which accumulators meet, and behind them of each value that is kept. */
  readonly meetingBytes: number
  readonly keptBytes: number
  readonly keptValues: readonly Value[]
}

/** A row that is worked on, and where its part of the thread's own scratch begins. */
interface Part {
  readonly scope: Scope
  readonly scratch: number
}

export function emitRows(wasm: WasmModule, kernel: RowsKernel, machine: Machine): Emitted {
  const { operands, stores } = kernel
  const roots = stores.map(({ value }) => value)
  const values = allValues(roots)
  const isReducing = values.some(({ kind }) => kind === 'reduce')
  const rank = kernel.axes.length
  const wholeRows = [
    [0, rank - 1],
    [rank - 1, rank],
  ] as const
  const axes = joinAxes(kernel, roots, isReducing ? wholeRows : [[0, rank]])
  const plan = planPhases(stores, operands, axes, target.costs)
  const constants = new Constants(roots)
  const scope = Scope.begin(wasm, { operands, axes, constants, machine, ...(isReducing ? {} : { cellsOfPiece }) })
  const { f, length, pieces } = scope

  const extents = extentsOf(roots, operands, axes, 'row')
  const operandsOf = (isWanted: (extent: ValueExtent | undefined) => boolean): number[] =>
    values.flatMap((value) => (value.kind === 'load' && isWanted(extents.get(value)) ? [value.operand] : []))
  const rows: Rows = {
    plan,
    machine,
    operands: [...operandsOf((extent) => extent !== 'kernel'), ...stores.map(({ operand }) => operand)],
    constantBytes: constants.bytes,
    ...scratchOf(plan, length),
  }
  // Short rows wait for their sums longer than they compute; unless they have dear values, which are kept.
  const isWaiting = isReducing && length <= shortRow && rows.keptValues.length === 0

  scope.cells.locate(
    [],
    operandsOf((extent) => extent === 'kernel'),
  )
  scope.compute(plan.kernelValues, plan.kernelSeeds)
  const unit = f.local('i32')
  if (isWaiting) emitPairs(scope, unit, (count) => emitUnits(scope, rows, unit, count))
  else f.for(unit, scope.from, scope.to, 1, () => emitUnits(scope, rows, unit, 1))

  const units = axes.sizes.slice(0, -1).reduce((product, size) => product * size, 1) * pieces
  const grain = pieces > 1 ? 1 : Math.max(1, Math.floor(cellsOfGrain / length))
  return {
    stages: [{ function: f, units, grain }],
    sharedScratch: 0,
    ownScratch: constants.bytes + (isWaiting ? 2 : 1) * rows.scratchBytes,
  }
}

/** The part of the thread's own scratch that each row has which is worked on: a place where accumulators meet, and its kept values. */
function scratchOf(
  { phases }: Phases,
  length: number,
): Pick<Rows, 'scratchBytes' | 'meetingBytes' | 'keptBytes' | 'keptValues'> {
  const mostReductions = Math.max(...phases.map(({ reductions }) => reductions.length))
  const keptValues = phases.flatMap(({ kept }) => kept)
  const keptBytes = Math.ceil(length / 4) * 16
  const meetingBytes = mostReductions * greatestWidth * 16
  return { scratchBytes: meetingBytes + keptValues.length * keptBytes, meetingBytes, keptBytes, keptValues }
}

/** Goes over the units two at a time; over the last one, where it is left, alone. */
function emitPairs({ f, from, to }: Scope, unit: Local, emitUnits: (count: number) => void): void {
  const end = f.local('i32')
  f.push(to, to, from).op('i32.sub').push(1).op('i32.and', 'i32.sub').set(end)
  f.for(unit, from, end, 2, () => emitUnits(2))
  f.push(end, to)
    .op('i32.lt_s')
    .if(() => {
      f.push(end).set(unit)
      emitUnits(1)
    })
}

/** The work on units that follow each other, in turns: while one waits for its sums, the other goes on. */
function emitUnits(outer: Scope, rows: Rows, unit: Local, count: number): void {
  const { f } = outer
  const { plan } = rows
  const parts = Array.from({ length: count }, (_, i) => ({
    scope: outer.row(),
    scratch: rows.constantBytes + i * rows.scratchBytes,
  }))
  parts.forEach(({ scope }, i) => {
    const row = f.local('i32')
    f.push(unit, i).op('i32.add').set(row)
    scope.decodePiece(row)
    scope.decode(row, 0, scope.coordinates.length)
    scope.locate(rows.operands)
  })
  for (const phase of plan.phases) for (const part of parts) emitPhase(phase, part, rows)
  for (const { scope } of parts) {
    for (const { operand, value } of plan.rowStores) {
      emitValues(f, [value], scope.context(block(1, 0)), () => scope.cells.storeOne(operand))
    }
  }
}

function emitPhase(phase: Phase, part: Part, rows: Rows): void {
  const { scope } = part
  const { f, registers, length } = scope
  scope.compute(phase.rowValues, phase.seeds)
  if (phase.reductions.length + phase.stores.length > 0) emitPass(phase, part, rows)
  for (const reduction of phase.rowReductions) {
    const result = registers.take()
    emitValues(f, [reduction.input], scope.context(block(1, 0)), () => {
      if (reduction.operation === 'sum' && length > 1) f.f32x4(length).op('f32x4.mul')
      f.set(result)
    })
    scope.remember(reduction, result)
  }
}

function emitPass({ reductions, stores, kept }: Phase, { scope, scratch }: Part, rows: Rows): void {
  const { f, registers, own } = scope
  const inputs = [...reductions.map(({ input }) => input), ...kept, ...stores.map(({ value }) => value)]
  // Sums are taken in as many parts as vectors run side by side: as many with pairing and without, for the same bits.
  const width = widthOf(liveVectors(inputs, scope.context(block(1, 0))), reductions.length > 0 || rows.machine.paired)
  const accumulators = reductions.map(({ operation }) => {
    const group = registers.takeMany(width)
    for (const accumulator of group) f.f32x4(operation === 'sum' ? 0 : -Infinity).set(accumulator)
    return group
  })
  const keptPlace = (value: Value): number =>
    scratch + rows.meetingBytes + rows.keptValues.indexOf(value) * rows.keptBytes

  const emitBlock = (at: CellBlock): void => {
    emitValues(f, inputs, scope.context(at), (which, vector) => {
      const ofKept = which - reductions.length
      const ofStores = ofKept - kept.length
      if (ofStores >= 0) scope.cells.store(stores[ofStores].operand, at, vector)
      else if (ofKept >= 0) keep(scope, at, vector, keptPlace(kept[ofKept]))
      else accumulate(f, reductions[which], accumulators[which][vector], lanesOf(at, vector))
    })
  }
  // The accumulators go through memory, because V8 begins to pair at adjacent stores; and before the rest of the row,
  // in which they are treated unlike each other.
  scope.pass(width, emitBlock, () => {
    for (const [i, group] of accumulators.entries()) passThroughMemory(f, group, own, scratch + i * greatestWidth * 16)
  })
  reductions.forEach((reduction, i) => {
    scope.remember(reduction, combine(f, accumulators[i], combining[reduction.operation]))
    registers.give(...accumulators[i].slice(1))
  })
  for (const value of kept) {
    scope.known.set(value, (at, vector) => {
      pushMoved(f, own, at)
      f.load('v128.load', keptPlace(value) + (at.start + 4 * vector) * 4)
    })
  }
}

/** Puts the vector on the stack among the kept values of a row, which begin at `place` in the thread's own scratch. */
function keep({ f, registers, own }: Scope, at: CellBlock, vector: number, place: number): void {
  const register = registers.take()
  f.set(register)
  pushMoved(f, own, at)
  f.push(register).store('v128.store', place + (at.start + 4 * vector) * 4)
  registers.give(register)
}
