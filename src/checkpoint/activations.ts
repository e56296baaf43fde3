// What config.json calls the activation of an MLP, and what we call it. Several names stand for one function; the first of each is
// the one that is written.

import type { Activation } from '../model/mlp.ts'
import type { ConfigFields } from '../text/configFields.ts'

const names: Readonly<Record<Activation, readonly string[]>> = {
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

const activationNamed: Readonly<Record<string, Activation>> = Object.fromEntries(
  Object.entries(names).flatMap(([activation, known]) => known.map((name) => [name, activation as Activation])),
)

/** The activation that a field of config.json names; `otherwise`: the name that counts where it is not given. */
export const activationFrom = (fields: ConfigFields, field: string, otherwise: string): Activation =>
  fields.choice(field, activationNamed, otherwise)

/** The name of an activation in config.json. */
export const activationName = (activation: Activation): string => names[activation][0]
