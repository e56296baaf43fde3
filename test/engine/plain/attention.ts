// Attention and its gradient by their formula, in double precision.

import type { AttentionAxis, AttentionKernel } from '../../../src/engine/lower/kernel.ts'
import type { Cells } from './places.ts'

/** Where a place on the outer axes begins in each operand. */
type At = Readonly<Record<Exclude<keyof AttentionAxis, 'size'>, number>>

function placesOf(outer: readonly AttentionAxis[]): At[] {
  const start: At = { query: 0, key: 0, value: 0, output: 0, logSumExp: 0, keep: 0, first: 0, last: 0 }
  return outer.reduce<At[]>(
    (all, axis) =>
      all.flatMap((at) =>
        Array.from({ length: axis.size }, (_, i) => ({
          query: at.query + i * axis.query,
          key: at.key + i * axis.key,
          value: at.value + i * axis.value,
          output: at.output + i * axis.output,
          logSumExp: at.logSumExp + i * axis.logSumExp,
          keep: at.keep + i * axis.keep,
          first: at.first + i * axis.first,
          last: at.last + i * axis.last,
        })),
      ),
    [start],
  )
}

export function runAttention(kernel: AttentionKernel, cells: readonly Cells[]): void {
  const places = placesOf(kernel.outer)
  if (kernel.kind === 'attentionGradient') clear(kernel, places, cells)
  for (const at of places) for (let p = 0; p < kernel.position.size; p++) attend(kernel, at, p, cells)
}

/** The gradients begin as zeros. */
function clear(
  { position, source, key, value }: AttentionKernel,
  places: readonly At[],
  cells: readonly Cells[],
): void {
  for (const at of places) {
    for (let p = 0; p < position.size; p++)
      for (let c = 0; c < key; c++) cells[6][at.query + p * position.query + c] = 0
    for (let s = 0; s < source.size; s++) {
      for (let c = 0; c < key; c++) cells[7][at.key + s * source.key + c] = 0
      for (let c = 0; c < value; c++) cells[8][at.value + s * source.value + c] = 0
    }
  }
}

/** One position: its output, or what it adds to the gradients. */
function attend(kernel: AttentionKernel, at: At, p: number, cells: readonly Cells[]): void {
  const { position, source, scale } = kernel
  const [query, key, value, output, logSumExp, upstream, dQuery, dKey, dValue] = cells
  const q = at.query + p * position.query
  const o = at.output + p * position.output
  const k = (s: number): number => at.key + s * source.key
  const v = (s: number): number => at.value + s * source.value
  const seen = seenBy(kernel, at, p, cells)
  const scores = seen.map((s) => scale * sum(kernel.key, (c) => query[q + c] * key[k(s) + c]))
  const maximum = Math.max(...scores)
  const total = scores.reduce((sum, score) => sum + Math.exp(score - maximum), 0)
  const pattern = scores.map((score) => Math.exp(score - maximum) / total)
  const mixed = Array.from({ length: kernel.value }, (_, c) =>
    sum(seen.length, (i) => pattern[i] * value[v(seen[i]) + c]),
  )
  if (kernel.kind === 'attention') {
    mixed.forEach((cell, c) => {
      output[o + c] = cell
    })
    logSumExp[at.logSumExp + p * position.logSumExp] = maximum + Math.log(total || 1)
    return
  }
  const inner = sum(kernel.value, (c) => mixed[c] * upstream[o + c])
  seen.forEach((s, i) => {
    const slope = pattern[i] * (sum(kernel.value, (c) => upstream[o + c] * value[v(s) + c]) - inner) * scale
    for (let c = 0; c < kernel.value; c++) dValue[v(s) + c] += pattern[i] * upstream[o + c]
    for (let c = 0; c < kernel.key; c++) {
      dQuery[q + c] += slope * key[k(s) + c]
      dKey[k(s) + c] += slope * query[q + c]
    }
  })
}

/** The sources that a position sees. */
function seenBy(kernel: AttentionKernel, at: At, p: number, cells: readonly Cells[]): number[] {
  const { position, source, causal } = kernel
  const numberAt = (operand: number | undefined, place: number, otherwise: number): number =>
    operand === undefined ? otherwise : cells[operand][place]
  const first = numberAt(kernel.first, at.first + p * position.first, 0)
  const last = numberAt(kernel.last, at.last + p * position.last, source.size - 1)
  const limit = causal ? p + numberAt(causal.offset, 0, 0) : source.size - 1
  const isKept = (s: number): boolean => numberAt(kernel.keep, at.keep + p * position.keep + s * source.keep, 1) !== 0
  return Array.from({ length: source.size }, (_, s) => s).filter(
    (s) => s >= first && s <= last && s <= limit && isKept(s),
  )
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += term(i)
  return total
}
