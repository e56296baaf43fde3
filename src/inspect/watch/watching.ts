// A training that is watched: the events of `train`, and between them what a watcher saw at the steps that were chosen.

import type { TrainEvent } from '../../train/train.ts'
import type { WatchedRow } from './watched.ts'
import type { Watcher } from './watcher.ts'

/** The rows that a watcher saw after so many steps. It comes before the checkpoint of the same step. */
export interface WatchEvent {
  readonly kind: 'watched'
  readonly step: number
  readonly rows: readonly WatchedRow[]
}

/**
 * The events of a training, and looks among them. The training's own are as without: nothing that it computes is touched.
 *
 * - `at`: true at the steps that are looked at: `watchSteps({ every: 50 })`
 *
 * Throws where the training reports not every step, so that some would pass unseen.
 */
export async function* watching(
  events: AsyncIterable<TrainEvent>,
  {
    watcher,
    at,
  }: { readonly watcher: Pick<Watcher, 'look' | 'remember' | 'remembers'>; readonly at: (step: number) => boolean },
): AsyncGenerator<TrainEvent | WatchEvent, void, undefined> {
  for await (const event of events) {
    if (event.kind === 'begin' && event.settings.reportEvery !== 1)
      throw new Error(
        `watch: the training reports every ${event.settings.reportEvery} steps, so that those between pass unseen. Leave reportEvery at 1.`,
      )
    yield event
    if (event.kind !== 'begin' && event.kind !== 'step') continue
    const { step } = event
    if (at(step)) yield { kind: 'watched', step, rows: await watcher.look(step) }
    if (watcher.remembers && at(step + 1)) await watcher.remember()
  }
}
