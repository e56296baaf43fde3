// The gradient of attention for one block of positions: what it adds to dQ, dK and dV (gradient.ts has the formulas).
//
//   turn the block's queries and dO; logSumExp and D of its rows
//   for each chunk of sources
//     for each panel of the block: the pattern and its gradient, then that of the scores
//     dV, dK and dQ

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { type BlockRows, emitBlockRows, type PositionBlock, roundUp, type ScratchLayout } from './block.ts'
import { advance, call, set, setDifference, setLeast, setMost, setRoundedUp } from './code.ts'
import { emitHideLater, emitHideMasked, emitSeen, emitSoftmaxGradient, emitZerosAfter } from './pattern.ts'
import { type ProductFunction, Products } from './product.ts'
import { emitTurn, forGroups, pushDots } from './rows.ts'
import { BlockSpans, sourceTails, spansVary } from './span.ts'

/** A chunk has about so many sources. */
const mostSources = 128

/** All that a block is worked on with: sizes, where things stand in the thread's own scratch, and the functions to call. */
interface Work {
  readonly kernel: AttentionKernel
  readonly block: PositionBlock
  readonly causal: AttentionKernel['causal']
  /** Sources of a chunk. */
  readonly chunk: number
  readonly places: Readonly<Record<'rows' | 'turnedQuery' | 'turnedGradient' | 'pattern' | 'slope', number>>
  readonly functions: ReturnType<typeof emitFunctions>
  readonly products: ReturnType<typeof emitProducts>
}

/**
 * A function (query, key, value, output, logSumExp, keep, firsts, lasts, dO, dQ, dK, dV, first, offset, own, visited) that
 * adds what the block of positions from `first` contributes to the gradients. Of the sources there are `visited` from where
 * the addresses point.
 */
export function emitGradientBlock(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
  layout: ScratchLayout,
): WasmFunction {
  const { position, source } = kernel
  const varies = spansVary(kernel)
  const work = workOf(wasm, kernel, machine, block, layout)
  const { places, functions } = work

  const f = wasm.function('', integers(16))
  const [query, key, value, output, logSumExp, keep, firsts, lasts, dO, dQ, dK, dV] = f.parameters
  const [first, offset, own, visited] = f.parameters.slice(12)
  const [column, ownColumn, lead, seen, firstSource, sources, limit] = f.locals('i32', 7)
  const rows = emitBlockRows(f, block, position.size, first)
  const { count, padded } = rows
  const given = { own, firsts, lasts, position: first, offset, rows }
  const spans = varies ? new BlockSpans(wasm, f, kernel, block, layout, given) : undefined
  const passSources = (passed: Local): void => {
    for (const address of [key, dK]) advance(f, address, passed, source.key * 4)
    for (const address of [value, dV]) advance(f, address, passed, source.value * 4)
    advance(f, keep, passed, source.keep * 4)
  }
  if (spans) {
    set(f, visited, spans.count)
    passSources(spans.from)
  }
  for (const address of [query, dQ]) advance(f, address, first, position.query * 4)
  for (const address of [output, dO]) advance(f, address, first, position.output * 4)
  advance(f, logSumExp, first, position.logSumExp * 4)

  call(f, functions.turnQuery, query, count, padded, [own, places.turnedQuery])
  call(f, functions.turnGradient, dO, count, padded, [own, places.turnedGradient])
  call(f, functions.rowNumbers, output, dO, logSumExp, count, padded, [own, places.rows])

  // `lead` is counted from the chunk's first source, and so are all numbers of sources within it.
  set(f, limit, visited)
  if (work.causal) {
    set(f, limit, first, count, offset)
    setMost(f, limit, limit, 0)
    setRoundedUp(f, limit, machine.tile.rows)
    setLeast(f, limit, limit, visited)
  }
  const locals = { key, value, keep, first, offset, own, column, ownColumn, lead, seen, firstSource, sources, rows }
  f.for(firstSource, 0, limit, work.chunk, () => {
    setDifference(f, sources, limit, firstSource)
    setLeast(f, sources, sources, work.chunk)
    emitPattern(f, work, locals, spans)
    set(f, lead, first, offset)
    setDifference(f, lead, lead, firstSource)
    const { valueGradient, keyGradient, queryGradient } = work.products
    const [pattern, slope] = [
      [own, places.pattern],
      [own, places.slope],
    ]
    valueGradient.call(f, { a: pattern, b: dO, c: dV, rows: sources, inner: count, lead })
    keyGradient.call(f, { a: slope, b: query, c: dK, rows: sources, inner: count, lead })
    queryGradient.call(f, { a: slope, b: key, c: dQ, rows: count, inner: sources, lead })
    passSources(sources)
  })
  return f
}

