// Faults of attention, by name, from its patterns and scores: over which axis shares add up to 1, which sources have a share, and the
// factor between scores and query · key.

import type { Values } from '../../engine/engine.ts'
import { cells, hasAxis, sizeOf } from '../../tensor/axes.ts'

/** A check, and what came of it. */
export interface Check {
  readonly name: string
  readonly passed: boolean
  /** The largest error; 0 where nothing is off. */
  readonly largest: number
  /** The address at which it is largest. */
  readonly address?: string
  /** The claim where it passed, the fault where it did not. */
  readonly meaning: string
}

/** A pattern, and what it was made of where that has names. */
export interface Pattern {
  readonly address: string
  /** True where a position may look at itself and back, and no further. */
  readonly isCausal: boolean
  readonly shares: Values
  readonly query: Values | undefined
  readonly key: Values | undefined
  readonly scores: Values | undefined
}

const tolerance = 1e-4

/** The checks of all patterns of a model. */
export function patternFaults(patterns: readonly Pattern[]): Check[] {
  if (patterns.length === 0) return []
  const causal = patterns.filter(({ isCausal }) => isCausal)
  return [
    worst('softmax axis', patterns, softmaxAxis, 'every row of a pattern adds up to 1 over "source"'),
    ...(causal.length === 0
      ? []
      : [
          worst('mask triangle', causal, triangle, 'positions look back, not at what comes after them'),
          worst('off by one', causal, offByOne, 'the last source that a position sees is its own'),
        ]),
    worst('scale', patterns, scale, 'scores are query · key / √d_k'),
  ]
}

interface Fault {
  readonly error: number
  readonly meaning: string
}

function worst(
  name: string,
  patterns: readonly Pattern[],
  fault: (pattern: Pattern) => Fault | undefined,
  claim: string,
): Check {
  const found = patterns
    .flatMap((pattern) => {
      const one = fault(pattern)
      return one ? [{ address: pattern.address, ...one }] : []
    })
    .sort((a, b) => b.error - a.error)[0]
  if (!found) return { name, passed: true, largest: 0, meaning: claim }
  return { name, passed: false, largest: found.error, address: found.address, meaning: found.meaning }
}

function softmaxAxis({ shares }: Pattern): Fault | undefined {
  const error = farthestFromOne(shares, 'source')
  if (error <= tolerance) return undefined
  const other = shares.axes.find(
    ({ name, size }) => name !== 'source' && size > 1 && farthestFromOne(shares, name) <= tolerance,
  )
  return {
    error,
    meaning: other
      ? `softmax runs over "${other.name}", but values are summed over "source"`
      : 'rows do not add up to 1 over "source"',
  }
}

/** max |Σ − 1| of the sums along an axis; a row of zeros, which may look at nothing, does not count. */
function farthestFromOne({ axes, data }: Values, name: string): number {
  const along = axes.findIndex((axis) => axis.name === name)
  const size = axes[along].size
  const inner = cells(axes.slice(along + 1))
  let farthest = 0
  for (let start = 0; start < data.length; start++) {
    if (Math.floor(start / inner) % size !== 0) continue
    let sum = 0
    for (let i = 0; i < size; i++) sum += data[start + i * inner]
    if (sum !== 0) farthest = Math.max(farthest, Math.abs(sum - 1))
  }
  return farthest
}

/** The largest share at each distance source − position. */
function byDistance({ shares: { axes, data } }: Pattern): Map<number, number> {
  const stride = (name: string): number => cells(axes.slice(axes.findIndex((axis) => axis.name === name) + 1))
  const [position, source] = [stride('position'), stride('source')]
  const found = new Map<number, number>()
  for (let i = 0; i < data.length; i++) {
    const distance =
      (Math.floor(i / source) % sizeOf(axes, 'source')) - (Math.floor(i / position) % sizeOf(axes, 'position'))
    found.set(distance, Math.max(found.get(distance) ?? 0, data[i]))
  }
  return found
}

const most = (shares: ReadonlyMap<number, number>, which: (distance: number) => boolean): number =>
  Math.max(0, ...[...shares].filter(([distance]) => which(distance)).map(([, share]) => share))

function triangle(pattern: Pattern): Fault | undefined {
  const shares = byDistance(pattern)
  const [back, ahead] = [most(shares, (d) => d < 0), most(shares, (d) => d > 0)]
  const further = most(shares, (d) => d > 1)
  if (ahead === 0 || (further === 0 && back > 0)) return undefined
  return {
    error: ahead,
    meaning:
      back === 0
        ? 'the mask is transposed: positions see what comes after them, and nothing before'
        : 'positions see what comes after them',
  }
}

function offByOne(pattern: Pattern): Fault | undefined {
  const shares = byDistance(pattern)
  const [own, next] = [shares.get(0) ?? 0, shares.get(1) ?? 0]
  const [back, further] = [most(shares, (d) => d < 0), most(shares, (d) => d > 1)]
  if (next > 0 && further === 0 && back > 0)
    return { error: next, meaning: 'positions see the next one too: the mask is off by one position' }
  if (own === 0 && next === 0 && back > 0)
    return { error: 1, meaning: 'no position sees itself: the mask is off by one position' }
  return undefined
}

/** The factor that fits scores best to query · key, where they lie alike: (batch, position, head, key) with (batch, source, head, key). */
function scale({ query, key, scores }: Pattern): Fault | undefined {
  if (!query || !key || !scores || hasAxis(query.axes, 'group')) return undefined
  const [p, s, k] = [sizeOf(scores.axes, 'position'), sizeOf(scores.axes, 'source'), sizeOf(query.axes, 'key')]
  const heads = hasAxis(query.axes, 'head') ? sizeOf(query.axes, 'head') : 1
  const at = ({ axes, data }: Values, places: Readonly<Record<string, number>>): number =>
    data[axes.reduce((cell, { name, size }) => cell * size + (places[name] ?? 0), 0)]
  let [both, squares] = [0, 0]
  for (let head = 0; head < heads; head++)
    for (let position = 0; position < p; position++)
      for (let source = 0; source < s; source++) {
        const score = at(scores, { head, position, source })
        if (!Number.isFinite(score)) continue
        let product = 0
        for (let i = 0; i < k; i++) product += at(query, { head, position, key: i }) * at(key, { head, source, key: i })
        both += score * product
        squares += product ** 2
      }
  if (k === 1 || squares === 0) return undefined
  const factor = both / squares
  if (Math.abs(factor - 1) > 1e-3) return undefined
  return { error: Math.sqrt(k) - 1, meaning: `scores are query · key, without the factor 1/√d_k (d_k = ${k})` }
}
