// One row times a B that comes from memory, in short lines (row.ts). Loaded for programs that have such a product (rare.ts).

import { type JoinedAxis, joinedSize } from '../../lower/joinedProduct.ts'
import type { Emitted } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { Panels, ProductPlan } from './plan.ts'
import { beginStage, emitOperands, emitPlaces, emitRuns, pushAt, pushMinimum, type StageFunction, up } from './stage.ts'

/** A product of one row whose B is a stream, and what row.ts has for it. */
export interface StreamedRow {
  readonly plan: ProductPlan
  readonly k: JoinedAxis
  readonly operandCount: number
  /** The units of columns, and the bytes of their sums. */
  readonly panels: Panels
  readonly unitBytes: number
  readonly constants: { readonly bytes: number; write(f: WasmFunction, own: Local): void }
  readonly addLines: WasmFunction
  /** The function that adds up the sums of so many parts, and stores. */
  finish(parts: number): WasmFunction
}

/** A stream is cut into so many parts, however many threads there are. */
const streamParts = 8

/** First the sums of parts of the lines, then the sums of these; both for every place on the outer axes. */
export function emitStream(wasm: WasmModule, product: StreamedRow): Emitted {
  const { plan, k, operandCount, panels, unitBytes, constants, addLines } = product
  const places = joinedSize(plan.outer)
  const partLines = Math.ceil(k.size / streamParts)
  const parts = Math.ceil(k.size / partLines)
  const partBytes = panels.count * unitBytes
  const finish = product.finish(parts)
  const emitAdding = (stage: StageFunction): void => {
    const { f, shared } = stage
    const [at, line, lines, sums] = f.locals('i32', 4)
    emitRuns(stage, parts, (place, part, endPart) => {
      const [a, b] = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
      f.for(at, part, endPart, 1, () => {
        f.push(at, partLines).op('i32.mul').set(line)
        f.push(k.size, line).op('i32.sub').set(lines)
        pushMinimum(f, lines, partLines).set(lines)
        pushAt(f, shared, place, parts * partBytes).set(sums)
        pushAt(f, sums, at, partBytes).set(sums)
        pushAt(f, a, line, k.a * 4)
        pushAt(f, b, line, k.b * plan.bytesOfB)
        f.push(lines, sums, 0, panels.count).call(addLines)
      })
    })
  }
  const emitFinishing = (stage: StageFunction): void => {
    const { f, shared, own } = stage
    const sums = f.local('i32')
    constants.write(f, own)
    emitRuns(stage, panels.count, (place, unit, endUnit) => {
      const operands = emitOperands(stage, plan, emitPlaces(f, plan.outer, place))
      pushAt(f, shared, place, parts * partBytes).set(sums)
      pushAt(f, sums, unit, unitBytes).push(unit, endUnit, own)
      f.push(...plan.others.map((operand) => operands[operand])).call(finish)
    })
  }
  const adding = beginStage(wasm, operandCount)
  emitAdding(adding)
  const finishing = beginStage(wasm, operandCount)
  emitFinishing(finishing)
  return {
    stages: [
      { function: adding.f, units: places * parts, grain: 1 },
      { function: finishing.f, units: places * panels.count, grain: 1 },
    ],
    sharedScratch: places * parts * partBytes,
    ownScratch: up(constants.bytes),
  }
}
