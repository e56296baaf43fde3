// The words between the page and its worker. The page asks, and gets one answer to each question; the worker also tells news, which
// nobody asked for: how a training goes on.
//
// Every kind of question is a line in `Questions`, and a file in worker/answers/ that answers it.

import type { ModelKind } from '../../model/language.ts'
import type { Baseline } from '../../runs/baselines.ts'
import type { Choices } from '../../runs/choices.ts'
import type { Evaluation } from '../../train/overfitting.ts'

/** The texts that a run learns from, as a page has them. */
export type Material =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** A table of pairs or of labelled texts: lines with tabs, or JSONL. */
  | { readonly kind: 'table'; readonly name: string; readonly text: string }
  | { readonly kind: 'task'; readonly name: string }

/** All that a run follows from: the same recipe gives the same weights, to the bit, on one kind of arithmetic. */
export interface Recipe {
  readonly material: Material
  readonly choices: PlainChoices
}

/** Choices that are numbers and words. */
export type PlainChoices = Omit<Choices, 'tokenizer' | 'files' | 'task' | 'threads'> & {
  readonly tokenizer?: 'characters' | 'bytes' | 'wordpiece'
}

/** The machine that the page has found. */
export interface MachineFacts {
  /** The engine's own words. */
  readonly description: string
  readonly threads: number
}

/** A model as the page tells of it. */
export interface ModelFacts {
  readonly kind: ModelKind
  readonly architecture: string
  readonly sizes: Readonly<Record<string, number>>
  readonly parameters: number
}

export interface RunFacts extends ModelFacts {
  readonly name: string
  readonly steps: number
  /** Bytes. */
  readonly memory: number
  readonly baselines: readonly Baseline[]
}

/** A text as the model gets it. */
export interface CutText {
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
}

interface Asked<Question, Answer> {
  readonly question: Question
  readonly answer: Answer
}

export interface Questions {
  readonly machine: Asked<Record<never, never>, MachineFacts>
  /** Begins a run, in place of the one before. */
  readonly begin: Asked<Recipe, RunFacts>
  /** Goes on, rests, or takes one step. */
  readonly move: Asked<{ readonly how: 'on' | 'rest' | 'step' }, Record<never, never>>
  readonly cut: Asked<{ readonly text: string }, CutText>
}

export type Kind = keyof Questions
export type QuestionOf<K extends Kind> = Questions[K]['question']
export type AnswerTo<K extends Kind> = Questions[K]['answer']

/** A thing that the worker tells by itself. */
export type News =
  /** Steps since the last of these, at most ten times a second. Losses in nats. */
  | {
      readonly kind: 'steps'
      readonly step: number
      readonly losses: readonly { readonly step: number; readonly loss: number; readonly gradientNorm: number }[]
      readonly stepsPerSecond: number
    }
  | { readonly kind: 'evaluation'; readonly evaluation: Evaluation }
  | { readonly kind: 'state'; readonly state: RunState; readonly step: number }
  | { readonly kind: 'warning'; readonly message: string }

export type RunState = 'none' | 'training' | 'resting' | 'finished' | 'failed'

/** From the page to the worker. */
export interface Letter {
  readonly number: number
  readonly kind: Kind
  readonly question: unknown
}

/** From the worker to the page. */
export type Reply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: string }
  | { readonly news: News }
