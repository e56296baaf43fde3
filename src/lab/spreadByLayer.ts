// The rank collapse: how far the vectors of different tokens are from one another, layer by layer, before anything is learnt.
//
//   spread of X = ‖X − mean‖ / ‖X‖      the mean over positions; Frobenius norms; 0 where all positions are alike

import { setWeights, withSizes } from '../checkpoint/engineWeights.ts'
import { read } from '../inspect/read.ts'
import { initialValues } from '../model/start.ts'
import type { Bench, Variant } from './question.ts'
import { type SmallModel, usualModel } from './smallChoices.ts'
import { smallModel } from './smallModel.ts'

/** Different tokens, as many as are read. */
const tokens = 32

/** Below this, 32-bit numbers cannot tell a vector from the mean. */
const least = 1e-8

/**
 * A variant that trains nothing: `collapsed`, log10 of the spread behind the fourth block; `power`, by what power the spread falls
 * from the second to the third; and the curve `spread`, log10 by layer, where 0 is what goes into the first block.
 */
export function spreadByLayer(some: Partial<SmallModel>): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  // Random vectors of variance 1 go in, and matrices keep that variance.
  const start = { start: 'glorot', embeddingScale: Math.sqrt((tokens + usualModel.model) / 2) } as const
  const choices = { ...usualModel, positions: 'none', context: tokens, layers: 8, ...start, ...some } as const
  return {
    setting: { kind: 'spread by layer', model: { ...choices } },
    seconds: 1,
    run: async ({ engine, seed }: Bench) => {
      const model = smallModel(choices, tokens)
      setWeights(engine, model, withSizes(model, initialValues(model, seed)))
      const part = choices.skip ? 'output' : choices.hidden > 0 ? 'mlp.output' : 'attention.output'
      const addresses = ['embedded', `blocks.*.${part}`]
      const inputs = { ids: Int32Array.from({ length: tokens }, (_, id) => id) }
      const states = await read({ model, engine, inputs, addresses })
      const spread = [...states.values()].map(({ data }) => Math.max(least, spreadOf(data, tokens)))
      const y = spread.map(Math.log10)
      return {
        numbers: { collapsed: y[4], power: y[3] / y[2] },
        curves: { spread: { x: y.map((_, layer) => layer), y } },
      }
    },
  }
}

/** ‖X − mean‖ / ‖X‖ of rows. */
export function spreadOf(values: ArrayLike<number>, rows: number): number {
  const columns = values.length / rows
  let [apart, all] = [0, 0]
  for (let column = 0; column < columns; column++) {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += values[row * columns + column]
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column]
      apart += (value - sum / rows) ** 2
      all += value ** 2
    }
  }
  return Math.sqrt(apart / all)
}
