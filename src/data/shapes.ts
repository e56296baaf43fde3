// Few shapes for many lengths. A program is compiled for one shape, so a run can afford only a handful; what a shape is
// longer than its examples is padding, which costs time and teaches nothing.
//
// All shapes lie on one path, so that each holds whatever a smaller one holds. At level n of the path every axis is just
// so long that at most n examples are shorter than its end:
//
//   size(n, axis) = the longest length with at most n examples shorter on that axis
//
// An example fits from the level on which all of its axes do. Which levels of the path are taken is then a question along
// one line, cut with the least padding by dynamic programming:
//
//   cost(k shapes, up to level j) = min over i < j of cost(k − 1, i) + examples(i … j) · cells(j)

import { checkWhole, type Shape } from './batch.ts'
import { type Examples, lengthsOf } from './examples.ts'

export interface ShapeOptions {
  /** So many examples in every batch; give this or `tokens`. */
  readonly batch?: number
  /** So many tokens in every batch, at most, on its longest axis, padding included: short examples come in larger batches. */
  readonly tokens?: number
  /** At most so many shapes; fewer are taken where more would hardly save anything. */
  readonly atMost?: number
}

/** The most levels that are looked at. */
const mostLevels = 128

/** The share of all cells that more shapes must save to be worth compiling. */
const worthwhile = 0.02

/**
 * Shapes that hold all examples of these sets with little padding, the smallest first; training and validation given
 * together share their programs.
 */
export function shapesFor(sets: readonly Examples[], { batch, tokens, atMost = 6 }: ShapeOptions): Shape[] {
  if ((batch === undefined) === (tokens === undefined))
    throw new Error('batches: give either batch (examples in a batch) or tokens (tokens in a batch).')
  if (batch !== undefined) checkWhole('batch', batch, 1)
  if (tokens !== undefined) checkWhole('tokens', tokens, 1)
  checkWhole('atMost', atMost, 1)
  const path = pathOf(sets)
  return cut(path, atMost).map((level) => {
    const sizes = path.sizes[level]
    return { batch: batch ?? Math.max(1, Math.floor((tokens ?? 1) / Math.max(1, ...Object.values(sizes)))), ...sizes }
  })
}

interface Path {
  /** The sizes of the axes at each level, growing. */
  readonly sizes: readonly Shape[]
  /** The number of examples that fit at each level and not before. */
  readonly counts: readonly number[]
}

function pathOf(sets: readonly Examples[]): Path {
  const all = sets.flatMap((set) => {
    const of = lengthsOf(set)
    return Array.from({ length: typeof set.lengths === 'function' ? set.count : Math.min(1, set.count) }, (_, i) =>
      of(i),
    )
  })
  if (all.length === 0) throw new Error('batches: there are no examples. Give at least one.')
  const axes = Object.keys(all[0])
  if (axes.length === 0) return { sizes: [{}], counts: [all.length] }
  const ranks = axes.map((axis) => ranksOf(all.map((lengths) => lengths[axis])))
  const levels = all.map((lengths) => Math.max(...axes.map((axis, a) => ranks[a].get(lengths[axis]) ?? 0)))
  const sorted = Int32Array.from(levels).sort()
  const distinct = [...new Set(sorted)]
  const step = Math.max(1, sorted.length / mostLevels)
  const taken =
    distinct.length <= mostLevels
      ? distinct
      : [...new Set(Array.from({ length: mostLevels }, (_, i) => sorted[Math.ceil((i + 1) * step) - 1]))]
  const sizeAt = (a: number, level: number): number =>
    [...ranks[a]].reduce((most, [length, rank]) => (rank <= level ? Math.max(most, length) : most), 0)
  const counts = taken.map(() => 0)
  let at = 0
  for (const level of sorted) {
    while (taken[at] < level) at++
    counts[at]++
  }
  return { sizes: taken.map((level) => Object.fromEntries(axes.map((axis, a) => [axis, sizeAt(a, level)]))), counts }
}

/** The number of shorter ones, for each length that occurs. */
function ranksOf(lengths: readonly number[]): Map<number, number> {
  const ranks = new Map<number, number>()
  for (const [place, length] of Int32Array.from(lengths).sort().entries())
    if (!ranks.has(length)) ranks.set(length, place)
  return ranks
}

/** The levels to take: as few as come close to the least padding. */
function cut({ sizes, counts }: Path, atMost: number): number[] {
  const cells = sizes.map((shape) => Object.values(shape).reduce((sum, size) => sum + size, 0))
  const before = [0]
  for (const count of counts) before.push(before[before.length - 1] + count)
  const last = counts.length - 1
  // best[k][j]: the cells of all examples up to level j in k + 1 shapes, the last of which is that of level j.
  const best: { cost: number; from: number }[][] = []
  for (let k = 0; k < Math.min(atMost, counts.length); k++) {
    best.push(
      cells.map((size, j) => {
        let least = { cost: k === 0 ? before[j + 1] * size : Number.POSITIVE_INFINITY, from: -1 }
        for (let i = 0; i < j && k > 0; i++) {
          const cost = best[k - 1][i].cost + (before[j + 1] - before[i + 1]) * size
          if (cost < least.cost) least = { cost, from: i }
        }
        return least
      }),
    )
  }
  const least = Math.min(...best.map((row) => row[last].cost))
  let k = best.findIndex((row) => row[last].cost <= least * (1 + worthwhile))
  const levels = [last]
  for (let j = last; k > 0; k--) {
    j = best[k][j].from
    levels.unshift(j)
  }
  return levels
}
