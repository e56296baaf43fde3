// Weights for the models of tests: those that a training begins with, but larger, so that patterns of attention differ from cell to cell
// and nothing drowns.

import type { Engine } from '../src/engine/engine.ts'
import { initialValues } from '../src/model/start.ts'
import { parametersOf } from '../src/tensor/names.ts'

/** Gives an engine the weights of a model, `times` as large as usual; the scales of norms stay what they are. */
export function fillWeights(engine: Engine, model: object, { times = 10, seed = 1 } = {}): void {
  const weights = parametersOf(model)
  for (const [path, values] of initialValues(model, seed)) {
    const weight = weights.get(path)
    if (weight) engine.set(weight, path.endsWith('scale') ? values : values.map((value) => times * value))
  }
}
