// An architecture: what the reading and writing of folders must know of it. One file each defines it: gpt2.ts and its neighbours.
// Whoever uses it has blueprints (blueprint.ts).

import type { ConfigFields } from '../text/configFields.ts'
import type {
  AnyArchitecture,
  ArchitectureFacts,
  Blueprint,
  FolderConfig,
  KnownTensors,
  ModelSizes,
} from './blueprint.ts'
import type { NewSizes, RunKind } from './newConfig.ts'
import type { WeightTable } from './weightTable.ts'

/** The definition of an architecture: between a Hugging Face folder and a model of ours, in both directions. */
export interface ArchitectureDefinition<Config extends FolderConfig, Model extends object> extends ArchitectureFacts {
  /**
   * The config that config.json describes, with nothing left open.
   *
   * Throws for a missing or impossible number, and, by its name, for an option that would change what is computed and that
   * our model does not have.
   */
  configFromJSON(fields: ConfigFields): Config

  /** The config of a new model; where there is none, such models only come out of folders. */
  newConfig?(sizes: NewSizes): Config

  /**
   * The model of another kind that begins with this one's encoder; undefined where there is none.
   *
   * - `labels`: the names that the classes of a classifier are to have
   */
  underNewHead?(config: Config, as: RunKind, labels: readonly string[]): Blueprint | undefined

  /** The config.json that `from_pretrained` opens; `configFromJSON` gives the config back. */
  configToJSON(config: Config): object

  /** The config with what config.json does not say, but the checkpoint's tensors do; only where there is such a thing. */
  configFromTensors?(config: Config, tensors: KnownTensors): Config | Promise<Config>

  /** The model; its parts have their names. */
  build(config: Config): Model

  /** The table by which a checkpoint's tensors are made of the model's weights. */
  table(config: Config): WeightTable

  /** Everything that makes it another model if it differs, by our names. */
  sizesOf(config: Config): ModelSizes
}

/** An architecture whose configs are known. */
export interface Architecture<Config extends FolderConfig, Model extends object>
  extends AnyArchitecture<Config, Model> {
  readonly definition: ArchitectureDefinition<Config, Model>
  /** The blueprint with this config. */
  readonly blueprint: (config: Config) => Blueprint<Config, Model>
}

/** The architecture of a definition. */
export function architectureOf<Config extends FolderConfig, Model extends object>(
  definition: ArchitectureDefinition<Config, Model>,
): Architecture<Config, Model> {
  const blueprint = (config: Config): Blueprint<Config, Model> => ({
    architecture,
    config,
    sizes: definition.sizesOf(config),
    table: definition.table(config),
    build: () => definition.build(config),
    toJSON: () => definition.configToJSON(config),
    withDropout: (dropout) => blueprint({ ...config, dropout }),
    withTensors: async (tensors) =>
      definition.configFromTensors ? blueprint(await definition.configFromTensors(config, tensors)) : blueprint(config),
    underNewHead: (as, labels) => definition.underNewHead?.(config, as, labels),
  })
  const { name, embeds, hasColours, trainedAs, types, classes } = definition
  const architecture: Architecture<Config, Model> = {
    definition,
    name,
    ...(embeds !== undefined && { embeds }),
    ...(hasColours !== undefined && { hasColours }),
    ...(trainedAs && { trainedAs }),
    types,
    classes,
    blueprint,
    fromJSON: (fields) => blueprint(definition.configFromJSON(fields)),
    fromSizes: (sizes) => definition.newConfig && blueprint(definition.newConfig(sizes)),
  }
  return architecture
}
