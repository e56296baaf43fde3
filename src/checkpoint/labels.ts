// What the classes of a classifier are called, in a config.json: `id2label`, and the same the other way round, `label2id`.

import { type ConfigFields, mostClasses } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'

/** The classes' names in their order. Where config.json has none, transformers numbers them: LABEL_0, LABEL_1. */
export function labelsFrom(fields: ConfigFields): readonly string[] {
  const named = fields.get('id2label')
  const count = fields.has('num_labels') ? fields.whole('num_labels', { most: mostClasses }) : undefined
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `LABEL_${i}`)
  if (named === undefined) return numbered(count ?? 2)
  if (typeof named !== 'object' || named === null || Array.isArray(named))
    throw fields.wrong(`id2label is ${kindOf(named)}. Write {"0": a name, "1": another, …}.`)
  const labels = Object.values(named)
  const isComplete = labels.every((label, i) => typeof label === 'string' && Object.hasOwn(named, i))
  if (labels.length === 0 || !isComplete)
    throw fields.wrong(`id2label has ${labels.length} entries, not one name for each class from 0 on. Name them all.`)
  if (count === undefined || count === labels.length) return labels.map((_, i) => (named as Record<number, string>)[i])
  fields.warn(
    `num_labels is ${count}, but id2label names ${labels.length} classes. The names are not used: the classes are LABEL_0 and so on.`,
  )
  return numbered(count)
}

/** The fields that `labelsFrom` reads. Different classes may have the same name; then only the first is found by it. */
export function labelsToJSON({ class: classes, labels }: { class: number; labels?: readonly string[] }): object {
  const names = labels ?? Array.from({ length: classes }, (_, i) => `LABEL_${i}`)
  if (names.length !== classes)
    throw new Error(`labels: there are ${names.length} for ${classes} classes. Give one for each.`)
  return {
    id2label: Object.fromEntries(names.map((name, i) => [i, name])),
    label2id: Object.fromEntries(names.map((name, i) => [name, i]).reverse()),
  }
}

/** The names of a model's classes, as far as its config has them. */
export function classNames({ labels }: { readonly labels?: readonly string[] }, classes: number): string[] {
  return Array.from({ length: classes }, (_, i) => labels?.[i] ?? `LABEL_${i}`)
}
