// Attention on the CPU: softmax(scale · Q·Kᵀ, where seen)·V, without the pattern ever being whole in memory.
//
// For a block of positions (block.ts says why the pattern has its sources as rows):
//
//   turned[key, position]     = Q[position, key] · scale / ln 2
//   pattern[source, position] = Σ over key of K[source, key] · turned[key, position]        panel by panel
//   pattern[source, position] = 2^(pattern - maximum over source)
//   output[position, value]   = Σ over source of pattern[source, position] · V[source, value], divided by Σ pattern
//
// A position that sees nothing receives 0; its logSumExp is -∞, and it takes no part in any gradient.
//
// In a causal kernel each step stops where the last of its positions sees nothing more; where there are first and last
// sources, only those between them are visited (span.ts). Every block is a unit, so that threads share even one
// long sequence. What is written may not overlap what is read.
//
// One to four positions, as in generation with a cache, take the form in direct.ts; the gradient stands in
// gradient.ts.
//
// Read next: product.ts (the products), pattern.ts (what happens between them).

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Emitted, Machine } from '../emitted.ts'
import { rare } from '../rare.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import { emitBlockRows, type PositionBlock, positionBlockOf, roundUp, ScratchLayout } from './block.ts'
import { advance, call, set } from './code.ts'
import { emitDirectAttention } from './direct.ts'
import { emitAttentionGradient } from './gradient.ts'
import { emitFinish, emitHideLater, emitSeen, emitSoftmax, emitZerosAfter } from './pattern.ts'
import { Products } from './product.ts'
import { emitTurn } from './rows.ts'
import { emitVisited, sourceTails, spansVary } from './span.ts'
import { AttentionStage, placesOf } from './stage.ts'

export function emitAttention(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  if (kernel.kind === 'attentionGradient') return emitAttentionGradient(wasm, kernel, machine)
  return kernel.position.size <= 4 ? emitDirectAttention(wasm, kernel, machine) : emitBlocks(wasm, kernel, machine)
}

/** A block has at most so many positions, and fewer where the scores of all sources would outgrow the cache. */
const mostPositions = 64
const mostPatternBytes = 128 * 1024

function emitBlocks(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  const { position, source, outer, causal } = kernel
  const varies = spansVary(kernel)
  // Where spans vary, a block is one panel, so that it visits few sources that most of its positions do not see.
  const most = varies ? 1 : Math.min(mostPositions, Math.floor(mostPatternBytes / 4 / source.size))
  const block = positionBlockOf(kernel, machine, most)
  const blocks = Math.ceil(position.size / block.positions)
  const layout = new ScratchLayout()
  const attendBlock = emitBlock(wasm, kernel, machine, block, layout)

  const stage = new AttentionStage(wasm, kernel)
  const { f, from, to, own } = stage
  const [unit, place, first] = f.locals('i32', 3)
  const addresses = stage.addresses('query', 'key', 'value', 'output', 'logSumExp', 'keep', 'first', 'last')
  f.for(unit, from, to, 1, () => {
    set(f, place, unit)
    emitBlockNumber(f, place, first, blocks, causal !== undefined && !varies)
    f.push(first, block.positions).op('i32.mul').set(first)
    stage.emitFirstPlace(addresses)
    stage.emitMove(outer, place, addresses)
    const { offset, count } = emitVisited(stage, kernel, addresses)
    call(f, attendBlock, ...addresses.map(({ address }) => address), first, offset, own, count)
  })
  return {
    stages: [{ function: f, units: placesOf(outer) * blocks, grain: 1 }],
    sharedScratch: 0,
    ownScratch: layout.bytes,
  }
}

/**
 * Splits the number of a unit: `place` becomes its place on the outer axes, `number` that of its block. In a causal
 * kernel late blocks are long ones: they take turns with early ones, so that neighbouring units make equal work.
 */
function emitBlockNumber(f: WasmFunction, place: Local, number: Local, blocks: number, alternates: boolean): void {
  f.push(place, blocks).op('i32.rem_u').set(number)
  f.push(place, blocks).op('i32.div_u').set(place)
  if (!alternates) return
  // 0, 1, 2, 3 … become last, 0, last - 1, 1 …
  const last = blocks - 1
  f.push(number, 1).op('i32.shr_u')
  f.push(last, number, 1).op('i32.shr_u', 'i32.sub')
  f.push(number, 1).op('i32.and', 'select').set(number)
}

/**
 * A function (query, key, value, output, logSumExp, keep, firsts, lasts, first, offset, own, sources) for the block of
 * positions from `first`. Of the sources there are `sources` from where the addresses point.
 */
