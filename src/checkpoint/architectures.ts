// The architectures whose folders Cutaway reads and writes, and which of them a config.json describes.

import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { ConfigFields, longestHead, mostWeights } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import type { Architecture, ConfigOf, KnownArchitecture } from './architecture.ts'
import { bert, classifyingBert, maskedBert } from './bert.ts'
import { gpt2 } from './gpt2.ts'
import { llama, mistral, qwen2, qwen3 } from './llama.ts'
import { marian } from './marian.ts'

/** All architectures that are known here. A run begins anew with the first that is trained as it is told. */
export const architectures: readonly KnownArchitecture[] = [
  gpt2,
  llama,
  mistral,
  qwen2,
  qwen3,
  bert,
  maskedBert,
  classifyingBert,
  marian,
]

/**
 * The architecture that a parsed config.json describes.
 *
 * - `of`: those that are wanted, if not all
 *
 * Throws for any other, naming it and those that would do.
 */
function architectureOf<A extends Architecture>(fields: ConfigFields, of: readonly A[]): A {
  const type = fields.get('model_type')
  const classes = fields.get('architectures')
  if (classes !== undefined && !Array.isArray(classes))
    throw fields.wrong(`architectures is ${kindOf(classes)}. Give a list of names.`)
  const first: unknown = classes?.[0]
  const found = of.find(
    (each) =>
      (type === undefined ? first !== undefined : each.types.some((known) => known === type)) &&
      (first === undefined || each.classes.some((known) => known === first)),
  )
  if (found) return found
  const described = [
    ...(first === undefined ? [] : [`the architecture ${kindOf(first)}`]),
    ...(type === undefined ? [] : [`the model_type ${kindOf(type)}`]),
  ]
  const supported = of.map(
    (each) => `${each.classes.join(', ')} (model_type ${each.types.map((known) => `"${known}"`).join(', ')})`,
  )
  throw fields.wrong(
    `it describes ${described.length === 0 ? 'no model_type and no architecture' : described.join(' and ')}; ` +
      `Cutaway reads ${supported.join('; ')}. Take one of these.`,
  )
}

/**
 * The model that a parsed config.json describes: its architecture, and the config in our words.
 *
 * - `place`: the file's name, for errors
 * - `of`: the architectures that are wanted, if not all
 *
 * `warnings`: sentences about all in the file that is not used.
 *
 * Throws for another architecture, a missing or impossible number, an option that would change what is computed, and a
 * model that no machine could hold.
 */
export function configFromJSON<A extends Architecture = KnownArchitecture>(
  json: unknown,
  place = 'config.json',
  of: readonly A[] = architectures as readonly Architecture[] as readonly A[],
): { readonly architecture: A; readonly config: ConfigOf<A>; readonly warnings: readonly string[] } {
  const fields = new ConfigFields(json, place)
  const architecture = architectureOf(fields, of)
  // What any of them may say, and what would be another model: numbers of few bits, layers unlike one another, a decoder that
  // reads both ways.
  fields.only('quantization_config', [])
  fields.only('per_layer_config', [])
  fields.only('is_causal', [true])
  const config = architecture.configFromJSON(fields) as ConfigOf<A>
  const parameters = parametersOf(architecture.build(config))
  const weights = [...parameters.values()].reduce((sum, { axes }) => sum + cells(axes), 0)
  if (weights > mostWeights) {
    throw fields.wrong(
      `these sizes make a model of ${weights.toPrecision(3)} weights; at most ${mostWeights} can be held. ` +
        'The file may be damaged, or choose a smaller model.',
    )
  }
  const { key = 0 } = architecture.sizesOf(config)
  if (key > longestHead)
    throw fields.wrong(
      `its heads have ${key} numbers each (head_dim), at most ${longestHead} can be turned. The file may be damaged, or choose another model.`,
    )
  return { architecture, config, warnings: fields.warnings }
}
