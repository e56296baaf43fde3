// A run as the page tells of it: what it is, where it stands, and what is known of its past.

import type { WatchedRow } from '../../inspect/watch/watched.ts'
import type { ModelKind } from '../../model/language.ts'
import type { Baseline } from '../../runs/baselines.ts'
import type { DiarySample } from '../../runs/diary.ts'
import type { Milestone } from '../../runs/milestones.ts'
import type { Pace } from '../../runs/pace.ts'
import type { BatchAsked, MovedWeight } from '../../runs/stepStory.ts'
import type { AskedSize } from '../../runs/whatIf.ts'
import type { Evaluation } from '../../train/overfitting.ts'
import type { CodecFacts } from './codecFacts.ts'
import type { PictureFacts } from './lookFacts.ts'
import type { ArithmeticKind } from './machineFacts.ts'
import type { PlainChoices, Recipe } from './recipe.ts'

/** A model as the page tells of it. */
export interface ModelFacts {
  readonly kind: ModelKind
  readonly architecture: string
  readonly sizes: Readonly<Record<string, number>>
  /** The sizes of which it may be asked what another would change. */
  readonly askedSizes: readonly AskedSize[]
  readonly parameters: number
  /** The pictures that it sees; undefined for a model that reads none. */
  readonly sees?: PictureFacts
  /** The names of its classes, of a classifier. */
  readonly labels?: readonly string[]
  /** The codes that it writes in; undefined for a model that writes text. */
  readonly writes?: CodecFacts
  /** The seconds that it hears at once; undefined for a model that hears nothing. */
  readonly hears?: { readonly seconds: number }
}

export type RunState = 'none' | 'training' | 'resting' | 'finished' | 'failed'

/** A sentence to begin with, and of a translator its source. */
export interface Example {
  readonly text: string
  readonly source: string
  /** The picture of a model that sees. */
  readonly picture?: string
}

export interface RunFacts extends ModelFacts {
  /** The key of the run in the storage; '' for a model that was opened alone. */
  readonly id: string
  readonly name: string
  /** False for a model that was opened without what it learnt from. */
  readonly canTrain: boolean
  /** Undefined where it is not known what the model learnt from. */
  readonly recipe: Recipe | undefined
  readonly state: RunState
  readonly step: number
  readonly steps: number
  /** Bytes. */
  readonly memory: number
  readonly baselines: readonly Baseline[]
  readonly arithmetic: ArithmeticKind
  /** The name of its tokens. */
  readonly unit: 'character' | 'token'
  /** A sentence that its tokenizer can read; undefined where it is not known what the model learnt from. */
  readonly example: Example | undefined
  readonly past: RunPast
}

/** Everything that was told of a run so far. */
export interface RunPast {
  readonly losses: readonly ToldStep[]
  readonly evaluations: readonly Evaluation[]
  readonly milestones: readonly Milestone[]
  readonly diary: readonly DiarySample[]
  readonly heads: readonly HeadScoresAt[]
  /** Choices with which the run went on that it did not begin with. */
  readonly changes: readonly RunChange[]
  /** The steps whose weights are kept, for the time slider. */
  readonly snapshots: readonly number[]
}

/** Choices that were others from a step on. */
export interface RunChange {
  readonly step: number
  readonly choices: FurtherChoices
}

/** A step: losses in nats. Of steps that were read from the storage the norm is not known. */
export interface ToldStep {
  readonly step: number
  readonly loss: number
  readonly gradientNorm?: number
}

/** The scores of all heads after a step. */
export interface HeadScoresAt {
  readonly step: number
  readonly rows: readonly WatchedRow[]
}

/** The failure of a run: a number that is none. */
export interface RunFailure {
  readonly step: number
  readonly message: string
  /** The step of the last state that is kept: where to go back to. */
  readonly saved?: number
  /** The highest rate that it had, and one to go back with. */
  readonly rate: number
  readonly advised: number
}

/** A step that was taken, told; `words`: of all tokens by their ids. */
export interface StepStoryFacts {
  readonly step: number
  /** Undefined where the loss is no sum over targets. */
  readonly asked?: BatchAsked
  readonly moved: readonly MovedWeight[]
  readonly words: readonly string[]
  readonly labels: readonly string[]
}

/** A run in the storage. */
export interface KeptRun {
  readonly id: string
  readonly name: string
  readonly step: number
  readonly steps: number
  /** The last loss on what is held back, in nats. */
  readonly validation?: number
  readonly kind: ModelKind
  readonly parameters: number
  readonly arithmetic: ArithmeticKind
  /** The time of its last saving, in milliseconds since 1970. */
  readonly savedAt: number
  readonly bytes: number
  /** True for the run that is open here. */
  readonly isOpen: boolean
  /** True where it was training when the page ended. */
  readonly wasTraining: boolean
}

/** News of the run that is open. */
export type RunNews =
  /** Steps since the last of these; `looksMs`: the milliseconds that those who look have had of the engine so far. */
  | ({
      readonly kind: 'steps'
      readonly step: number
      readonly losses: readonly ToldStep[]
      readonly looksMs: number
    } & Pace)
  | { readonly kind: 'evaluation'; readonly evaluation: Evaluation }
  | { readonly kind: 'milestone'; readonly milestone: Milestone }
  | { readonly kind: 'diary'; readonly sample: DiarySample }
  | { readonly kind: 'heads'; readonly look: HeadScoresAt }
  | { readonly kind: 'snapshots'; readonly steps: readonly number[] }
  | { readonly kind: 'saved'; readonly step: number; readonly bytes: number; readonly at: number }
  | { readonly kind: 'failed'; readonly failure: RunFailure }
  | { readonly kind: 'state'; readonly state: RunState; readonly step: number }

/** The choices that may be others when a run goes on. */
export type FurtherChoices = Pick<PlainChoices, 'steps' | 'rate' | 'schedule' | 'leastRate' | 'warmup'>
