// What the gradient of attention calls for a block of positions (gradientBlock.ts): its products, and what happens between them.

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import { rare } from '../rare.ts'
import { integers, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { PositionBlock } from './block.ts'
import { advance, set } from './code.ts'
import { emitHideLater, emitSoftmaxGradient, emitZerosAfter } from './pattern.ts'
import { type ProductFunction, Products } from './product.ts'
import { emitTurn, forGroups, pushDots } from './rows.ts'

/** The functions of a block that are not products. */
export function emitGradientFunctions(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
  causal: AttentionKernel['causal'],
) {
  const { position, scale } = kernel
  const { size } = position
  const query = { cells: kernel.key, stride: position.query, size, factor: scale * Math.LOG2E }
  const gradient = { cells: kernel.value, stride: position.output, size, factor: scale }
  return {
    turnQuery: emitTurn(wasm, block, query),
    turnGradient: emitTurn(wasm, block, gradient),
    rowNumbers: emitRowNumbers(wasm, kernel, machine, block),
    hideLater: causal && emitHideLater(wasm, block, -Infinity),
    // With a cache, what stands beyond the last visible source may be no number.
    clearLater: causal?.offset === undefined ? undefined : emitHideLater(wasm, block, 0),
    hideMasked: kernel.keep === undefined ? undefined : rare('hiding').emitHideMasked(wasm, block, kernel),
    zerosAfter: causal && emitZerosAfter(wasm, block),
    softmaxGradient: emitSoftmaxGradient(wasm, machine, block),
  }
}

/** The products of a block. `tails`: the numbers of sources that may be left when no whole tile fits any more. */
export function emitGradientProducts(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
  { tails, isCausal }: { tails: readonly number[]; isCausal: boolean },
) {
  const { position, source } = kernel
  const { tile } = machine
  const products = new Products(wasm, machine)
  // pattern[source, position] and its gradient: K or V times what has been turned.
  const towardsPattern = (stride: number): ProductFunction =>
    products.of({
      vectors: block.vectors,
      tile,
      tails,
      strides: { aRow: stride * 4, aStep: 4, bStep: block.line, cRow: block.line },
      span: 'all',
      adds: false,
    })
  // dV[source, value] and dK[source, key]: the pattern's or its gradient's rows times dO or Q.
  const towardsSources = (cells: number, from: number, to: number): ProductFunction =>
    products.of({
      vectors: Math.ceil(cells / 4),
      tile,
      tails,
      strides: { aRow: block.line, aStep: 4, bStep: from * 4, cRow: to * 4 },
      span: isCausal ? 'seeing' : 'all',
      adds: true,
    })
  return {
    scores: towardsPattern(source.key),
    patternGradient: towardsPattern(source.value),
    valueGradient: towardsSources(kernel.value, position.output, source.value),
    keyGradient: towardsSources(kernel.key, position.query, source.key),
    queryGradient: products.of({
      vectors: Math.ceil(kernel.key / 4),
      tile,
      tails: block.tails,
      strides: { aRow: 4, aStep: block.line, bStep: source.key * 4, cRow: position.query * 4 },
      span: isCausal ? 'seen' : 'all',
      adds: true,
    }),
  }
}

/**
 * A function (output, dO, logSumExp, count, padded, rows) for a block's rows:
 *
 *   rows[0] := logSumExp / ln 2      or +∞, where nothing is seen and beyond `count`: the pattern is then 0
 *   rows[1] := scale · Σ over value of dO · output
 */
function emitRowNumbers(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
): WasmFunction {
  const { position, value } = kernel
  const f = wasm.function('', integers(6))
  const [output, dO, logSumExp, count, padded, rows] = f.parameters
  const [left, right, target, sum] = f.locals('i32', 4)
  const logarithms = f.local('v128')
  const sums = f.locals('v128', 4)
  const stride = position.output * 4
  forGroups(f, block, position.size, { count, padded }, (group, present) => {
    set(f, left, output)
    advance(f, left, group, stride)
    set(f, right, dO)
    advance(f, right, group, stride)
    set(f, sum, logSumExp)
    advance(f, sum, group, position.logSumExp * 4)
    set(f, target, rows)
    advance(f, target, group, 4)

    f.f32x4(-Infinity).set(logarithms)
    for (let lane = 0; lane < present; lane++) {
      f.push(sum, logarithms).laneMemory('v128.load32_lane', lane, lane * position.logSumExp * 4)
      f.set(logarithms)
    }
    f.push(target).f32x4(Infinity)
    f.push(logarithms).f32x4(Math.LOG2E).op('f32x4.mul')
    f.push(logarithms).f32x4(-Infinity).op('f32x4.eq', 'v128.bitselect').store('v128.store')
    f.push(target)
    const strides = { leftStride: stride, rightStride: stride }
    pushDots(f, machine, sums, { left, right, ...strides, rows: present, cells: value })
    f.f32x4(kernel.scale).op('f32x4.mul').store('v128.store', block.line)
  })
  return f
}
