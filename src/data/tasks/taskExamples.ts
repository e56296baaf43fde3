// A task's questions as examples, for a decoder that reads prompt and answer as one sequence, or as pairs for an encoder
// that reads the prompt and a decoder that says the answer.
//
//   decoder    ids       8 7 + 5 = 9 2       pairs   source    8 7 + 5 =
//              targets   · · · · 9 2 ⏎               ids       ⏎ 9 2
//                                                    targets   9 2 ⏎

import type { Examples, Row } from '../examples.ts'
import { type Pair, pairFields, pairRow } from '../pairs.ts'
import { sequenceFields, sequenceRow } from '../sequences.ts'
import { end, endOf, isHeldOut, type Question, questionAt, type Task, type TaskPart } from './task.ts'

export interface TaskExampleOptions extends TaskPart {
  readonly as: 'decoder' | 'pairs'
  readonly seed: number
  /** The number of questions; those of a small task are all taken. */
  readonly count?: number
  /** The id in padding; nothing may depend on it. */
  readonly pad?: number
}

export interface TaskExamples extends Examples {
  question(example: number): Question
}

/** So many that no run sees one twice. */
const endless = 2 ** 30
/** Questions of unequal lengths are sorted by length, and so made beforehand. */
const madeBeforehand = 2 ** 16
const forValidation = 1000

/**
 * The questions of one part of a task as examples. Those that are all equally long are made when they are needed, and
 * training sees new ones all the time.
 *
 * Throws when pairs are asked of a task that has no answers apart.
 */
export function taskExamples(task: Task, options: TaskExampleOptions): TaskExamples {
  const { as, seed, part = 'training', heldOut, pad = 0 } = options
  if (as === 'pairs' && task.teaches === 'everything')
    throw new Error(`task: "${task.name}" has no answers apart from its prompts. Train a decoder on it.`)
  if (as === 'decoder' && task.answers)
    throw new Error(`task: the answers of "${task.name}" are no texts. Train an encoder and a decoder on it.`)
  const usual = part === 'validation' ? forValidation : task.lengths ? endless : madeBeforehand
  const few = task.all?.filter((question) => isHeldOut(task, question, heldOut) === (part === 'validation'))
  if (few?.length === 0)
    throw new Error(
      `task: no question of "${task.name}" is for ${part}. Hold out another share, or make the task larger.`,
    )
  const count = few ? few.length : (options.count ?? usual)
  const draw = (example: number): Question => few?.[example] ?? questionAt(task, seed, example, { part, heldOut })
  const made = task.lengths || few ? undefined : Array.from({ length: count }, (_, example) => draw(example))
  const question = made ? (example: number) => made[example] : draw

  const text = ({ prompt, answer }: Question): [prompt: string, rest: string] => [
    `${prompt}${task.separator ?? ''}`,
    `${answer}${task.lengths ? '' : end}`,
  ]
  const pairOf = ({ prompt, answer }: Question): Pair => ({
    source: task.tokenizer.encode(prompt, { special: true }),
    target: task.answers ? task.answers.ids(answer) : task.tokenizer.encode(answer),
  })
  const row: Record<typeof as, (question: Question) => Row> = {
    decoder(asked) {
      const [prompt, rest] = text(asked)
      // Every character is a token.
      const from = task.teaches === 'everything' ? 1 : [...prompt].length
      return sequenceRow(task.tokenizer.encode(prompt + rest), from)
    },
    pairs: (asked) => pairRow(pairOf(asked), { begin: endOf(task), end: endOf(task) }),
  }
  const lengths = (asked: Question): Record<string, number> => {
    if (task.answers) {
      const { length } = task.tokenizer.encode(asked.prompt, { special: true })
      return { source: length, position: task.answers.codec.length + 1 }
    }
    if (as === 'pairs') return { source: [...asked.prompt].length, position: [...asked.answer].length + 1 }
    return { position: [...text(asked).join('')].length - 1 }
  }
  return {
    count,
    fields: as === 'pairs' ? pairFields(pad) : sequenceFields(pad),
    lengths: task.lengths ? lengths(question(0)) : (example) => lengths(question(example)),
    row: (example) => row[as](question(example)),
    question,
  }
}
