// What is known of a source before anybody trains: what it is made of, some of its examples, and the baselines to beat.

import type { RunKind } from '../checkpoint/newConfig.ts'
import { bothTexts } from '../data/labelledTexts.ts'
import { answerSize, questionAt, type Task } from '../data/tasks/task.ts'
import type { Picture } from '../image/picture.ts'
import { type TextStatistics, textStatistics } from '../text/statistics.ts'
import { type Baseline, guessing } from './baselines.ts'
import type { Choices } from './choices.ts'
import { prepareRun } from './prepareRun.ts'
import { type Source, textOfSource } from './source.ts'

/** An example of a source: a question and its answer, a text and its label. */
export interface ShownExample {
  readonly source: string
  readonly target: string
  /** The target itself, where it is a picture. */
  readonly picture?: Picture
}

export interface SourceFacts {
  readonly kind: Source['kind']
  /** Of a text; of a table, of all its texts; a task and labelled pictures have none. */
  readonly statistics?: TextStatistics
  /** The examples of a table; of a task, where there are few. */
  readonly examples?: number
  /** Lines that were left out, because one side is empty. */
  readonly skipped: number
  readonly shown: readonly ShownExample[]
  /** The losses of those who guess or count; the hardest comes last. */
  readonly baselines: readonly Baseline[]
}

/** The number of examples that are shown. */
const shown = 8

/** The facts of a source. Throws for one that nothing can be learnt from. */
export async function sourceFacts(source: Source, choices: Choices): Promise<SourceFacts> {
  const statistics =
    source.kind === 'task' || source.kind === 'pictures'
      ? undefined
      : textStatistics([...textOfSource(source)].join(''))
  if (source.kind === 'text' && statistics?.counts.length === 1)
    throw new Error(
      `text: ${statistics.characters === 1 ? 'its only character' : `every one of its ${statistics.characters} characters`} is ${JSON.stringify(statistics.counts[0].character)}, so that there is nothing to learn. Give a text with at least two different ones.`,
    )
  // A task's questions are many, and are made when it is learnt.
  const { baselines } =
    source.kind === 'task' ? { baselines: [guessing(answerSize(source.task))] } : await prepareRun(choices, source)
  return {
    kind: source.kind,
    ...(statistics && { statistics }),
    ...examplesOf(source),
    skipped: skippedOf(source),
    baselines,
  }
}

/** The number of examples that were left out. */
function skippedOf(source: Source): number {
  if (source.kind === 'recordings') return source.leftOut.length
  return 'skipped' in source && source.kind !== 'text' ? source.skipped : 0
}

/** The kind of run that a source is usually for. */
export function usualKind(kind: Source['kind'] | 'table'): RunKind {
  if (kind === 'labelled') return 'classifier'
  if (kind === 'pictures') return 'picture-classifier'
  if (kind === 'recordings') return 'listener'
  return kind === 'pairs' || kind === 'table' || kind === 'drawings' ? 'encoder-decoder' : 'decoder'
}

function examplesOf(source: Source): Pick<SourceFacts, 'examples' | 'shown'> {
  if (source.kind === 'text') return { shown: [] }
  if (source.kind === 'pairs') return { examples: source.pairs.length, shown: source.pairs.slice(0, shown) }
  if (source.kind === 'labelled')
    return {
      examples: source.texts.length,
      shown: source.texts.slice(0, shown).map((each) => ({ source: bothTexts(each), target: each.label })),
    }
  if (source.kind === 'drawings')
    return {
      examples: source.drawings.length,
      shown: source.drawings.slice(0, shown).map(({ words, name }) => ({ source: words, target: name })),
    }
  if (source.kind === 'pictures') {
    const all = [...source.training, ...source.validation]
    const target = ({ label }: (typeof all)[number]): string => source.labels[label]
    return {
      examples: all.length,
      shown: all.slice(0, shown).map((each) => ({ source: each.name, target: target(each) })),
    }
  }
  if (source.kind === 'recordings')
    return {
      examples: source.recordings.length,
      shown: source.recordings.slice(0, shown).map(({ words, name }) => ({ source: name, target: words })),
    }
  const { task } = source
  return { ...(task.all && { examples: task.all.length }), shown: questionsOf(task) }
}

const questionsOf = (task: Task): ShownExample[] =>
  Array.from({ length: shown }, (_, i) => questionAt(task, 0, i)).map(({ prompt, answer }) => ({
    source: prompt,
    target: answer,
    ...(task.answers && { picture: task.answers.codec.decode(task.answers.ids(answer)) }),
  }))
