// The gradient of attention, with nothing stored by the forward pass but its output and logSumExp.
//
// For every block of positions and chunk of sources, with the pattern and its gradient lying as [source, position]:
//
//   P  = exp(scale · Q·Kᵀ - logSumExp)        the pattern once more
//   dP = dO·Vᵀ                                its gradient
//   D  = Σ over value of dO · O               = Σ over source of P · dP
//   dS = P · (dP - D) · scale                 the gradient of the scores, with the scale
//   dV += Pᵀ·dO    dK += dSᵀ·Q    dQ += dS·K
//
// Turned queries carry scale / ln 2, turned dO and D carry scale: that makes both of the factors above.
// The gradients are sums over blocks, chunks, and the axes along which queries, keys or values are shared: all begin as
// zeros, and a unit does whatever adds to the same cells, in a fixed order.
//
// Dao et al. 2022 (FlashAttention), appendix B.2, derives the formulas.

import type { AttentionAxis, AttentionKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { integers, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { positionBlockOf, roundUp, ScratchLayout } from './block.ts'
import { call, set, setVectors, storeVectors } from './code.ts'
import { emitGradientBlock } from './gradientBlock.ts'
import { emitVisited, spansVary } from './span.ts'
import { AttentionStage, placesOf } from './stage.ts'

/** At most so many positions in a block: with so many sources as a chunk has (gradientBlock.ts) both patterns stay in the cache. */
const mostPositions = 64

/** True if places on this axis add to the same gradients. */
function isShared(axis: AttentionAxis): boolean {
  return axis.query === 0 || axis.key === 0 || axis.value === 0
}

export function emitAttentionGradient(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  const { position, source } = kernel
  const repeated = kernel.outer.filter(({ size }) => size > 1)
  const shared = repeated.filter(isShared)
  const separate = repeated.filter((axis) => !isShared(axis))
  const block = positionBlockOf(kernel, machine, spansVary(kernel) ? 1 : mostPositions)
  const layout = new ScratchLayout()
  const addBlock = emitGradientBlock(wasm, kernel, machine, block, layout)
  const clearQuery = emitClear(wasm, position.size, kernel.key, position.query)
  const clearKey = emitClear(wasm, source.size, kernel.key, source.key)
  const clearValue = emitClear(wasm, source.size, kernel.value, source.value)

  const stage = new AttentionStage(wasm, kernel)
  const { f, from, to, own } = stage
  const [unit, number, sharer, first] = f.locals('i32', 4)
  // biome-ignore format: as they come, and those that are written last
  const atUnit = stage.addresses(
    'query', 'key', 'value', 'output', 'logSumExp', 'keep', 'first', 'last',
    'outputGradient', 'queryGradient', 'keyGradient', 'valueGradient',
  )
  const atSharer = atUnit.map(({ operand }) => ({ operand, address: f.local('i32') }))
  const addresses = atSharer.map(({ address }) => address)
  const [queryGradient, keyGradient, valueGradient] = addresses.slice(-3)
  const forSharers = (body: () => void) => {
    f.for(sharer, 0, placesOf(shared), 1, () => {
      for (const [i, { address }] of atSharer.entries()) set(f, address, atUnit[i].address)
      set(f, number, sharer)
      stage.emitMove(shared, number, atSharer)
      body()
    })
  }
  f.for(unit, from, to, 1, () => {
    set(f, number, unit)
    stage.emitFirstPlace(atUnit)
    stage.emitMove(separate, number, atUnit)
    forSharers(() => {
      call(f, clearQuery, queryGradient)
      call(f, clearKey, keyGradient)
      call(f, clearValue, valueGradient)
    })
    forSharers(() => {
      const { offset, count } = emitVisited(stage, kernel, atSharer)
      f.for(first, 0, position.size, block.positions, () => {
        call(f, addBlock, ...addresses, first, offset, own, count)
      })
    })
  })
  return { stages: [{ function: f, units: placesOf(separate), grain: 1 }], sharedScratch: 0, ownScratch: layout.bytes }
}

/** A function (rows) that puts zeros. */
function emitClear(wasm: WasmModule, rows: number, cells: number, stride: number): WasmFunction {
  const f = wasm.function('', integers(1))
  const [address] = f.parameters
  const row = f.local('i32')
  const width = roundUp(cells, 4)
  if (stride === width) return f.push(address, 0, rows * width * 4).fill()
  const zero = f.local('v128')
  setVectors(f, [zero], 0)
  const zeros = Array.from({ length: width / 4 }, () => zero)
  f.for(row, 0, rows, 1, () => {
    storeVectors(f, address, zeros)
    f.increase(address, stride * 4)
  })
  return f
}
