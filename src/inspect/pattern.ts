// Attention patterns: for every head, how much each position looks at each source. A row of a pattern is a whole: its
// shares add up to 1.

import type { Engine } from '../engine/engine.ts'
import type { LanguageModel } from '../model/language.ts'
import { type Axis, sizeOf } from '../tensor/axes.ts'
import { createReader, readableValues } from './read.ts'

/** The pattern of one head for one text. */
export interface AttentionPattern {
  /** `blocks.0.attention.pattern` */
  readonly address: string
  /** Which attention of the model it is, from 0 on, in the order in which the text goes through them. */
  readonly layer: number
  readonly head: number
  /** How many positions ask, and how many sources answer. */
  readonly positions: number
  readonly sources: number
  /** Shares, (position, source) row by row. */
  readonly shares: Float32Array
}

/**
 * The attention patterns of a text, layer by layer and head by head.
 *
 * - `ids`: the text's tokens, at most the model's context
 * - `layers`, `heads`: which ones; all if not given
 *
 * Throws for a layer or a head that the model does not have.
 */
export async function attentionPatterns({
  model,
  engine,
  ids,
  layers,
  heads,
}: {
  model: LanguageModel
  engine: Engine
  ids: ArrayLike<number>
  layers?: readonly number[]
  heads?: readonly number[]
}): Promise<AttentionPattern[]> {
  const values = [...readableValues(model, ids.length)].filter(([address]) => address.split('.').at(-1) === 'pattern')
  if (values.length === 0) throw new Error('pattern: the model has no value "pattern"; it seems to have no attention.')
  checkNumbers('layer', layers, values.length)
  const addresses = values.map(([address]) => address).filter((_, layer) => layers?.includes(layer) ?? true)
  const patternsOf = await createReader({ model, engine, positions: ids.length, addresses })
  const seen = await patternsOf(ids)
  return values.flatMap(([address], layer) => {
    const value = seen.get(address)
    if (!value) return []
    const head = sizeOf(value.axes, 'head')
    checkNumbers('head', heads, head)
    const chosen = Array.from({ length: head }, (_, i) => i).filter((i) => heads?.includes(i) ?? true)
    return chosen.map((each) => ({
      address,
      layer,
      head: each,
      positions: sizeOf(value.axes, 'position'),
      sources: sizeOf(value.axes, 'source'),
      shares: plane(value, { head: each }, ['position', 'source']),
    }))
  })
}

/** The cells of a value along two axes, row by row, the others being held at a place (0 if not said). */
function plane(
  { axes, data }: { axes: readonly Axis[]; data: Float32Array },
  at: Readonly<Record<string, number>>,
  [rows, columns]: readonly [string, string],
): Float32Array {
  const strides = new Map(
    axes.map(({ name }, i) => [name, axes.slice(i + 1).reduce((product, { size }) => product * size, 1)]),
  )
  const start = Object.entries(at).reduce((sum, [axis, place]) => sum + place * (strides.get(axis) ?? 0), 0)
  const [height, width] = [sizeOf(axes, rows), sizeOf(axes, columns)]
  const [down, right] = [strides.get(rows) ?? 0, strides.get(columns) ?? 0]
  return Float32Array.from(
    { length: height * width },
    (_, i) => data[start + Math.floor(i / width) * down + (i % width) * right],
  )
}

function checkNumbers(name: 'layer' | 'head', numbers: readonly number[] | undefined, count: number): void {
  const wrong = numbers?.find((number) => !(Number.isInteger(number) && number >= 0 && number < count))
  if (wrong === undefined) return
  throw new Error(
    `pattern: there is no ${name} ${wrong}; the model has ${count === 1 ? `one, ${name} 0` : `${name}s 0 to ${count - 1}`}.`,
  )
}
