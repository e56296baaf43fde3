// A task: questions with one right answer each, made on the spot, as many as one likes.
//
// A small model learns one in seconds or minutes; whether it has understood is beyond doubt, since its answers are right or
// wrong; and what it has to do inside is known, so that one can go and look for it.

import type { Tokenizer } from '../../text/tokenizer.ts'
import { Draws } from '../draws.ts'
import type { PictureCodec } from '../pictureCodec.ts'
import { isInShare } from '../split.ts'

export interface Question {
  /** The text that the model reads. */
  readonly prompt: string
  /** The text that it should say, without the end. */
  readonly answer: string
}

export interface Task {
  readonly name: string
  /** The question, in a sentence. */
  readonly about: string
  /** The characters that occur, and last of all, where there are answers apart, `end`; of a task with a codec, its words. */
  readonly tokenizer: Tokenizer
  /** The way from answers to ids and back, where they are no texts to a model: as texts they are here to be seen and compared. */
  readonly answers?: {
    readonly codec: PictureCodec
    ids(answer: string): Int32Array
    text(ids: ArrayLike<number>): string
  }
  /** The number of tokens of prompts and answers, where all have the same; otherwise an answer needs an end. */
  readonly lengths?: { readonly prompt: number; readonly answer: number }
  /** The mark between prompt and answer where one model reads both; prompts that end in a mark of their own need none. */
  readonly separator?: string
  /** The part that is to be predicted: the answer, or every token from the second on. */
  readonly teaches: 'answer' | 'everything'

  /** The question that these draws lead to. */
  draw(draws: Draws): Question

  /** Says that an output is right. */
  isExact(question: Question, output: string): boolean

  /** Every question there is, where these are few. */
  readonly all?: readonly Question[]

  /** The text that decides whether a question is held out; its prompt, unless the task says that prompts are the same question. */
  keyOf?(question: Question): string
}

/** Ends an answer, and begins it for a decoder that reads nothing else. */
export const end = '\n'

/** The id of `end`. */
export function endOf(task: Task): number {
  return answerSize(task) - 1
}

/** The number of different tokens in answers. */
export const answerSize = ({ tokenizer, answers }: Task): number =>
  answers ? answers.codec.codebook.size + 1 : tokenizer.size

/** The part of the questions that belongs to a split. */
export interface TaskPart {
  readonly part?: 'training' | 'validation'
  /** The part of all questions that training never sees. */
  readonly heldOut?: number
}

/** The most draws until a question belongs to the part that is wanted. */
const mostAttempts = 10_000

/**
 * Question number `number` of one part of a task: a pure function of (seed, number). Which questions are held out does not
 * depend on the seed, so that no training sees a question of any validation.
 *
 * Throws when the part seems to be empty.
 */
export function questionAt(
  task: Task,
  seed: number,
  number: number,
  { part = 'training', heldOut }: TaskPart = {},
): Question {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const question = task.draw(new Draws(seed, number, attempt))
    if (isHeldOut(task, question, heldOut) === (part === 'validation')) return question
  }
  throw new Error(
    `task: none of ${mostAttempts} questions of "${task.name}" is for ${part} when ${heldOut ?? usualShare} of them are held out. ` +
      'Hold out another share, or make the task larger.',
  )
}

const usualShare = 0.1

/** Says that training must not see a question. */
export function isHeldOut(task: Task, question: Question, heldOut = usualShare): boolean {
  return isInShare(task.keyOf?.(question) ?? question.prompt, heldOut)
}
