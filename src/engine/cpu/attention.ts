// Attention on the CPU: softmax(scale · Q·Kᵀ, where seen)·V for many rows at a time, without the pattern ever being
// whole in memory.
//
// For a block of positions (attentionBlock.ts says why the pattern lies with its sources as rows):
//
//   turned[key, position]     = Q[position, key] · scale / ln 2
//   pattern[source, position] = K[source, :] · turned[:, position]                 a product, panel by panel
//   pattern                   = 2^(pattern - maximum), with 1 / Σ for each position
//   output[position, value]   = Σ over source of pattern[source, position] · V[source, value] / Σ
//
// In a causal kernel each step stops where the last of its positions sees nothing more. A block is a unit of its own, so
// that threads share even one long sequence. One to four positions, as in generation with a cache, take the
// form in attentionDirect.ts; the gradient stands in attentionGradient.ts.

import type { AttentionKernel } from '../kernel.ts'
import { type Block, blockOf, emitPlace, Layout, roundUp } from './attentionBlock.ts'
import { emitDirectAttention } from './attentionDirect.ts'
import { emitAttentionGradient } from './attentionGradient.ts'
import { emitHideLater, emitHideMasked, emitSoftmax } from './attentionPattern.ts'
import { Product, pushLeast, pushMost } from './attentionProduct.ts'
import { emitTurn } from './attentionRows.ts'
import type { Emitted, Machine } from './emitted.ts'
import type { Local, Pushable, WasmFunction, WasmModule } from './wasm.ts'

export function emitAttention(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  if (kernel.kind === 'attentionGradient') return emitAttentionGradient(wasm, kernel, machine)
  return kernel.position.size <= 4 ? emitDirectAttention(wasm, kernel, machine) : emitBlocks(wasm, kernel, machine)
}

/** The scores of a block and of all sources are kept: so many positions that they stay in the second-level cache. */
const mostPositions = 64
const mostPatternBytes = 256 * 1024

function emitBlocks(wasm: WasmModule, kernel: AttentionKernel, machine: Machine): Emitted {
  const { position, source, outer, causal } = kernel
  const fitting = Math.floor(mostPatternBytes / 4 / source.size)
  const block = blockOf(kernel, machine, Math.min(mostPositions, fitting))
  const blocks = Math.ceil(position.size / block.positions)
  const panel = block.vectors * 4

  const layout = new Layout()
  const inverses = layout.floats(block.positions)
  const logarithms = layout.floats(block.positions)
  const turned = layout.floats(roundUp(kernel.key, 4) * block.positions)
  const pattern = layout.floats((source.size + block.rows) * block.positions)

  const turn = emitTurn(wasm, block, {
    cells: kernel.key,
    stride: position.query,
    size: position.size,
    factor: kernel.scale / Math.LN2,
  })
  const scores = emitScores(wasm, machine, kernel, block, { cells: kernel.key, stride: source.key })
  const hideLater = causal && emitHideLater(wasm, block, -Infinity)
  const hideMasked = kernel.keep === undefined ? undefined : emitHideMasked(wasm, block, kernel)
  const softmax = emitSoftmax(wasm, machine, block)
  const mix = new Product(wasm, machine, {
    vectors: Math.ceil(kernel.value / 4),
    tile: machine.tile,
    tails: block.tails,
    strides: { aRow: 4, aStep: block.positions * 4, bStep: source.value * 4, cRow: position.output * 4 },
    span: causal ? 'seen' : 'all',
    adds: false,
    hasFactors: true,
  })

  const { f, from, to, operands, own } = emitStageFunction(wasm, kernel, 5)
  const [query, key, value, output, sums] = f.locals('i32', 5)
  const mask = f.local('i32')
  const [unit, rest, first, count, padded, lead, seen] = f.locals('i32', 7)
  const [column, panelScores, row] = f.locals('i32', 3)
  const offset = emitOffset(f, kernel, operands)
  const at = (base: number, bytes?: Local) => {
    f.push(own, base).op('i32.add')
    if (bytes) f.push(bytes).op('i32.add')
  }

  f.for(unit, from, to, 1, () => {
    ;[query, key, value, output, sums].forEach((address, i) => f.push(operands[i]).set(address))
    if (kernel.keep !== undefined) f.push(operands[kernel.keep]).set(mask)
    f.push(unit).set(rest)
    emitBlockNumber(f, rest, first, blocks, causal !== undefined)
    f.push(first, block.positions).op('i32.mul').set(first)
    emitPlace(f, rest, outer.map(({ size }) => size), [
      { address: query, strides: outer.map((axis) => axis.query) },
      { address: key, strides: outer.map((axis) => axis.key) },
      { address: value, strides: outer.map((axis) => axis.value) },
      { address: output, strides: outer.map((axis) => axis.output) },
      { address: sums, strides: outer.map((axis) => axis.logSumExp) },
      { address: mask, strides: outer.map((axis) => axis.keep) },
    ])
    f.push(query, first, position.query * 4).op('i32.mul', 'i32.add').set(query)
    f.push(output, first, position.output * 4).op('i32.mul', 'i32.add').set(output)
    f.push(sums, first, position.logSumExp * 4).op('i32.mul', 'i32.add').set(sums)
    f.push(position.size, first).op('i32.sub').set(count)
    pushLeast(f, count, block.positions).set(count)
    f.push(count, panel - 1, panel).op('i32.add', 'i32.div_u').push(panel).op('i32.mul').set(padded)

    f.push(query, count, padded)
    at(turned)
    f.call(turn)
    f.for(column, 0, padded, panel, () => {
      f.push(own, column, 2).op('i32.shl', 'i32.add').set(panelScores)
      f.increase(panelScores, pattern)
      f.push(first, column).op('i32.add').set(lead)
      f.push(lead, offset).op('i32.add').set(lead)
      emitSeen(f, { lead, seen, row }, block, kernel, source.size)
      f.push(own, column, 2).op('i32.shl', 'i32.add').push(turned).op('i32.add').set(row)
      scores.call(f, { a: key, b: row, c: panelScores, rows: seen, inner: kernel.key })
      if (hideLater) {
        pushMost(f.push(panelScores), lead, -1).push(1).op('i32.add').push(seen, lead).call(hideLater)
      }
      if (hideMasked) f.push(panelScores, mask, first, column).op('i32.add').push(seen).call(hideMasked)
      f.push(column, 2).op('i32.shl').set(row)
      f.push(panelScores, seen)
      at(inverses, row)
      at(logarithms, row)
      f.call(softmax)
    })
    f.push(first, offset).op('i32.add').set(lead)
    f.push(own, pattern).op('i32.add').set(panelScores)
    f.push(own, inverses).op('i32.add').set(row)
    mix.call(f, { a: panelScores, b: value, c: output, rows: count, inner: source.size, lead, factors: row })
    f.for(row, 0, count, 1, () => {
      f.push(sums, row, position.logSumExp * 4).op('i32.mul', 'i32.add')
      f.push(own, row, 2).op('i32.shl', 'i32.add').load('f32.load', logarithms).store('f32.store')
    })
  })
  const places = outer.reduce((product, { size }) => product * size, 1)
  return { stages: [{ function: f, units: places * blocks, grain: 1 }], sharedScratch: 0, ownScratch: layout.bytes }
}
