// A model whose every number can be written down again from these lines alone, with what others compute from it: a pre-norm
// decoder of two blocks, two heads of eight, learnt positions, biases everywhere, and an unembedding of its own with a bias.
//
// Number i of parameter p, in row-major order, is u(p, i), a hash of the two between −0.5 and 0.5; gains of norms are 1 + u / 2,
// biases u / 5. The order of the parameters is that of TransformerLens, whose numbers in double precision are the ones to match.

import type { Engine } from '../../src/engine/engine.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { Linear } from '../../src/model/linear.ts'
import { sizeOf } from '../../src/tensor/axes.ts'
import { parametersOf } from '../../src/tensor/names.ts'

const sizes = { vocab: 11, context: 16, layer: 2, head: 2, model: 16, hidden: 32 }

/** The text, and the same with another token in place 9: the corrupt one. */
export const goldenIds: readonly number[] = [3, 1, 4, 1, 5, 9, 2, 6, 3, 1, 4]
export const goldenCorrupt: readonly number[] = goldenIds.with(9, 8)

/** The logits of the last position. */
export const goldenLogits: readonly number[] = [
  -1.913297, -2.105415, 0.376242, -1.703474, 1.27572, -1.4484, 1.618801, 1.567972, -3.018263, -1.10617, -0.666318,
]
/** The mean loss of the next token, in nats. */
export const goldenLoss = 2.630716

/** The model with its weights in an engine. */
export function goldenModel(engine: Engine): Decoder {
  const { embedding, positions, blocks, norm } = new GPT2({ ...sizes, isTied: false })
  const unembedding = new Linear({ from: { model: sizes.model }, to: { vocab: sizes.vocab }, bias: true })
  const model = new Decoder({ embedding, positions, blocks, norm, unembedding, context: sizes.context })
  const weights = parametersOf(model)
  for (const [number, [path, kind]] of parameters.entries()) {
    const weight = weights.get(path)
    if (!weight) throw new Error(`golden: there is no ${path} among ${[...weights.keys()].join(', ')}.`)
    const cells = weight.axes.reduce((product, { size }) => product * size, 1)
    const value = (i: number): number => scaled[kind](hashed(number, i))
    const heads = kind === 'projection' ? sizeOf(weight.axes, 'head') : 1
    engine.set(
      weight,
      headsInside(
        Array.from({ length: cells }, (_, i) => value(i)),
        heads,
        sizes.model,
      ),
    )
  }
  return model
}

type Kind = 'weight' | 'projection' | 'gain' | 'bias'

const scaled: Readonly<Record<Kind, (u: number) => number>> = {
  weight: (u) => u,
  projection: (u) => u,
  gain: (u) => 1 + 0.5 * u,
  bias: (u) => 0.2 * u,
}

/** The parameters, by their numbers. */
const parameters: readonly (readonly [string, Kind])[] = [
  ['embedding.token', 'weight'],
  ['positions.place', 'weight'],
  ...[0, 1].flatMap((layer): (readonly [string, Kind])[] => {
    const block = `blocks.${layer}`
    return [
      [`${block}.attentionNorm.scale`, 'gain'],
      [`${block}.attentionNorm.shift`, 'bias'],
      [`${block}.attention.query.weight`, 'projection'],
      [`${block}.attention.query.bias`, 'bias'],
      [`${block}.attention.key.weight`, 'projection'],
      [`${block}.attention.key.bias`, 'bias'],
      [`${block}.attention.value.weight`, 'projection'],
      [`${block}.attention.value.bias`, 'bias'],
      [`${block}.attention.output.weight`, 'weight'],
      [`${block}.attention.output.bias`, 'bias'],
      [`${block}.mlpNorm.scale`, 'gain'],
      [`${block}.mlpNorm.shift`, 'bias'],
      [`${block}.mlp.up.weight`, 'weight'],
      [`${block}.mlp.up.bias`, 'bias'],
      [`${block}.mlp.down.weight`, 'weight'],
      [`${block}.mlp.down.bias`, 'bias'],
    ]
  }),
  ['norm.scale', 'gain'],
  ['norm.shift', 'bias'],
  ['unembedding.weight', 'weight'],
  ['unembedding.bias', 'bias'],
]

/** A number between −0.5 and 0.5 for a parameter and a cell: a hash of 32 bits. */
function hashed(parameter: number, cell: number): number {
  let x = (Math.imul(parameter, 0x9e3779b1) + Math.imul(cell, 0x85ebca77) + 1) >>> 0
  x ^= x >>> 16
  x = Math.imul(x, 0x7feb352d)
  x ^= x >>> 15
  x = Math.imul(x, 0x846ca68b)
  x ^= x >>> 16
  return (x >>> 0) / 2 ** 32 - 0.5
}

/** From (head, model, key), as the numbers are counted, to (model, head, key), as a projection keeps them. */
function headsInside(values: readonly number[], heads: number, model: number): number[] {
  const each = values.length / heads / model
  return values.map((_, cell) => {
    const [row, within] = [Math.floor(cell / (heads * each)), cell % (heads * each)]
    const [head, column] = [Math.floor(within / each), within % each]
    return heads === 1 ? values[cell] : values[(head * model + row) * each + column]
  })
}
