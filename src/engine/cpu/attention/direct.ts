// Attention for one to four positions, as in generation with a cache: one row of the pattern at a time.
//
//   scores[source] = scale / ln 2 · Σ over key of Q[key] · K[source, key]     four sources at a time
//   scores         = 2^(scores - maximum)
//   output[value]  = Σ over source of scores[source] · V[source, value] / Σ scores
//
// Such a row is a race for memory: keys and values are read once, where they lie, from the first source that the position
// sees to the last.

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { ScratchLayout } from './block.ts'
import { advance, call, pushVector, set, setDifference, setLeast, setMost, setVectors, storeVectors } from './code.ts'
import { emitExponential, emitExponentialConstants } from './exponential.ts'
import { emitFinish, leastScore } from './pattern.ts'
import { ProductFunction } from './product.ts'
import { pushDots } from './rows.ts'
import { emitSpan } from './span.ts'
import { AttentionStage, placesOf } from './stage.ts'

/** Vectors of scores that are worked on together. */
const vectors = 4

export function emitDirectAttention(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  const { position, source, outer, causal } = kernel
  const layout = new ScratchLayout()
  const row = layout.floats(8)
  const scores = layout.floats(source.size + vectors * 4)

  const score = emitScores(wasm, kernel, machine)
  const softmax = emitRowSoftmax(wasm, machine)
  const finish = emitFinish(wasm, 16)
  const mix = new ProductFunction(wasm, machine, {
    vectors: Math.ceil(kernel.value / 4),
    // One row of cells leaves room for more vectors, and they hide how long an addition takes.
    tile: { rows: 1, vectors: 16 },
    tails: [],
    strides: { aRow: 0, aStep: 4, bStep: source.value * 4, cRow: 0 },
    span: 'all',
    adds: false,
    hasFactors: true,
  })

  const stage = new AttentionStage(wasm, kernel)
  const { f, from, to, own, offset } = stage
  const [unit, place, p, start, end, seen, scored] = f.locals('i32', 7)
  const addresses = stage.addresses('query', 'key', 'value', 'output', 'logSumExp', 'keep', 'first', 'last')
  const [query, key, value, output, logSumExp, keep, first, last] = addresses.map(({ address }) => address)
  f.for(unit, from, to, 1, () => {
    stage.emitFirstPlace(addresses)
    f.push(unit, position.size).op('i32.rem_u').set(p)
    f.push(unit, position.size).op('i32.div_u').set(place)
    stage.emitMove(outer, place, addresses)
    advance(f, query, p, position.query * 4)
    advance(f, output, p, position.output * 4)
    advance(f, logSumExp, p, position.logSumExp * 4)
    advance(f, keep, p, position.keep * 4)

    advance(f, first, p, position.first * 4)
    advance(f, last, p, position.last * 4)

    emitSpan(f, kernel, { first, last }, { from: start, to: end })
    if (causal) {
      set(f, seen, p, offset, 1)
      setLeast(f, end, end, seen)
    }
    setMost(f, end, end, start)
    setDifference(f, seen, end, start)
    call(f, score, query, key, keep, [own, scores], start, end)
    set(f, scored, own, scores)
    advance(f, scored, start, 4)
    advance(f, value, start, source.value * 4)
    call(f, softmax, scored, seen, [own, row])
    call(f, finish, [own, row], 1)
    mix.call(f, { a: scored, b: value, c: output, rows: 1, inner: seen, factors: [own, row] })
    f.push(logSumExp, own).load('f32.load', row + 16)
    f.store('f32.store')
  })
  const units = placesOf(outer) * position.size
  return { stages: [{ function: f, units, grain: 1 }], sharedScratch: 0, ownScratch: layout.bytes }
}

/** A function (query, key, keep, scores, start, end) for one position's scores, -∞ where the mask hides a source. */
function emitScores(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): WasmFunction {
  const { source } = kernel
  const f = wasm.function('', integers(6))
  const [query, key, keep, scores, start, end] = f.parameters
  const [counter, first, left, right, target] = f.locals('i32', 5)
  const sums = f.locals('v128', 4)
  const kept = f.local('v128')
  // The last four sources are computed together, even if some of them have been before: beyond them nothing may be
  // read.
  const rows = Math.min(4, source.size)
  f.for(counter, start, end, 4, () => {
    setLeast(f, first, counter, source.size - rows)
    set(f, left, query)
    set(f, right, key)
    advance(f, right, first, source.key * 4)
    set(f, target, scores)
    advance(f, target, first, 4)
    f.push(target)
    const rightStride = source.key * 4
    pushDots(f, machine, sums, { left, right, leftStride: 0, rightStride, rows, cells: kernel.key })
    f.f32x4(kernel.scale * Math.LOG2E).op('f32x4.mul')
    if (kernel.keep !== undefined) {
      set(f, right, keep)
      advance(f, right, first, source.keep * 4)
      f.f32x4(-Infinity)
      f.f32x4(0).set(kept)
      for (let lane = 0; lane < rows; lane++) {
        f.push(right, kept).laneMemory('v128.load32_lane', lane, lane * source.keep * 4)
        f.set(kept)
      }
      f.push(kept).f32x4(0).op('f32x4.ne', 'v128.bitselect')
    }
    f.store('v128.store')
  })
  return f
}

/**
 * A function (scores, count, row) over scores in units of log 2:
 *
 *   scores := 2^(score - maximum)
 *   row    := four times Σ scores, and four times the maximum
 */
function emitRowSoftmax(wasm: WasmModule, machine: Machine): WasmFunction {
  const f = wasm.function('', integers(3))
  const [scores, count, row] = f.parameters
  const [counter, cell] = f.locals('i32', 2)
  const [x, n, power, totals] = [1, 2, 3, 4].map(() => f.locals('v128', vectors))
  const maximum = f.local('v128')
  const constants = emitExponentialConstants(f)
  const forScores = (body: () => void) => {
    set(f, cell, scores)
    f.for(counter, 0, count, vectors * 4, () => {
      body()
      f.increase(cell, vectors * 16)
    })
  }
  set(f, cell, scores)
  advance(f, cell, count, 4)
  setVectors(f, x, -Infinity)
  storeVectors(f, cell, x)

  setVectors(f, totals, leastScore)
  forScores(() => {
    totals.forEach((total, v) => {
      f.push(total)
      pushVector(f, cell, v).op('f32x4.pmax').set(total)
    })
  })
  emitAcross(f, totals, 'f32x4.pmax')
  f.push(totals[0]).set(maximum)

  setVectors(f, totals, 0)
  forScores(() => {
    x.forEach((score, v) => {
      pushVector(f, cell, v).push(maximum).op('f32x4.sub').set(score)
    })
    emitExponential(f, machine, constants, x, { n, power })
    storeVectors(f, cell, x)
    totals.forEach((total, v) => {
      f.push(total, x[v]).op('f32x4.add').set(total)
    })
  })
  emitAcross(f, totals, 'f32x4.add')
  f.push(row, totals[0]).store('v128.store')
  f.push(row, maximum).store('v128.store', 16)
  return f
}

/** Joins all lanes of four vectors: every lane of the first becomes the whole. */
function emitAcross(f: WasmFunction, [a, b, c, d]: readonly Local[], operation: 'f32x4.add' | 'f32x4.pmax'): void {
  f.push(a, b).op(operation).push(c, d).op(operation, operation).set(a)
  f.push(a, a, a).shuffle(2, 3, 0, 1).op(operation).set(a)
  f.push(a, a, a).shuffle(1, 0, 3, 2).op(operation).set(a)
}
