// Copying, by what heads do and not by their weights alone: of each token that a head looks at it is asked whether what the head writes
// of it raises that very token.
//
//   raise[j, t]  = max(0, (v_j W_O) · (u_t − mean u))       what is written of source j adds to the logit of token t, above its mean
//   share[j]     = raise[j, x_j] / Σ_t raise[j, t]          t: the tokens of the text
//   score        = 2 · mean over positions i of Σ_j A[i, j] · share[j] / Σ_j A[i, j] − 1        from −1 to 1: all of it goes to the token
//
// on texts of random tokens, each there once. u_t is the column of the unembedding as the last norm reads it: times its gain, and without
// its mean where the norm takes that away; the norm's own number is the same for all tokens. The token that begins the text does not
// count, nor does a source of which nothing is raised.
//
// Olsson et al. 2022, appendix. There the head's whole output is asked, whatever it is made of; here what it takes from each source.

import type { Edited } from '../../edit/edit.ts'
import { type Engine, runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import type { DecoderModel } from '../../model/language.ts'
import { type Axis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { contract, expand, gather, input, maximum, mean, multiply, subtract } from '../../tensor/primitives.ts'
import { graphKey } from '../../tensor/sameGraph.ts'
import { editedNames } from '../editedPass.ts'
import { axesNamed } from '../layout.ts'
import { type AttentionPattern, patternsIn } from '../pattern.ts'
import type { WantedHeads } from '../patternLayers.ts'
import { PatternReader } from '../patternReader.ts'
import { logitsOf, type Readout, readoutIn } from '../stream/readout.ts'
import { type SplitProduct, summandsOf } from '../stream/summands.ts'
import type { DrawnText } from './repeats.ts'

/** A pattern's place among all: its address and head. */
export const keyOf = ({ address, head }: Pick<AttentionPattern, 'address' | 'head'>): string => `${address} ${head}`

/**
 * The copying scores of heads that write into the stream which the logits are read from, by `keyOf`; means over the texts. A head that
 * raises no token has none, and none has where the logits are no readout of a sum that heads write into.
 *
 * - `texts`: of equal length; `report`: called with the layers that are done
 */
export async function copyingScores({
  layers,
  heads,
  texts,
  report,
  ...edited
}: Edited<DecoderModel> &
  WantedHeads & {
    readonly texts: readonly DrawnText[]
    readonly report?: ((done: number) => void) | undefined
  }): Promise<Map<string, number>> {
  const names = await editedNames({ ...edited, sizes: { batch: texts.length, position: texts[0].ids.length } })
  const readout = readoutIn(logitsOf(names, 'heads').node)
  const writers = readout ? writersInto(readout, names) : new Map<string, Writer>()
  const scores = new Map<string, number>()
  if (!readout || writers.size === 0) return scores
  const also = Object.fromEntries([...writers].map(([address, { value }]) => [address, value]))
  const reader = new PatternReader(edited.engine, names, { layers, heads }, also)
  const raising = new Raising(edited.engine, readout, texts)
  try {
    const values = await reader.begin({ ids: texts.flatMap(({ ids }) => [...ids]) })
    for (const [done, layer] of reader.layers.entries()) {
      report?.(done)
      const [writer, value] = [writers.get(layer.address), values.get(layer.address)]
      if (!writer || !value) continue
      const shares = sharesOf(await raising.of(writer, value.data), texts)
      const patterns = await reader.read(layer)
      const rows = texts.map((_, row) => patternsIn(layer, patterns, row))
      for (const [i, pattern] of rows[0].entries()) {
        const score = scoreOf(
          rows.map((row) => row[i]),
          texts.map((_, row) => shares[row][pattern.head]),
          texts[0].start,
        )
        if (score !== undefined) scores.set(keyOf(pattern), score)
      }
    }
  } finally {
    await reader.close()
    await raising.close()
  }
  return scores
}

/** The values of an attention, and the product by which its heads write into the stream. */
interface Writer {
  readonly value: Node
  readonly product: SplitProduct
}

/** The attentions that write into the stream of a readout, by the addresses of their patterns. */
function writersInto({ stream }: Readout, names: Names): Map<string, Writer> {
  return new Map(
    summandsOf(stream, names, 'heads').flatMap(({ product }): [string, Writer][] => {
      const address = product && names.addressOf(product.x)
      if (!product || !address?.endsWith('.mixed')) return []
      const part = address.slice(0, -'mixed'.length)
      const value = names.values.get(`${part}value`)
      return value ? [[`${part}pattern`, { value, product }]] : []
    }),
  )
}

/** Asks what is written of each source for the logits of the text's tokens. */
class Raising {
  readonly #programs: Programs
  readonly #engine: Engine
  readonly #readout: Readout
  readonly #texts: readonly DrawnText[]
  readonly #sizes: { readonly batch: number; readonly token: number }
  #directions: Float32Array | undefined

  constructor(engine: Engine, readout: Readout, texts: readonly DrawnText[]) {
    this.#programs = new Programs(engine)
    this.#engine = engine
    this.#readout = readout
    this.#texts = texts
    this.#sizes = { batch: texts.length, token: texts[0].ids.length }
  }

  /** The raises by text, head, source and token, dense. */
  async of({ value, product: { weight, factor } }: Writer, values: Float32Array): Promise<Float32Array> {
    this.#directions ??= await this.#read()
    const given = (name: string, axes: readonly Axis[]): Node => new Node({ kind: 'input', name }, [], axes)
    const directions = input('directions', { ...this.#sizes, model: sizeOf(weight.axes, 'model') })
    const turned = contract(directions, given('weight', weight.axes), ['model'])
    const logits = contract(given('value', value.axes), turned, ['value']) as Tensor
    const raise = maximum(multiply(logits, factor * this.#readout.factor), 0)
    const output = expand(raise, axesNamed(raise.axes, ['batch', 'head', 'group', 'source', 'token']))
    const program = await this.#programs.get(graphKey(output), () => ({ outputs: { output } }))
    await runWith(program, {
      value: values,
      weight: await this.#engine.get(weight),
      directions: this.#directions,
    })
    return (await program.read('output')).data
  }

  async close(): Promise<void> {
    await this.#programs.close()
  }

  /** The directions of the stream that raise the tokens of the texts above the mean of all tokens. */
  async #read(): Promise<Float32Array> {
    const { unembedding, norm } = this.#readout
    const rows: Node = gather(
      unembedding as Tensor,
      input('ids', this.#sizes, { below: sizeOf(unembedding.axes, 'vocab') }) as Node as Tensor,
      'vocab',
    )
    const apart = subtract(rows as Tensor, mean(unembedding as Tensor, 'vocab'))
    const gained = norm?.gain ? multiply(apart, norm.gain as Tensor) : apart
    const direction = norm?.isCentred ? subtract(gained, mean(gained, 'model')) : gained
    const output = expand(direction, axesNamed(direction.axes, ['batch', 'token', 'model']))
    const program = await this.#programs.get('directions', () => ({ outputs: { output } }))
    await program.run({ ids: this.#texts.flatMap(({ ids }) => [...ids]) })
    return (await program.read('output')).data
  }
}

/** For each text and head, of each source the share of its raises that goes to its own token; NaN where nothing is raised. */
function sharesOf(raises: Float32Array, texts: readonly DrawnText[]): Float64Array[][] {
  const [{ ids, start }] = texts
  const length = ids.length
  const heads = raises.length / (texts.length * length * length)
  return texts.map((_, row) =>
    Array.from({ length: heads }, (_, head) =>
      Float64Array.from({ length }, (_, j) => {
        const from = ((row * heads + head) * length + j) * length
        let all = 0
        for (let t = start; t < length; t++) all += raises[from + t]
        return raises[from + j] / all
      }),
    ),
  )
}

/** The score of one head from its patterns and shares in each text. */
function scoreOf(
  patterns: readonly AttentionPattern[],
  shares: readonly Float64Array[],
  start: number,
): number | undefined {
  const found = patterns.flatMap(({ positions, sources, shares: pattern }, row) => {
    let [sum, count] = [0, 0]
    for (let i = start; i < positions; i++) {
      let [own, all] = [0, 0]
      for (let j = start; j < sources; j++) {
        if (Number.isNaN(shares[row][j])) continue
        own += pattern[i * sources + j] * shares[row][j]
        all += pattern[i * sources + j]
      }
      if (all <= 0) continue
      sum += own / all
      count++
    }
    return count === 0 ? [] : [sum / count]
  })
  return found.length === 0 ? undefined : (2 * found.reduce((a, b) => a + b, 0)) / found.length - 1
}
