// Causality: a language model must not see what it is to predict. What is computed for a position may depend on the tokens
// up to it, and on none after it; a model that peeks has a wonderful loss and writes nonsense.
//
// This is tried, not proven: one token after the other is changed, and everything before it has to stay as it was. The
// weights are drawn anew and large, and double precision is used, so that the least way through shows.

import { reference } from '../engine/reference.ts'
import type { Ids } from '../model/stream.ts'
import { AxisError, cells, describeAxes } from '../tensor/axes.ts'
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
  const along = value.axes.findIndex(({ name }) => name === 'position')
  if (along < 0) throw new AxisError(undefined, `causality: no axis "position" in ${describeAxes(value.axes)}.`)
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
  const inner = cells(value.axes.slice(along + 1))
  const leaks: Leak[] = []
  for (let token = 1; token < positions; token++) {
    const after = run(ids.with(token, (ids[token] + 1) % vocab))
    for (let position = 0; position < token; position++) {
      const isChanged = after.some(
        (cell, i) =>
          Math.floor(i / inner) % positions === position &&
          !(Math.abs(cell - before[i]) <= 1e-9 * (1 + Math.abs(cell))),
      )
      if (isChanged) leaks.push({ position, token })
    }
  }
  return leaks
}