/** The variables of a block that its pattern needs. */
type PatternLocals = Readonly<
  Record<
    | 'key'
    | 'value'
    | 'keep'
    | 'first'
    | 'offset'
    | 'own'
    | 'column'
    | 'ownColumn'
    | 'lead'
    | 'seen'
    | 'firstSource'
    | 'sources',
    Local
  >
> & { readonly rows: BlockRows }

/** The pattern of a block with a chunk of sources, and the gradient of its scores, panel by panel. */
function emitPattern(f: WasmFunction, work: Work, locals: PatternLocals, spans: BlockSpans | undefined): void {
  const { kernel, block, causal, places, functions, products } = work
  const { key, value, keep, first, offset, own, column, ownColumn, lead, seen, firstSource, sources, rows } = locals
  const { hideLater, clearLater, hideMasked, softmaxGradient, zerosAfter } = functions
  const [pattern, slope] = [
    [ownColumn, places.pattern],
    [ownColumn, places.slope],
  ]
  f.for(column, 0, rows.padded, block.panel, () => {
    set(f, ownColumn, own)
    advance(f, ownColumn, column, 4)
    set(f, lead, first, column, offset)
    setDifference(f, lead, lead, firstSource)
    emitSeen(f, block, causal, seen, { lead, column, count: rows.count, limit: sources })
    const [turnedQuery, turnedGradient] = [
      [ownColumn, places.turnedQuery],
      [ownColumn, places.turnedGradient],
    ]
    products.scores.call(f, { a: key, b: turnedQuery, c: pattern, rows: seen, inner: kernel.key })
    products.patternGradient.call(f, { a: value, b: turnedGradient, c: slope, rows: seen, inner: kernel.value })
    if (hideLater) call(f, hideLater, pattern, seen, lead)
    if (clearLater) call(f, clearLater, slope, seen, lead)
    spans?.emitHide(pattern, firstSource, seen)
    if (hideMasked) call(f, hideMasked, pattern, keep, [first, column], seen)
    call(f, softmaxGradient, pattern, slope, seen, [ownColumn, places.rows])
    if (zerosAfter) call(f, zerosAfter, slope, seen)
  })
}

function workOf(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
  layout: ScratchLayout,
): Work {
  const { source } = kernel
  const { tile } = machine
  const causal = spansVary(kernel) ? undefined : kernel.causal
  const chunk = Math.min(source.size, mostSources - (mostSources % tile.rows))
  const hasSpans = kernel.first !== undefined || kernel.last !== undefined
  const tails = hasSpans ? sourceTails(kernel, tile.rows) : [(source.size % chunk) % tile.rows, chunk % tile.rows]
  const places = {
    rows: layout.lines(2, block),
    turnedQuery: layout.lines(roundUp(kernel.key, 4), block),
    turnedGradient: layout.lines(roundUp(kernel.value, 4), block),
    pattern: layout.lines(chunk + tile.rows, block),
    slope: layout.lines(chunk + tile.rows, block),
  }
  const functions = emitFunctions(wasm, kernel, machine, block, causal)
  const products = emitProducts(wasm, kernel, machine, block, { tails, isCausal: causal !== undefined })
  return { kernel, block, causal, chunk, places, functions, products }
}

/** The functions of a block that are not products. */
function emitFunctions(
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
    hideMasked: kernel.keep === undefined ? undefined : emitHideMasked(wasm, block, kernel),
    zerosAfter: causal && emitZerosAfter(wasm, block),
    softmaxGradient: emitSoftmaxGradient(wasm, machine, block),
  }
}

/** The products of a block. `tails`: the numbers of sources that may be left when no whole tile fits any more. */
function emitProducts(
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
