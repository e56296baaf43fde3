// The gradient of attention for one block of positions: what it adds to dQ, dK and dV (gradient.ts has the formulas).
//
//   turn the block's queries and dO; logSumExp and D of its rows
//   for each chunk of sources
//     for each panel of the block: the pattern and its gradient, then that of the scores
//     dV, dK and dQ

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import { rare } from '../rare.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { type BlockRows, emitBlockRows, type PositionBlock, roundUp, type ScratchLayout } from './block.ts'
import { advance, call, set, setDifference, setLeast, setMost, setRoundedUp } from './code.ts'
import { emitGradientFunctions, emitGradientProducts } from './gradientParts.ts'
import type { BlockSpans } from './hiding.ts'
import { emitSeen } from './pattern.ts'
import { sourceTails, spansVary } from './span.ts'

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
  readonly functions: ReturnType<typeof emitGradientFunctions>
  readonly products: ReturnType<typeof emitGradientProducts>
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
  const spans = varies ? new (rare('hiding').BlockSpans)(wasm, f, kernel, block, layout, given) : undefined
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
  const functions = emitGradientFunctions(wasm, kernel, machine, block, causal)
  const products = emitGradientProducts(wasm, kernel, machine, block, { tails, isCausal: causal !== undefined })
  return { kernel, block, causal, chunk, places, functions, products }
}
