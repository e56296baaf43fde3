// Causality: a language model must not see what it is to predict. What is computed for a position may depend on the tokens
// up to it, and on none after it; a model that peeks has a wonderful loss and writes nonsense.
//
// This is tried, not proven: one token after the other is changed, and not a bit of anything before it may change. Here models are
// tried as they are built, with weights that are drawn anew and large, in double precision, so that the least way through shows;
// proofs/sensitivity.ts tries one with the weights that it has.

import { reference } from '../engine/reference.ts'
import type { Ids } from '../model/stream.ts'
import { type Axis, AxisError, cells, describeAxes, hasAxis, sizeOf } from '../tensor/axes.ts'
import { graphOf } from '../tensor/graph.ts'
import type { Node } from '../tensor/node.ts'
import { input } from '../tensor/primitives.ts'
import { uniform } from '../tensor/random.ts'

/** A way from a token to a position before it. */
export interface Leak {
  /** The position whose values change … */
  readonly position: number
  /** … when the token there is changed. */
  readonly token: number
}

export interface CausalityOptions {
  /** The number of different tokens; at least 2. */
  readonly vocab: number
  /** The number of positions that are tried; at most the model's context. */
  readonly positions?: number
}

/**
 * Throws if what `build` makes of ids (its logits, say) depends at any position on a later token, and names the two.
 *
 * `build` is given ids (batch, position) and returns a value with the axis "position". Let it be a small model: whether one
 * can see ahead is decided by how it is built, not by its size.
 */
export function checkCausality(build: (ids: Ids) => Node, options: CausalityOptions): void {
  const leaks = findLeaks(build, options)
  if (leaks.length === 0) return
  const [{ position, token }] = leaks
  const others = leaks.length === 1 ? '' : ` ${leaks.length - 1} more of ${countPairs(options)} such pairs do the same.`
  throw new Error(
    `causality: what is made for position ${position} changes when the token at position ${token} does.${others}\n` +
      '  A position may look at itself and at those before it: keep source ≤ position, and let softmax run over "source".',
  )
}

const usualPositions = 6

const countPairs = ({ positions = usualPositions }: CausalityOptions): number => (positions * (positions - 1)) / 2

/** All ways from tokens to positions before them. */
export function findLeaks(build: (ids: Ids) => Node, { vocab, positions = usualPositions }: CausalityOptions): Leak[] {
  if (!(vocab >= 2)) throw new Error(`causality: vocab is ${vocab}; with fewer than 2 tokens none can be changed.`)
  const value = build(input('ids', { batch: 1, position: positions }, { below: vocab }))
  if (!hasAxis(value.axes, 'position'))
    throw new AxisError(undefined, `causality: no axis "position" in ${describeAxes(value.axes)}.`)
  const engine = reference()
  const weights = graphOf([value]).filter(({ operation }) => operation.kind === 'parameter')
  for (const [i, weight] of weights.entries())
    engine.set(
      weight,
      Float64Array.from({ length: cells(weight.axes) }, (_, cell) => 2 * uniform(i, 0, cell) - 1),
    )
  const run = (ids: readonly number[]) => engine.run64({ outputs: { value } }, { ids }).get(value) ?? new Float64Array()
  const ids = Array.from({ length: positions }, (_, i) => i % vocab)
  const before = run(ids)
  const leaks: Leak[] = []
  for (let token = 1; token < positions; token++) {
    const changes = changesAlong('position', value.axes, before, run(changedAt(ids, token, vocab)))
    for (let position = 0; position < token; position++) if (changes[position] > 0) leaks.push({ position, token })
  }
  return leaks
}

/** The text with another token at a place, out of so many. */
export const changedAt = (ids: readonly number[], place: number, vocab: number): number[] =>
  ids.with(place, (ids[place] + 1) % vocab)

/** The largest change of a value at each place of an axis: 0 only where no bit differs. */
export function changesAlong(
  name: string,
  axes: readonly Axis[],
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): Float64Array {
  const inner = cells(axes.slice(axes.findIndex((axis) => axis.name === name) + 1))
  const changes = new Float64Array(sizeOf(axes, name))
  for (let cell = 0; cell < before.length; cell++) {
    if (Object.is(before[cell], after[cell])) continue
    const place = Math.floor(cell / inner) % changes.length
    // Of infinities there is no difference, and of two zeros one that is 0.
    const change = Math.abs(after[cell] - before[cell]) || Number.MIN_VALUE
    changes[place] = Math.max(changes[place], change)
  }
  return changes
}
