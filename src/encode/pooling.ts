// Pooling: of the states of a text's positions one vector is made.
//
//   mean                   Σ state / n                       cls         the first state
//   mean_sqrt_len_tokens   Σ state / √n                      lasttoken   the last one
//   weightedmean           Σ place · state / Σ place         max         the largest number in each place of a state
//
// `place` counts from 1. The tokens of a prompt may be left out; the others keep their places. Then come the steps that the
// folder names: a vector is made as long as 1, or goes through a layer. It is done in double precision: it is little work.

import { type Dense, denseActivations } from '../checkpoint/dense.ts'
import type { Pooling, SentenceEmbedding } from '../checkpoint/sentence.ts'

/** The states of one text: position by position, `width` numbers each. */
export interface TextStates {
  readonly data: Float32Array
  readonly width: number
  /** Positions, of which the first `skipped` are a prompt that does not count. */
  readonly begin: number
  readonly end: number
  readonly skipped: number
}

/** The vector of a text: poolings one after the other. */
export function pooled(states: TextStates, poolings: readonly Pooling[]): Float64Array {
  const { width } = states
  const vector = new Float64Array(poolings.length * width)
  poolings.forEach((pooling, i) => {
    poolInto(vector.subarray(i * width, (i + 1) * width), states, pooling)
  })
  return vector
}

function poolInto(vector: Float64Array, { data, width, begin, end, skipped }: TextStates, pooling: Pooling): void {
  // Of a text that is all prompt the last position counts.
  const first = Math.min(begin + skipped, end - 1)
  const [from, to] = pooling === 'cls' ? [first, first + 1] : pooling === 'lasttoken' ? [end - 1, end] : [first, end]
  if (pooling === 'max') vector.fill(-Infinity)
  let whole = 0
  for (let position = from; position < to; position++) {
    const weight = pooling === 'weightedmean' ? position - begin + 1 : 1
    const at = position * width
    whole += weight
    if (pooling === 'max') for (let i = 0; i < width; i++) vector[i] = Math.max(vector[i], data[at + i])
    else for (let i = 0; i < width; i++) vector[i] += weight * data[at + i]
  }
  if (pooling === 'max') return
  const divisor = pooling === 'mean_sqrt_len_tokens' ? Math.sqrt(whole) : whole
  for (let i = 0; i < width; i++) vector[i] /= divisor
}

/** The steps that a folder takes with a pooled vector. */
export function finished(
  vector: Float64Array,
  { steps, width }: Pick<SentenceEmbedding, 'steps' | 'width'>,
): Float64Array {
  let made = vector
  for (const step of steps) made = step === 'normalize' ? normalized(made) : through(made, step)
  return width === undefined ? made : made.subarray(0, width)
}

/** A vector that points the same way and is as long as 1. */
export function normalized<V extends Float64Array | Float32Array>(vector: V): V {
  let squared = 0
  for (const x of vector) squared += x * x
  const length = Math.max(Math.sqrt(squared), 1e-12)
  return vector.map((x) => x / length) as V
}

function through(x: Float64Array, { from, to, weight, bias, activation }: Dense): Float64Array {
  if (x.length !== from)
    throw new Error(
      `embed: a Dense layer takes ${from} numbers, but what comes before it makes ${x.length}. The folder's modules do not belong together.`,
    )
  return Float64Array.from({ length: to }, (_, row) => {
    let sum = bias?.[row] ?? 0
    for (let i = 0; i < from; i++) sum += weight[row * from + i] * x[i]
    return denseActivations[activation](sum)
  })
}