function emitBlock(
  wasm: WasmModule,
  kernel: AttentionKernel,
  machine: Machine,
  block: PositionBlock,
  layout: ScratchLayout,
): WasmFunction {
  const { position, source } = kernel
  const varies = spansVary(kernel)
  const causal = varies ? undefined : kernel.causal
  const rows = layout.lines(2, block)
  const turned = layout.lines(roundUp(kernel.key, 4), block)
  const pattern = layout.lines(source.size + block.rows, block)
  const { turn, scores, hideLater, hideMasked, softmax, zerosAfter, finish, mix } = emitFunctions(
    wasm,
    kernel,
    machine,
    block,
  )

  const f = wasm.function('', integers(12))
  const [query, key, value, output, logSumExp, keep, firsts, lasts, first, offset, own, sources] = f.parameters
  const [column, ownColumn, lead, seen, row] = f.locals('i32', 5)
  const blockRows = emitBlockRows(f, block, position.size, first)
  const { count, padded } = blockRows
  const given = { own, firsts, lasts, position: first, offset, rows: blockRows }
  const spans = varies ? new (rare('hiding').BlockSpans)(wasm, f, kernel, block, layout, given) : undefined
  if (spans) {
    set(f, sources, spans.count)
    advance(f, key, spans.from, source.key * 4)
    advance(f, value, spans.from, source.value * 4)
    advance(f, keep, spans.from, source.keep * 4)
  }
  advance(f, query, first, position.query * 4)
  advance(f, output, first, position.output * 4)
  advance(f, logSumExp, first, position.logSumExp * 4)

  call(f, turn, query, count, padded, [own, turned])
  f.for(column, 0, padded, block.panel, () => {
    set(f, ownColumn, own)
    advance(f, ownColumn, column, 4)
    set(f, lead, first, column, offset)
    emitSeen(f, block, causal, seen, { lead, column, count, limit: sources })
    scores.call(f, { a: key, b: [ownColumn, turned], c: [ownColumn, pattern], rows: seen, inner: kernel.key })
    if (hideLater) call(f, hideLater, [ownColumn, pattern], seen, lead)
    spans?.emitHide([ownColumn, pattern], 0, seen)
    if (hideMasked) call(f, hideMasked, [ownColumn, pattern], keep, [first, column], seen)
    call(f, softmax, [ownColumn, pattern], seen, [ownColumn, rows])
    if (zerosAfter) call(f, zerosAfter, [ownColumn, pattern], seen)
  })
  call(f, finish, [own, rows], count)
  set(f, lead, first, offset)
  mix.call(f, {
    a: [own, pattern],
    b: value,
    c: output,
    rows: count,
    inner: sources,
    lead,
    factors: [own, rows],
  })
  set(f, ownColumn, own)
  f.for(row, 0, count, 1, () => {
    f.push(logSumExp, ownColumn).load('f32.load', rows + block.line)
    f.store('f32.store')
    f.increase(ownColumn, 4).increase(logSumExp, position.logSumExp * 4)
  })
  return f
}

/** The functions that a block calls. */
function emitFunctions(wasm: WasmModule, kernel: AttentionKernel, machine: Machine, block: PositionBlock) {
  const { position, source } = kernel
  const causal = spansVary(kernel) ? undefined : kernel.causal
  const turn = emitTurn(wasm, block, {
    cells: kernel.key,
    stride: position.query,
    size: position.size,
    factor: kernel.scale * Math.LOG2E,
  })
  const products = new Products(wasm, machine)
  const scores = products.of({
    vectors: block.vectors,
    tile: machine.tile,
    tails: sourceTails(kernel, block.rows),
    strides: { aRow: source.key * 4, aStep: 4, bStep: block.line, cRow: block.line },
    span: 'all',
    adds: false,
  })
  const hideLater = causal && emitHideLater(wasm, block, -Infinity)
  const hideMasked = kernel.keep === undefined ? undefined : rare('hiding').emitHideMasked(wasm, block, kernel)
  const softmax = emitSoftmax(wasm, machine, block)
  const zerosAfter = causal && emitZerosAfter(wasm, block)
  const finish = emitFinish(wasm, block.line)
  const mix = products.of({
    vectors: Math.ceil(kernel.value / 4),
    tile: machine.tile,
    tails: block.tails,
    strides: { aRow: 4, aStep: block.line, bStep: source.value * 4, cRow: position.output * 4 },
    span: causal ? 'seen' : 'all',
    adds: false,
    hasFactors: true,
  })
  return { turn, scores, hideLater, hideMasked, softmax, zerosAfter, finish, mix }
}
