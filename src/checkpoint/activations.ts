// What config.json calls the bend of an MLP, and what we call it. Several names stand for one function; the first of each is
// the one that is written.

import type { Bend } from '../model/mlp.ts'
import type { ConfigFields } from '../text/configFields.ts'

const names: Readonly<Record<Bend, readonly string[]>> = {
  geluExact: ['gelu', 'gelu_python'],
  gelu: ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast', 'gelu_python_tanh', 'gelu_accurate'],
  quickGelu: ['quick_gelu'],
  relu: ['relu'],
  reluSquared: ['relu2'],
  silu: ['silu', 'swish'],
  mish: ['mish'],
  sigmoid: ['sigmoid'],
  tanh: ['tanh'],
}

const bendNamed: Readonly<Record<string, Bend>> = Object.fromEntries(
  Object.entries(names).flatMap(([bend, known]) => known.map((name) => [name, bend as Bend])),
)

/** The bend that a field of config.json names; `otherwise`: the name that counts where it is not given. */
export const bendFrom = (fields: ConfigFields, field: string, otherwise: string): Bend =>
  fields.choice(field, bendNamed, otherwise)

/** What config.json calls a bend. */
export const bendName = (bend: Bend): string => names[bend][0]
