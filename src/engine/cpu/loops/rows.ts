// Generates the kernels that work along rows: elementwise functions, and functions of sums and maxima over a row.
//
//   for each unit (a row, or a piece of one where nothing is reduced)
//     find the operands' rows
//     for each phase (phases.ts)
//       compute what is the same for the whole row
//       pass over the cells: blocks of several vectors side by side, then what is left of the row
//
// The cells beyond a row's end may hold anything: reductions mask them, stores may write them.

import { type Extent, extentsOf } from '../../lower/extents.ts'
import { joinAxes } from '../../lower/joinedAxes.ts'
import type { Reduction, RowsKernel, Value } from '../../lower/kernel.ts'
import { type Phase, planPhases } from '../../lower/phases.ts'
import { allValues } from '../../lower/values.ts'
import { target } from '../target.ts'
import { type Block, block, lanesOf, pushMoved } from '../wasm/cells.ts'
import type { Emitted, Machine } from '../wasm/emitted.ts'
import { Scope } from '../wasm/scope.ts'
import { Constants, emitValues, greatestWidth, liveVectors } from '../wasm/values.ts'
import type { Local, WasmFunction, WasmModule } from '../wasm/wasm.ts'

/** Less than this many cells are not worth a thread's while. */
const cellsOfGrain = 2048
/** Where nothing is reduced, long rows are cut into pieces of this many cells. */
const cellsOfPiece = 2048
/** Two rows of at most this length are worked on in turns. */
const shortRow = 512

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
  const rows = axes.sizes.slice(0, -1).reduce((product, size) => product * size, 1)
  const plan = planPhases(stores, operands, axes, target.costs)

  const constants = new Constants(roots)
  const scope = Scope.begin(wasm, {
    operands,
    axes,
    constants,
    machine,
    ...(isReducing ? {} : { cellsOfPiece }),
  })
  const { f, registers, own, length, pieces } = scope

  // Of the thread's own scratch each row that is worked on has: a place where accumulators meet, and its kept values.
  const mostReductions = Math.max(...plan.phases.map(({ reductions }) => reductions.length))
  const keptValues = plan.phases.flatMap(({ kept }) => kept)
  const keptBytes = Math.ceil(length / 4) * 16
  const meetingBytes = mostReductions * greatestWidth * 16
  const scratchBytes = meetingBytes + keptValues.length * keptBytes
  // Short rows wait for their sums longer than they compute; unless they have dear values, which are kept.
  const isWaiting = isReducing && length <= shortRow && keptValues.length === 0

  const extents = extentsOf(roots, operands, axes, 'row')
  const operandsOf = (isWanted: (extent: Extent | undefined) => boolean): number[] =>
    values.flatMap((value) => (value.kind === 'load' && isWanted(extents.get(value)) ? [value.operand] : []))
  const ofRow = [...operandsOf((extent) => extent !== 'kernel'), ...stores.map(({ operand }) => operand)]

  scope.cells.locate(
    [],
    operandsOf((extent) => extent === 'kernel'),
  )
  scope.compute(plan.kernelValues, plan.kernelSeeds)
  const unit = f.local('i32')
  if (!isWaiting) f.for(unit, scope.from, scope.to, 1, () => emitUnits(1))
  else {
    const end = f.local('i32')
    f.push(scope.to, scope.to, scope.from).op('i32.sub').push(1).op('i32.and', 'i32.sub').set(end)
    f.for(unit, scope.from, end, 2, () => emitUnits(2))
    f.push(end, scope.to)
      .op('i32.lt_s')
      .if(() => {
        f.push(end).set(unit)
        emitUnits(1)
      })
  }

  /** The work on units that follow each other, in turns: while one waits for its sums, the other goes on. */
  function emitUnits(count: number): void {
    const parts = Array.from({ length: count }, (_, i) => ({
      scope: scope.row(),
      scratch: constants.bytes + i * scratchBytes,
    }))
    parts.forEach(({ scope }, i) => {
      const row = f.local('i32')
      f.push(unit, i).op('i32.add').set(row)
      scope.decodePiece(row)
      scope.decode(row, 0, axes.sizes.length - 1)
      scope.locate(ofRow)
    })
    for (const phase of plan.phases) for (const part of parts) emitPhase(phase, part)
    for (const { scope } of parts) {
      for (const { operand, value } of plan.rowStores) {
        emitValues(f, [value], scope.context(block(1, 0)), () => scope.cells.storeOne(operand))
      }
    }
  }

  function emitPhase(phase: Phase, part: Part): void {
    const { scope } = part
    scope.compute(phase.rowValues, phase.seeds)
    if (phase.reductions.length + phase.stores.length > 0) emitPass(phase, part)
    for (const reduction of phase.rowReductions) {
      const result = registers.take()
      emitValues(f, [reduction.input], scope.context(block(1, 0)), () => {
        if (reduction.operation === 'sum' && length > 1) f.f32x4(length).op('f32x4.mul')
        f.set(result)
      })
      scope.remember(reduction, result)
    }
  }

  function emitPass({ reductions, stores, kept }: Phase, { scope, scratch }: Part): void {
    const inputs = [...reductions.map(({ input }) => input), ...kept, ...stores.map(({ value }) => value)]
    // Sums are taken in as many parts as vectors run side by side: as many with pairing and without, for the same bits.
    const width = widthOf(liveVectors(inputs, scope.context(block(1, 0))), reductions.length > 0 || machine.paired)
    const accumulators = reductions.map(({ operation }) => {
      const group = registers.takeMany(width)
      for (const accumulator of group) f.f32x4(operation === 'sum' ? 0 : -Infinity).set(accumulator)
      return group
    })
    const keptPlace = (value: Value): number => scratch + meetingBytes + keptValues.indexOf(value) * keptBytes

    function emitBlock(at: Block): void {
      emitValues(f, inputs, scope.context(at), (which, vector) => {
        const ofKept = which - reductions.length
        const ofStores = ofKept - kept.length
        if (ofStores >= 0) scope.cells.store(stores[ofStores].operand, at, vector)
        else if (ofKept >= 0) keep(kept[ofKept], at, vector)
        else accumulate(f, reductions[which], accumulators[which][vector], lanesOf(at, vector))
      })
    }
    function keep(value: Value, at: Block, vector: number): void {
      const register = registers.take()
      f.set(register)
      pushMoved(f, own, at)
      f.push(register).store('v128.store', keptPlace(value) + (at.start + 4 * vector) * 4)
      registers.give(register)
    }

    // The accumulators go through memory, because V8 begins to pair at adjacent stores; and before the rest of the row,
    // in which they are treated unlike each other.
    scope.pass(width, emitBlock, () => {
      for (const [i, group] of accumulators.entries())
        passThroughMemory(f, group, own, scratch + i * greatestWidth * 16)
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

  const grain = pieces > 1 ? 1 : Math.max(1, Math.floor(cellsOfGrain / length))
  return {
    stages: [{ function: f, units: rows * pieces, grain }],
    sharedScratch: 0,
    ownScratch: constants.bytes + (isWaiting ? 2 : 1) * scratchBytes,
  }
}

/** A row that is worked on, and where its part of the thread's own scratch begins. */
interface Part {
  readonly scope: Scope
  readonly scratch: number
}

export const combining = { sum: 'f32x4.add', maximum: 'f32x4.max' } as const

/** How many vectors to compute side by side: few enough for the registers to hold what is alive of each. */
export function widthOf(live: number, isWide: boolean): number {
  return isWide && live <= 6 ? 8 : 4
}

/** Adds the vector on the stack up, its first cells only where it reaches beyond the row's end. */
function accumulate(f: WasmFunction, { operation }: Reduction, accumulator: Local, lanes: number): void {
  const mask = Array.from({ length: 4 }, (_, lane) => (lane < lanes ? -1 : 0))
  if (lanes < 4 && operation === 'sum') f.i32x4(...mask).op('v128.and')
  if (lanes < 4 && operation === 'maximum')
    f.f32x4(-Infinity)
      .i32x4(...mask)
      .op('v128.bitselect')
  f.push(accumulator).op(combining[operation]).set(accumulator)
}

function passThroughMemory(f: WasmFunction, group: readonly Local[], address: Local, offset: number): void {
  group.forEach((register, i) => {
    f.push(address, register).store('v128.store', offset + i * 16)
  })
  group.forEach((register, i) => {
    f.push(address)
      .load('v128.load', offset + i * 16)
      .set(register)
  })
}

/** Combines vectors, then four lanes, in one order always; all lanes of the result are equal. It stands in the first register. */
function combine(f: WasmFunction, group: readonly Local[], operation: 'f32x4.add' | 'f32x4.max'): Local {
  const result = group[0]
  for (let half = group.length / 2; half >= 1; half /= 2) {
    for (let i = 0; i < half; i++)
      f.push(group[i], group[i + half])
        .op(operation)
        .set(group[i])
  }
  f.push(result, result, result).shuffle(2, 3, 0, 1).op(operation).set(result)
  f.push(result, result, result).shuffle(1, 0, 3, 2).op(operation).set(result)
  return result
}
