// The classes of a classifier in a config.json: their names (labels.ts), and what its numbers mean (problem.ts).

import type { ClassScores } from '../model/language.ts'
import type { ConfigFields } from '../text/configFields.ts'
import type { FolderConfig } from './blueprint.ts'
import { labelsFrom, labelsToJSON } from './labels.ts'
import { problemFrom, problemToJSON, scoresOf } from './problem.ts'

/** The part of a config that a classifier has beside its encoder's. */
export interface ClassifierConfig extends FolderConfig {
  readonly class: number
}

/** The classes of a classifier in a config.json, and what its numbers mean. */
export function classesFrom(fields: ConfigFields): ClassifierConfig {
  const labels = labelsFrom(fields)
  return { class: labels.length, labels, ...problemFrom(fields, labels.length) }
}

/** The fields that `classesFrom` reads. */
export const classesToJSON = (config: ClassifierConfig): object => ({
  ...labelsToJSON(config),
  ...problemToJSON(config),
})

/** The config of a classifier that tells these classes apart, one of them for each example. Where a model knows them all, it keeps its own. */
export function withClasses<Config extends FolderConfig>(
  { problem: _, outputActivation: __, labels: known = [], ...config }: Config,
  labels: readonly string[],
): Omit<Config, 'problem' | 'outputActivation' | 'labels'> & ClassifierConfig {
  const names = labels.every((label) => known.includes(label)) ? known : labels
  return { ...config, class: names.length, labels: names }
}

/** A classifier's config as its model takes it, without names. */
export function scoredConfig<Config extends ClassifierConfig>({
  labels: _,
  problem,
  outputActivation,
  ...config
}: Config): Omit<Config, 'labels' | 'problem' | 'outputActivation'> & { readonly scores: ClassScores } {
  return { ...config, scores: scoresOf({ problem, outputActivation }, config.class) }
}
