// From the texts that a person has put into the page to the source of a run.

import type { RunKind } from '../../checkpoint/newConfig.ts'
import { parseLabelled } from '../../data/labelledTexts.ts'
import { taskNamed } from '../../data/tasks/tasks.ts'
import { parsePairs } from '../../data/textPairs.ts'
import type { Source } from '../../runs/source.ts'
import type { Material } from '../talk/questions.ts'

/** The name of the material, as a run's choices have it. */
export const namedBy = ({ kind, name }: Material): { readonly task: string } | { readonly files: readonly string[] } =>
  kind === 'task' ? { task: name } : { files: [name] }

/** The source of a run of a kind. Throws for a table without the columns that it needs, and for a task that there is not. */
export function sourceOf(material: Material, as: RunKind): Source {
  if (material.kind === 'task') return { kind: 'task', task: taskNamed(material.name) }
  const { name, text } = material
  if (material.kind === 'text') return { kind: 'text', text, files: [name], skipped: 0 }
  return as === 'classifier'
    ? { kind: 'labelled', ...parseLabelled(text, name) }
    : { kind: 'pairs', ...parsePairs(text, name) }
}
