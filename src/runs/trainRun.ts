// The session of a run: it trains, and whenever it is time, what is needed to go on from there is saved.
//
//   const run = await prepareRun(choices, source)
//   for await (const event of trainRun(run, { engine, save })) { … }

import type { Processor } from '../checkpoint/processor.ts'
import type { SavedModel } from '../checkpoint/savedFiles.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Engine } from '../engine/engine.ts'
import { type TrainEvent, train } from '../train/train.ts'
import type { PreparedRun } from './prepareRun.ts'

/** A prepared run without what is only told of it. */
export type Trained = Processor &
  Pick<PreparedRun, 'blueprint' | 'learning' | 'settings' | 'record' | 'weights' | 'from' | 'resume'>

export interface SessionOptions {
  readonly engine: Engine
  /** Saves a state of the run: `savedRun` makes a checkpoint of it. The event `checkpoint` follows when that is done. */
  readonly save: (state: TrainingState) => Promise<void>
  /** Ends the run after the step that is under way, with a last checkpoint. */
  readonly signal?: AbortSignal
  /** The place where the checkpoints are saved; for messages. */
  readonly place?: string
  /** Asked before every step: true where the state is to be saved now, whatever the settings say. */
  readonly isToSave?: () => boolean
  /** Does more between the events of the training, such as watching it; then every step has one. */
  readonly between?: ((events: AsyncIterable<TrainEvent>) => AsyncIterable<TrainEvent>) | undefined
}

/** Trains a run, and saves it. */
export async function* trainRun(
  { settings, learning, resume, weights }: Trained,
  { save, between, ...options }: SessionOptions,
): AsyncGenerator<TrainEvent, void, undefined> {
  const events = train({
    ...settings,
    ...(between && { reportEvery: 1 }),
    ...learning,
    ...(resume && { resume }),
    ...(weights && { weights }),
    ...options,
  })
  for await (const event of between?.(events) ?? events) {
    if (event.kind === 'checkpoint') await save(event.state)
    yield event
  }
}

/** The checkpoint of a state, for `savedFiles`: the model's folder, with what the run needs to go on. */
export function savedRun(
  { blueprint, tokenizer, codec, features, preparation, record, from }: Trained,
  state: TrainingState,
): SavedModel {
  return {
    blueprint,
    ...{ tokenizer, codec, features, preparation },
    weights: state.weights,
    training: { ...state, settings: { ...(state.settings as object), text: record } },
    ...(from && { from }),
  }
}
