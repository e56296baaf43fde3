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
import type { Emitted, Machine } from '../wasm/emitted.ts'
import type { WasmFunction, WasmModule } from '../wasm/wasm.ts'
import { type Block, blockOf, emitBlockRows, Layout, roundUp } from './block.ts'
import {
  advance,
  call,
  integers,
  set,
  setDifference,
  setLeast,
  setMost,
  setRoundedUp,
  setVectors,
  storeVectors,
} from './code.ts'
import { emitHideLater, emitHideMasked, emitSeen, emitSoftmaxGradient, emitZerosAfter } from './pattern.ts'
import { Products } from './product.ts'
import { emitTurn, forGroups, pushDots } from './rows.ts'
import { BlockSpans, emitVisited, sourceTails, spansVary } from './span.ts'
import { AttentionStage, placesOf } from './stage.ts'

/** At most so many positions in a block, and about so many sources in a chunk: both patterns then stay in the cache. */
const mostPositions = 64
const mostSources = 128

/** Whether places on this axis add to the same gradients. */
function isShared(axis: AttentionAxis): boolean {
  return axis.query === 0 || axis.key === 0 || axis.value === 0
}

export function emitAttentionGradient(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  const { position, source } = kernel
  const repeated = kernel.outer.filter(({ size }) => size > 1)
  const shared = repeated.filter(isShared)
  const separate = repeated.filter((axis) => !isShared(axis))
  const block = blockOf(kernel, machine, spansVary(kernel) ? 1 : mostPositions)
  const layout = new Layout()
  const addBlock = emitBlockGradient(wasm, kernel, machine, block, layout)
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

/**
 * A function (query, key, value, output, logSumExp, keep, firsts, lasts, dO, dQ, dK, dV, first, offset, own, visited) that
 * adds what the block of positions from `first` contributes to the gradients. Of the sources there are `visited` from where
 * the addresses point.
 */
function emitBlockGradient(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: Block,
  layout: Layout,
): WasmFunction {
  const { position, source } = kernel
  const varies = spansVary(kernel)
  const causal = varies ? undefined : kernel.causal
  const { tile } = machine
  const chunk = Math.min(source.size, mostSources - (mostSources % tile.rows))
  const hasSpans = kernel.first !== undefined || kernel.last !== undefined
  const tails = hasSpans ? sourceTails(kernel, tile.rows) : [(source.size % chunk) % tile.rows, chunk % tile.rows]
  const rows = layout.lines(2, block)
  const turnedQuery = layout.lines(roundUp(kernel.key, 4), block)
  const turnedGradient = layout.lines(roundUp(kernel.value, 4), block)
  const pattern = layout.lines(chunk + tile.rows, block)
  const slope = layout.lines(chunk + tile.rows, block)

  const { size } = position
  const factor = kernel.scale * Math.LOG2E
  const turnQuery = emitTurn(wasm, block, { cells: kernel.key, stride: position.query, size, factor })
  const turnGradient = emitTurn(wasm, block, {
    cells: kernel.value,
    stride: position.output,
    size,
    factor: kernel.scale,
  })
  const rowNumbers = emitRowNumbers(wasm, kernel, machine, block)
  const hideLater = causal && emitHideLater(wasm, block, -Infinity)
  // With a cache, what stands beyond the last visible source may be no number.
  const clearLater = causal?.offset === undefined ? undefined : emitHideLater(wasm, block, 0)
  const hideMasked = kernel.keep === undefined ? undefined : emitHideMasked(wasm, block, kernel)
  const zerosAfter = causal && emitZerosAfter(wasm, block)
  const softmaxGradient = emitSoftmaxGradient(wasm, machine, block)

  const products = new Products(wasm, machine)
  // pattern[source, position] and its gradient: K or V times what has been turned.
  const towardsPattern = (stride: number) =>
    products.of({
      vectors: block.vectors,
      tile,
      tails,
      strides: { aRow: stride * 4, aStep: 4, bStep: block.line, cRow: block.line },
      span: 'all',
      adds: false,
    })
  // dV[source, value] and dK[source, key]: the pattern's or its gradient's rows times dO or Q.
  const towardsSources = (cells: number, from: number, to: number) =>
    products.of({
      vectors: Math.ceil(cells / 4),
      tile,
      tails,
      strides: { aRow: block.line, aStep: 4, bStep: from * 4, cRow: to * 4 },
      span: causal ? 'seeing' : 'all',
      adds: true,
    })
  const scores = towardsPattern(source.key)
  const patternGradient = towardsPattern(source.value)
  const valueGradient = towardsSources(kernel.value, position.output, source.value)
  const keyGradient = towardsSources(kernel.key, position.query, source.key)
  const queryGradient = products.of({
    vectors: Math.ceil(kernel.key / 4),
    tile,
    tails: block.tails,
    strides: { aRow: 4, aStep: block.line, bStep: source.key * 4, cRow: position.query * 4 },
    span: causal ? 'seen' : 'all',
    adds: true,
  })

  const f = wasm.function('', integers(16))
  const [query, key, value, output, logSumExp, keep, firsts, lasts, dO, dQ, dK, dV] = f.parameters
  const [first, offset, own, visited] = f.parameters.slice(12)
  const [column, ownColumn, lead, seen, firstSource, sources, limit] = f.locals('i32', 7)
  const blockRows = emitBlockRows(f, block, size, first)
  const { count, padded } = blockRows
  const given = { own, firsts, lasts, position: first, offset, rows: blockRows }
  const spans = varies ? new BlockSpans(wasm, f, kernel, block, layout, given) : undefined
  if (spans) {
    set(f, visited, spans.count)
    for (const address of [key, dK]) advance(f, address, spans.from, source.key * 4)
    for (const address of [value, dV]) advance(f, address, spans.from, source.value * 4)
    advance(f, keep, spans.from, source.keep * 4)
  }
  for (const address of [query, dQ]) advance(f, address, first, position.query * 4)
  for (const address of [output, dO]) advance(f, address, first, position.output * 4)
  advance(f, logSumExp, first, position.logSumExp * 4)

  call(f, turnQuery, query, count, padded, [own, turnedQuery])
  call(f, turnGradient, dO, count, padded, [own, turnedGradient])
  call(f, rowNumbers, output, dO, logSumExp, count, padded, [own, rows])

  // `lead` is counted from the chunk's first source, and so are all numbers of sources within it.
  set(f, limit, visited)
  if (causal) {
    set(f, limit, first, count, offset)
    setMost(f, limit, limit, 0)
    setRoundedUp(f, limit, tile.rows)
    setLeast(f, limit, limit, visited)
  }
  f.for(firstSource, 0, limit, chunk, () => {
    setDifference(f, sources, limit, firstSource)
    setLeast(f, sources, sources, chunk)
    f.for(column, 0, padded, block.panel, () => {
      set(f, ownColumn, own)
      advance(f, ownColumn, column, 4)
      set(f, lead, first, column, offset)
      setDifference(f, lead, lead, firstSource)
      emitSeen(f, block, causal, seen, { lead, column, count, limit: sources })
      scores.call(f, { a: key, b: [ownColumn, turnedQuery], c: [ownColumn, pattern], rows: seen, inner: kernel.key })
      patternGradient.call(f, {
        a: value,
        b: [ownColumn, turnedGradient],
        c: [ownColumn, slope],
        rows: seen,
        inner: kernel.value,
      })
      if (hideLater) call(f, hideLater, [ownColumn, pattern], seen, lead)
      if (clearLater) call(f, clearLater, [ownColumn, slope], seen, lead)
      spans?.emitHide([ownColumn, pattern], firstSource, seen)
      if (hideMasked) call(f, hideMasked, [ownColumn, pattern], keep, [first, column], seen)
      call(f, softmaxGradient, [ownColumn, pattern], [ownColumn, slope], seen, [ownColumn, rows])
      if (zerosAfter) call(f, zerosAfter, [ownColumn, slope], seen)
    })
    set(f, lead, first, offset)
    setDifference(f, lead, lead, firstSource)
    valueGradient.call(f, { a: [own, pattern], b: dO, c: dV, rows: sources, inner: count, lead })
    keyGradient.call(f, { a: [own, slope], b: query, c: dK, rows: sources, inner: count, lead })
    queryGradient.call(f, { a: [own, slope], b: key, c: dQ, rows: count, inner: sources, lead })
    for (const address of [key, dK]) advance(f, address, sources, source.key * 4)
    for (const address of [value, dV]) advance(f, address, sources, source.value * 4)
    advance(f, keep, sources, source.keep * 4)
  })
  return f
}

/**
 * A function (output, dO, logSumExp, count, padded, rows) for a block's rows:
 *
 *   rows[0] := logSumExp / ln 2      or +∞, where nothing is seen and beyond `count`: the pattern is then 0
 *   rows[1] := scale · Σ over value of dO · output
 */
function emitRowNumbers(wasm: WasmModule, kernel: AttentionKernel, machine: Machine, block: Block): WasmFunction {
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
