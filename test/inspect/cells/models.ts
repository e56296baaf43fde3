// Small models of each architecture, with texts, for the tests of cells: weights so large that patterns differ from cell to cell.

import type { Engine } from '../../../src/engine/engine.ts'
import { MaskedBert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import type { InputValues } from '../../../src/model/inputValues.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { Llama } from '../../../src/model/llama.ts'
import { initialValues } from '../../../src/model/start.ts'
import { parametersOf } from '../../../src/tensor/names.ts'

export interface TestedModel {
  readonly name: string
  readonly model: AnyModel
  readonly inputs: InputValues
  readonly targets: readonly number[]
}

const ids = [3, 1, 4, 1, 5]

export const testedModels: readonly TestedModel[] = [
  {
    name: 'GPT-2',
    model: new GPT2({ vocab: 11, context: 9, layer: 2, head: 3, model: 12, hidden: 20 }),
    inputs: { ids },
    targets: [1, 4, 1, 5, -1],
  },
  {
    name: 'Llama',
    model: new Llama({
      vocab: 11,
      context: 9,
      layer: 2,
      head: 4,
      shared: 2,
      model: 16,
      hidden: 20,
      hasNormedKeys: true,
    }),
    inputs: { ids },
    targets: [1, 4, 1, 5, -1],
  },
  {
    name: 'BERT',
    model: new MaskedBert({ vocab: 11, context: 9, layer: 2, head: 3, model: 12, hidden: 20, kind: 2 }),
    inputs: { ids, kinds: [0, 0, 0, 1, 1] },
    targets: [-1, 1, -1, 7, -1],
  },
  {
    name: 'encoder-decoder',
    model: new EncoderDecoder({
      vocab: 11,
      context: 9,
      model: 12,
      encoder: { layer: 1, head: 3, hidden: 20 },
      decoder: { layer: 1, head: 3, hidden: 20 },
    }),
    inputs: { ids, source: [2, 7, 1, 8] },
    targets: [1, 4, 1, 5, -1],
  },
]

/** Gives an engine weights for a model; the same at each call. */
export function fill(engine: Engine, model: AnyModel): void {
  const weights = parametersOf(model)
  for (const [path, values] of initialValues(model, 1)) {
    const weight = weights.get(path)
    const isNorm = path.endsWith('scale')
    if (weight)
      engine.set(
        weight,
        values.map((value, i) =>
          isNorm
            ? value + 0.1 * Math.sin(i)
            : path.endsWith('bias') || path.endsWith('shift')
              ? 0.1 * Math.cos(i)
              : 8 * value,
        ),
      )
  }
}
