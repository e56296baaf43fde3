// What happens to a panel of scores between the products: hiding what is not seen, softmax, and softmax's gradient.
//
// A panel is pattern[source, position], as many positions wide as a register tile; `line` is the distance in bytes
// from one source to the next. All loops run along the sources, over whole vectors of positions.

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import { integers, type Local, type Pushable, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { PositionBlock } from './block.ts'
import {
  advance,
  pushVector,
  repeat,
  set,
  setDifference,
  setLeast,
  setMost,
  setRoundedUp,
  setVectors,
  storeVectors,
} from './code.ts'
import { emitExponential, emitExponentialConstants, pushLogarithm } from './exponential.ts'

/** Runs `body` for every source, of which there are `count`: `cell` points at the panel's first position there. */
export function forSources(
  f: WasmFunction,
  values: Local,
  count: Local,
  line: number,
  body: (cell: Local) => void,
): void {
  const [cell, left] = f.locals('i32', 2)
  set(f, cell, values)
  set(f, left, count)
  repeat(f, left, () => {
    body(cell)
    f.increase(cell, line)
  })
}

/** A panel in a causal kernel: its first position sees the sources up to `lead`. */
export interface ScorePanel {
  /** The panel's first position in its block, and how many positions the block has. */
  readonly column: Local
  readonly count: Local
  readonly lead: Local
  /** The number of sources that there are. */
  readonly limit: Pushable
}

/**
 * Sets `seen` to the number of sources that a panel's scores are computed for: as far as its last position sees, in
 * whole tiles.
 */
export function emitSeen(
  f: WasmFunction,
  block: PositionBlock,
  causal: AttentionKernel['causal'],
  seen: Local,
  panel: ScorePanel,
): void {
  set(f, seen, panel.limit)
  if (!causal) return
  setDifference(f, seen, panel.count, panel.column)
  setLeast(f, seen, seen, block.panel)
  set(f, seen, seen, panel.lead)
  setMost(f, seen, seen, 0)
  setRoundedUp(f, seen, block.rows)
  setLeast(f, seen, seen, panel.limit)
}

/**
 * A function (values, count, lead) that puts `hidden` where a position does not see a source: the panel's position i
 * sees the sources up to lead + i.
 */
export function emitHideLater(wasm: WasmModule, block: PositionBlock, hidden: number): WasmFunction {
  const f = wasm.function('', integers(3))
  const [values, count, lead] = f.parameters
  const [first, left] = f.locals('i32', 2)
  const [distance, step] = f.locals('v128', 2)
  const panel = f.locals('v128', block.vectors)
  set(f, first, lead, 1)
  setMost(f, first, first, 0)
  advance(f, values, first, block.line)
  setDifference(f, left, count, first)
  f.push(first, lead).op('i32.sub', 'i32x4.splat').set(distance)
  f.i32x4(1, 1, 1, 1).set(step)
  forSources(f, values, left, block.line, (cell) => {
    emitSelect(f, panel, cell, hidden, (v) => {
      const positions = [0, 1, 2, 3].map((lane) => v * 4 + lane)
      f.i32x4(...positions).push(distance)
      f.op('i32x4.ge_s')
    })
    f.push(distance, step).op('i32x4.add').set(distance)
  })
  return f
}

/** Leaves the cells of a panel at one source as they are where `pushSeen` pushes ones, and else puts `hidden`. */
export function emitSelect(
  f: WasmFunction,
  panel: readonly Local[],
  cell: Local,
  hidden: number,
  pushSeen: (v: number) => void,
): void {
  panel.forEach((vector, v) => {
    pushVector(f, cell, v).f32x4(hidden)
    pushSeen(v)
    f.op('v128.bitselect').set(vector)
  })
  storeVectors(f, cell, panel)
}

/**
 * A function (values, count) that puts zeros for the sources that follow a panel. A tile of rows in which two panels
 * meet goes as far along the sources as the second sees: by fewer sources than the tile has rows.
 */
export function emitZerosAfter(wasm: WasmModule, block: PositionBlock): WasmFunction {
  const f = wasm.function('', integers(2))
  const [values, count] = f.parameters
  const left = f.local('i32')
  const zeros = f.locals('v128', block.vectors)
  advance(f, values, count, block.line)
  set(f, left, block.rows - 1)
  setVectors(f, zeros, 0)
  forSources(f, values, left, block.line, (cell) => storeVectors(f, cell, zeros))
  return f
}

/**
 * A function (values, count, rows) over a panel of scores in units of log 2:
 *
 *   values  := 2^(score - maximum)           over the sources
 *   rows[0] := Σ values                      for each position
 *   rows[1] := maximum                       for each position; if all is hidden, a number far below all scores
 */
export function emitSoftmax(wasm: WasmModule, machine: Machine, block: PositionBlock): WasmFunction {
  const f = wasm.function('', integers(3))
  const [values, count, rows] = f.parameters
  const { vectors, line } = block
  const [x, n, power, sums, maxima] = [1, 2, 3, 4, 5].map(() => f.locals('v128', vectors))

  setVectors(f, maxima, leastScore)
  forSources(f, values, count, line, (cell) => {
    maxima.forEach((maximum, v) => {
      f.push(maximum)
      pushVector(f, cell, v).op('f32x4.pmax').set(maximum)
    })
  })
  // Through memory, for V8 pairs vectors only if they are stored side by side.
  storeVectors(f, rows, maxima, line)
  maxima.forEach((maximum, v) => {
    pushVector(f, rows, v, line).set(maximum)
  })

  const constants = emitExponentialConstants(f)
  setVectors(f, sums, 0)
  forSources(f, values, count, line, (cell) => {
    x.forEach((score, v) => {
      pushVector(f, cell, v).push(maxima[v]).op('f32x4.sub').set(score)
    })
    emitExponential(f, machine, constants, x, { n, power })
    storeVectors(f, cell, x)
    sums.forEach((sum, v) => {
      f.push(sum, x[v]).op('f32x4.add').set(sum)
    })
  })
  storeVectors(f, rows, sums)
  return f
}

/** Where maxima begin: not at -∞, for where all is hidden, -∞ - maximum shall stay -∞. */
export const leastScore = -3.4e38

/**
 * A function (rows, count) that finishes what softmax leaves of `count` positions; the second row of numbers stands
 * `line` bytes after the first.
 *
 *   rows[0] := 1 / sum                            0 where all is hidden
 *   rows[1] := maximum · ln 2 + ln sum            -∞ where all is hidden: ln Σ exp(score)
 */
export function emitFinish(wasm: WasmModule, line: number): WasmFunction {
  const f = wasm.function('', integers(2))
  const [rows, count] = f.parameters
  const counter = f.local('i32')
  const [sum, x, n, s, square] = f.locals('v128', 5)
  const whereSeen = () => f.push(sum).f32x4(0).op('f32x4.ne')
  f.for(counter, 0, count, 4, () => {
    f.push(rows).load('v128.load').tee(sum).set(x)
    f.push(rows)
    f.push(rows).load('v128.load', line).f32x4(Math.LN2).op('f32x4.mul')
    pushLogarithm(f, x, { n, s, square })
    f.op('f32x4.add').f32x4(-Infinity)
    whereSeen().op('v128.bitselect').store('v128.store', line)
    f.push(rows).f32x4(1).push(sum).op('f32x4.div')
    whereSeen().op('v128.and').store('v128.store')
    f.increase(rows, 16)
  })
  return f
}

/**
 * A function (scores, upstream, count, rows) over a panel of scores in units of log 2, and of
 * `upstream`, the gradient of the pattern (times scale):
 *
 *   scores   := pattern = 2^(score - rows[0])
 *   upstream := gradient of the scores = pattern · (upstream - rows[1])
 */
export function emitSoftmaxGradient(wasm: WasmModule, machine: Machine, block: PositionBlock): WasmFunction {
  const f = wasm.function('', integers(4))
  const [scores, upstream, count, rows] = f.parameters
  const [x, n, power] = [1, 2, 3].map(() => f.locals('v128', block.vectors))
  const constants = emitExponentialConstants(f)
  const other = f.local('i32')
  set(f, other, upstream)
  forSources(f, scores, count, block.line, (cell) => {
    x.forEach((score, v) => {
      pushVector(f, cell, v)
      pushVector(f, rows, v).op('f32x4.sub').set(score)
    })
    emitExponential(f, machine, constants, x, { n, power })
    const slopes = n
    slopes.forEach((slope, v) => {
      pushVector(f, other, v)
      pushVector(f, rows, v, block.line).op('f32x4.sub').push(x[v]).op('f32x4.mul').set(slope)
    })
    storeVectors(f, cell, x)
    storeVectors(f, other, slopes)
    f.increase(other, block.line)
  })
  return f
}
