// Which of some architectures a config.json describes, and the blueprint that it describes of it.

import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { ConfigFields, longestHead, mostWeights } from '../text/configFields.ts'
import { enumerated } from '../text/enumeration.ts'
import { kindOf } from '../text/json.ts'
import type { AnyArchitecture, Blueprint, FolderConfig } from './blueprint.ts'

/**
 * The architecture that a parsed config.json describes.
 *
 * Throws for any other, naming it and those that would do.
 */
function describedBy<A extends Pick<AnyArchitecture, 'types' | 'classes'>>(fields: ConfigFields, of: readonly A[]): A {
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
  // Of a known type the classes that are read; else the types alone, which are few: a list of all classes would be a page.
  const ofType = of.filter(({ types }) => types.some((known) => known === type))
  const reads =
    ofType.length > 0
      ? `of ${kindOf(type)} Cutaway reads ${enumerated([...new Set(ofType.flatMap(({ classes }) => classes))])}. Take one of these.`
      : `Cutaway reads models of type ${enumerated([...new Set(of.flatMap(({ types }) => types))])}. Take another folder.`
  throw fields.wrong(
    `it describes ${described.length === 0 ? 'no model_type and no architecture' : described.join(' and ')}; ${reads}`,
  )
}

/**
 * The blueprint that a parsed config.json describes, of one of these architectures. `place`: the file's name, for errors.
 *
 * `warnings`: sentences about all in the file that is not used.
 *
 * Throws for another architecture, a missing or impossible number, an option that would change what is computed, and a
 * model that no machine could hold.
 */
export function blueprintOf<Config extends FolderConfig, Model extends object>(
  of: readonly AnyArchitecture<Config, Model>[],
  json: unknown,
  place: string,
): { readonly blueprint: Blueprint<Config, Model>; readonly warnings: readonly string[] } {
  const fields = new ConfigFields(json, place)
  const architecture = describedBy(fields, of)
  // What any of them may say, and what would be another model: numbers of few bits, layers unlike one another, a decoder that
  // reads both ways.
  fields.only('quantization_config', [])
  fields.only('per_layer_config', [])
  fields.only('is_causal', [true])
  const blueprint = architecture.fromJSON(fields)
  const parameters = parametersOf(blueprint.build())
  const weights = [...parameters.values()].reduce((sum, { axes }) => sum + cells(axes), 0)
  if (weights > mostWeights) {
    throw fields.wrong(
      `these sizes make a model of ${weights.toPrecision(3)} weights; at most ${mostWeights} can be held. ` +
        'The file may be damaged, or choose a smaller model.',
    )
  }
  const { key = 0 } = blueprint.sizes
  if (key > longestHead)
    throw fields.wrong(
      `its heads have ${key} numbers each (head_dim), at most ${longestHead} can be turned. The file may be damaged, or choose another model.`,
    )
  return { blueprint, warnings: fields.warnings }
}
