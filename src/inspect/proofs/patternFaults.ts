// Faults of attention, by name, from its patterns and scores: over which axis shares add up to 1, which sources have a share, and the
// factor between scores and query · key.

import type { Values } from '../../engine/engine.ts'
import { isLookingBack } from '../../model/language.ts'
import { cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import { cellPlaces } from '../cells/cellValues.ts'
import type { Subject } from './subject.ts'
import { type Check, type CheckName, notApplicable, passIf } from './verdict.ts'

/** A pattern, and what it was made of where that has names. */
interface Pattern {
  readonly address: string
  /** True where a position may look at itself and back, and no further. */
  readonly isCausal: boolean
  readonly shares: Values
  readonly query: Values | undefined
  readonly key: Values | undefined
  readonly scores: Values | undefined
}

/** The largest shares of a causal pattern by how far back or ahead they look. */
interface Reach {
  readonly address: string
  readonly positions: number
  /** The largest share at each distance source − position. */
  readonly shares: ReadonlyMap<number, number>
}

const tolerance = 1e-4

/** The checks of all patterns of a model. */
export function patternChecks({ model, addresses, seen }: Subject): Check[] {
  const patterns = addresses.flatMap((address): Pattern[] => {
    const shares = seen.get(address)
    if (!shares || !/(^|\.)pattern$/.test(address)) return []
    const part = address.slice(0, -'pattern'.length)
    const isCausal = isLookingBack(model) && !address.startsWith('encoder.') && !address.endsWith('.cross.pattern')
    const value = (name: string): Values | undefined => seen.get(`${part}${name}`)
    return [{ address, isCausal, shares, query: value('query'), key: value('key'), scores: value('scores') }]
  })
  const without = 'the model has no value "pattern"'
  if (patterns.length === 0)
    return (['rows of patterns', 'mask', 'own position', 'scale'] as const).map((name) => notApplicable(name, without))
  const causal = patterns.filter(({ isCausal }) => isCausal).map(reachOf)
  const bothWays = 'positions may look both ways'
  return [
    { ...worst('rows of patterns', patterns, softmaxAxis), allowed: tolerance },
    causal.length > 0 ? worst('mask', causal, triangle) : notApplicable('mask', bothWays),
    causal.length > 0 ? worst('own position', causal, offByOne) : notApplicable('own position', bothWays),
    scales(patterns),
  ]
}

interface Fault {
  readonly error: number
  readonly reason: string
}

/** The check of all patterns by one question: that of the largest fault. */
function worst<P extends Pattern | Reach>(
  name: CheckName,
  patterns: readonly P[],
  fault: (pattern: P) => Fault | number,
): Check {
  const found = patterns
    .map((pattern) => {
      const one = fault(pattern)
      return { address: pattern.address, ...(typeof one === 'number' ? { error: one, reason: undefined } : one) }
    })
    .sort((a, b) => Number(b.reason !== undefined) - Number(a.reason !== undefined) || b.error - a.error)[0]
  const { error: largest, address, reason } = found
  return passIf(name, reason === undefined, { largest, address, reason })
}

function softmaxAxis({ shares }: Pattern): Fault | number {
  const error = farthestFromOne(shares, 'source')
  if (error <= tolerance) return error
  const other = shares.axes.find(
    ({ name, size }) => name !== 'source' && size > 1 && farthestFromOne(shares, name) <= tolerance,
  )
  return {
    error,
    reason: other
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

function reachOf({ address, shares: { axes, data } }: Pattern): Reach {
  const stride = (name: string): number => cells(axes.slice(axes.findIndex((axis) => axis.name === name) + 1))
  const [position, source] = [stride('position'), stride('source')]
  const [positions, sources] = [sizeOf(axes, 'position'), sizeOf(axes, 'source')]
  const shares = new Map<number, number>()
  for (let i = 0; i < data.length; i++) {
    const distance = (Math.floor(i / source) % sources) - (Math.floor(i / position) % positions)
    shares.set(distance, Math.max(shares.get(distance) ?? 0, data[i]))
  }
  return { address, positions, shares }
}

const most = (shares: ReadonlyMap<number, number>, which: (distance: number) => boolean): number =>
  Math.max(0, ...[...shares].filter(([distance]) => which(distance)).map(([, share]) => share))

function triangle({ positions, shares }: Reach): Fault | number {
  const [back, ahead] = [most(shares, (d) => d < 0), most(shares, (d) => d > 0)]
  const further = most(shares, (d) => d > 1)
  if (ahead === 0 || (further === 0 && back > 0)) return 0
  const isAll = Array.from({ length: positions - 1 }, (_, i) => i + 1).every((d) => (shares.get(d) ?? 0) > 0)
  if (back === 0)
    return { error: ahead, reason: 'the mask is transposed: positions see what comes after them, and nothing before' }
  const fault = isAll
    ? 'there is no causal mask: positions see everything that comes after them'
    : 'positions see what comes after them'
  return { error: ahead, reason: fault }
}

function offByOne({ shares }: Reach): Fault | number {
  const [own, next] = [shares.get(0) ?? 0, shares.get(1) ?? 0]
  const [back, further] = [most(shares, (d) => d < 0), most(shares, (d) => d > 1)]
  if (next > 0 && further === 0 && back > 0)
    return { error: next, reason: 'positions see the next one too: the mask is off by one position' }
  if (own === 0 && next === 0 && back > 0)
    return { error: 1, reason: 'no position sees itself: the mask is off by one position' }
  return 0
}

/** The check of the factor of scores, for the patterns whose scores, queries and keys have names. */
function scales(patterns: readonly Pattern[]): Check {
  const known = patterns.flatMap((pattern) => scaleOf(pattern) ?? [])
  if (known.length === 0) return notApplicable('scale', 'scores, queries and keys have no names, or d_k is 1')
  const [plain] = known.filter(({ isAll }) => isAll)
  if (!plain) return notApplicable('scale', 'scores are more than a factor of query · key: something is added to them')
  const missing = known.find(({ factor, isAll }) => isAll && Math.abs(factor - 1) < 1e-3)
  const farthest = (each: Scale): number => Math.abs(each.factor * Math.sqrt(each.size) - 1)
  const { address, factor, size } =
    missing ?? known.reduce((one, each) => (farthest(each) > farthest(one) ? each : one))
  const largest = farthest({ address, factor, size, isAll: true })
  if (missing)
    return passIf('scale', false, {
      largest,
      address,
      reason: `scores are query · key, without the factor 1/√d_k (d_k = ${size})`,
    })
  const isOther = largest > 1e-3
  const reason = `the factor is ${factor.toPrecision(3)}, one of its own; 1/√d_k is ${(size ** -0.5).toPrecision(3)}`
  return { ...passIf('scale', true, { largest, address }), ...(isOther && { reason }) }
}

interface Scale {
  readonly address: string
  /** The factor that fits scores best to query · key. */
  readonly factor: number
  /** d_k */
  readonly size: number
  /** True where scores are that, and nothing is added. */
  readonly isAll: boolean
}

/** The factor between scores and query · key, where they lie alike: (position, head, group, key) with (source, head, key). */
function scaleOf({ address, query, key, scores }: Pattern): Scale | undefined {
  if (!query || !key || !scores || !hasAxis(query.axes, 'key')) return undefined
  const [queryAt, keyAt] = [placing(query), placing(key)]
  const size = sizeOf(query.axes, 'key')
  let [both, squares, whole] = [0, 0, 0]
  for (const [cell, score] of scores.data.entries()) {
    if (!Number.isFinite(score)) continue
    const places = cellPlaces(scores.axes, cell)
    const [q, k] = [queryAt(places), keyAt(places)]
    let product = 0
    for (let i = 0; i < size; i++) product += query.data[q.from + i * q.step] * key.data[k.from + i * k.step]
    both += score * product
    squares += product ** 2
    whole += score ** 2
  }
  if (size === 1 || squares === 0 || whole === 0) return undefined
  return { address, factor: both / squares, size, isAll: 1 - both ** 2 / squares / whole < 1e-5 }
}

/** Where the numbers along "key" begin at some places, and their distance. */
function placing({ axes }: Values): (places: Readonly<Record<string, number>>) => { from: number; step: number } {
  const strides = axes.map(({ name }, i) => ({ name, stride: cells(axes.slice(i + 1)) }))
  const step = strides.find(({ name }) => name === 'key')?.stride ?? 0
  return (places) => ({ from: strides.reduce((sum, { name, stride }) => sum + (places[name] ?? 0) * stride, 0), step })
}
