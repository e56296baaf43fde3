// Attention weighted by what is looked at: a share of 0.9 on a token whose value is nearly nothing moves little.
//
//   f_h(x_j) = v_h[j] · W_O,h                    what a head writes of a source, if it looks at nothing else
//   heads      ‖A_h[i, j] · f_h(x_j)‖             Kobayashi et al. 2020, "Attention is not only a weight"
//   together   ‖Σ_h A_h[i, j] · f_h(x_j)‖
//   y_ij       Σ_h A_h[i, j] · f_h(x_j) + δ_ij · x_i         with the stream that it is added to; 2021, "Incorporating residual and
//              and behind a norm, s_i · gain ⊙ (y_ij − mean y_ij)      normalization layers into analysis of masked language models"
//   mixing     ‖Σ_{j≠i} y_ij‖ / (‖Σ_{j≠i} y_ij‖ + ‖y_ii‖)     the part of a position that comes from others
//
// s_i is the norm's own number, made of the whole sum, its bias included; an RMS norm takes no mean away. Where the norm does not stand
// after the sum (pre-norm), y_ij is without it: the stream goes on as it is.
//
// Lengths of sums over heads need no vectors: ‖Σ_h a_h f_h‖² = Σ_h Σ_k a_h a_k (f_h · f_k), and these products are few for a source.

import type { Values } from '../../engine/engine.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { expand } from '../../tensor/primitives.ts'
import { axesNamed } from '../layout.ts'
import { type PatternSettings, patternReader, patternsIn } from '../pattern.ts'
import { type PatternLayer, patternLayers } from '../patternLayers.ts'
import { amountOf, usualLimit } from '../read.ts'
import { type AttentionSum, attentionSum } from './attentionSums.ts'
import { type LayerNumbers, SourceVectors, type WeightedLengths } from './sourceVectors.ts'

/** The attention of a layer, weighted. */
export interface WeightedAttention extends Pick<PatternLayer, 'part' | 'layer'>, WeightedLengths {
  /** `blocks.0.attention` */
  readonly address: string
  /** The norm after the sum; `none` in pre-norm models. */
  readonly norm: 'none' | 'layer' | 'rms'
}

export interface WeightedSettings extends PatternSettings {
  /** With the vectors of each head, of which there are positions × sources. */
  readonly vectors?: boolean | undefined
}

/**
 * The attention of each layer, weighted by what is looked at; in double precision from the values of the engine.
 *
 * - `layers`, `heads`: the numbers of those that are wanted; together are always all heads of a layer
 *
 * Throws for a layer or a head that the model does not have, for an edit between the values and the output of an attention, and before
 * anything runs where the lengths and vectors would have more bytes than `limit`.
 */
export async function weightedAttention({
  vectors = false,
  ...settings
}: WeightedSettings): Promise<WeightedAttention[]> {
  const { engine, heads, report } = settings
  const sums = new Map<string, AttentionSum>()
  const also = (names: Names): Record<string, Node> => {
    const layers = patternLayers(names, settings)
    for (const layer of layers) sums.set(layer.address, attentionSum(layer, names))
    checkBytes(layers, sums, vectors, settings.limit)
    return Object.fromEntries(layers.flatMap(({ address }) => alsoRead(address, sums.get(address))))
  }
  // All heads of a layer are read, whichever are wanted, since together they are all there.
  const reader = await patternReader({ ...settings, heads: undefined }, also)
  try {
    const values = await reader.begin(settings.inputs)
    const found: WeightedAttention[] = []
    for (const [done, layer] of reader.layers.entries()) {
      report?.(done, reader.layers.length)
      const sum = sums.get(layer.address) as AttentionSum
      const weights = sum.product && { axes: sum.product.weight.axes, data: await engine.get(sum.product.weight) }
      const gain = sum.norm?.gain && (await engine.get(sum.norm.gain))
      const numbers: LayerNumbers = {
        patterns: patternsIn(layer, await reader.read(layer)),
        values: values.get(`${layer.address} value`) as Values,
        weights,
        factor: sum.product?.factor ?? 1,
        stream: values.get(`${layer.address} stream`)?.data,
        norm: sum.norm && {
          isCentred: sum.norm.isCentred,
          gain,
          factors: values.get(`${layer.address} factor`)?.data ?? new Float32Array(),
        },
      }
      const weighed = new SourceVectors(numbers).weighed(heads ?? layer.heads, vectors)
      const { address, norm } = sum
      found.push({
        ...(layer.part && { part: layer.part }),
        layer: layer.layer,
        address,
        ...weighed,
        norm: norm ? (norm.isCentred ? 'layer' : 'rms') : 'none',
      })
    }
    return found
  } finally {
    await reader.close()
  }
}

/** The nodes of an attention that are read besides its pattern: values for each head, the stream, the norm's numbers. */
function alsoRead(address: string, sum: AttentionSum | undefined): [string, Node][] {
  if (!sum) return []
  const { value, product, stream, norm } = sum
  const heads = (product?.weight ?? value).axes.filter(({ name }) => name === 'head' || name === 'group')
  const order = axesNamed([...value.axes, ...heads], ['batch', 'source', 'head', 'group', 'value'])
  const inRows = (node: Node): Node => expand(node, axesNamed(node.axes, ['batch', 'position', 'model']))
  return [
    [`${address} value`, expand(value, order)],
    ...(stream ? [[`${address} stream`, inRows(stream)] as [string, Node]] : []),
    ...(norm ? [[`${address} factor`, norm.factor] as [string, Node]] : []),
  ]
}

function checkBytes(
  layers: readonly PatternLayer[],
  sums: ReadonlyMap<string, AttentionSum>,
  vectors: boolean,
  limit = usualLimit,
): void {
  const bytes = layers.reduce((total, { node, heads, address }) => {
    const cells = sizeOf(node.axes, 'position') * sizeOf(node.axes, 'source')
    const { product, value } = sums.get(address) as AttentionSum
    const axes = product?.weight.axes ?? value.axes
    const width = sizeOf(axes, hasAxis(axes, 'model') ? 'model' : 'value')
    return total + cells * (8 * (heads.length + 2) + (vectors ? 4 * width * heads.length : 0))
  }, 0)
  if (bytes <= limit) return
  throw new Error(
    `heads: weighted attention would have ${amountOf(bytes)}, but the limit is ${amountOf(limit)}. Give a shorter text, ask for fewer layers and heads, or raise the limit.`,
  )
}
