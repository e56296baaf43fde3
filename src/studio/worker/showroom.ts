// What whoever looks at a model has: the model, an engine that holds its weights, turns at the engine, and programs that are kept. The
// workshop is one, and so is the worker of an exhibit, in which nothing is trained or kept.

import type { Blueprint } from '../../checkpoint/blueprint.ts'
import type { GenerationConfig } from '../../checkpoint/generationConfig.ts'
import type { Processor } from '../../checkpoint/processor.ts'
import type { CpuEngine } from '../../engine/cpu/index.ts'
import type { AnyModel } from '../../model/language.ts'
import type { Source } from '../../runs/source.ts'
import type { ArithmeticKind } from '../talk/machineFacts.ts'
import type { Example } from '../talk/runFacts.ts'
import type { PictureSight } from './pictureSight.ts'
import type { Readers } from './readers.ts'
import type { TrainedBefore } from './trainedBefore.ts'
import type { Turns } from './turns.ts'

/** A model that is here, with what belongs to it. */
export interface OpenModel extends Processor {
  /** The way of writing that its folder says, where it was opened from one. */
  readonly generation?: GenerationConfig | undefined
  readonly model: AnyModel
  readonly blueprint: Blueprint
  readonly name: string
  /** Of a model that is here alone: its training, where it is known. */
  readonly trained?: TrainedBefore | undefined
  /** Of a model that reads pictures. */
  readonly sight?: PictureSight | undefined
  /** A sentence to begin with, where it was opened without what it learnt from. */
  readonly example?: Example | undefined
}

/** A model to look at, as it is now or as it was: its weights are in the engine. */
export interface Shown extends Omit<OpenModel, 'name' | 'trained'> {
  readonly engine: CpuEngine
  /** The number of steps that it has taken. */
  readonly step: number
}

export interface Showroom {
  readonly engine: CpuEngine
  readonly arithmetic: ArithmeticKind
  /** Turns at the engine, of a training and of those who look. */
  readonly turns: Turns
  /** Programs of those who look. */
  readonly readers: Readers
  /** The model that is here, with what belongs to it. Throws while there is none. */
  readonly run: OpenModel
  /** The source that the run learns from; a model that was opened alone has none. */
  readonly source: Source | undefined

  /**
   * Looks at the model as it is now or, of the steps that are kept, as it was after the one nearest to `step`. The look has its turn at
   * the engine, between two steps of the training.
   */
  look<Seen>(step: number | undefined, work: (shown: Shown) => Promise<Seen>): Promise<Seen>

  /** The model that `look` looks at. It is as it is said within the turn at the engine in which this was called. */
  shown(step?: number): Shown
}
