// From the texts and pictures that a person has put into the page to the source of a run.

import type { RunKind } from '../../checkpoint/newConfig.ts'
import { parseLabelled } from '../../data/labelledTexts.ts'
import type { LabelledPictures } from '../../data/pictures.ts'
import { taskNamed } from '../../data/tasks/tasks.ts'
import { parsePairs } from '../../data/textPairs.ts'
import { writtenDigits } from '../../data/writtenDigits.ts'
import type { Choices, DataName } from '../../runs/choices.ts'
import type { Source } from '../../runs/source.ts'
import type { Material } from '../talk/questions.ts'
import { labelledPictures } from './labelledPictures.ts'

/** The name of the material, as a run's choices have it. */
export const namedBy = ({ kind, name }: Material): Pick<Choices, 'task' | 'data' | 'files'> =>
  kind === 'task' ? { task: name } : kind === 'data' ? { data: dataNamed(name) } : { files: [name] }

/** The data of a name. Throws for what a page has not. */
function dataNamed(name: string): DataName {
  if (name === 'written-digits') return name
  throw new Error(`data: this page has no "${name}". It has written-digits.`)
}

/** The digits that were made, which takes a second. */
let digits: LabelledPictures | undefined

/** The source of a run of a kind. Throws for a table without the columns that it needs, and for a task that there is not. */
export function sourceOf(material: Material, as: RunKind): Source {
  if (material.kind === 'task') return { kind: 'task', task: taskNamed(material.name) }
  if (material.kind === 'data') {
    dataNamed(material.name)
    digits ??= writtenDigits()
    return { kind: 'pictures', ...digits }
  }
  const { name, text } = material
  if (material.kind === 'pictures') return { kind: 'pictures', ...labelledPictures(text, name) }
  if (material.kind === 'text') return { kind: 'text', text, files: [name], skipped: 0 }
  return as === 'classifier'
    ? { kind: 'labelled', ...parseLabelled(text, name) }
    : { kind: 'pairs', ...parsePairs(text, name) }
}
