// A run in a folder that is watched: the watch and its record, new or gone on with.

import type { Engine } from '../../engine/engine.ts'
import type { WatchRecord } from '../../inspect/watch/record.ts'
import { watching } from '../../inspect/watch/watching.ts'
import type { TrainEvent } from '../../train/train.ts'
import type { PreparedRun } from '../prepareRun.ts'
import { setting, settingError } from '../settingError.ts'
import { type RunWatch, type WatchChoices, watchFor } from '../watch.ts'
import { adoptRecord, checkRoom, damageOf, RecordFile, readRecord } from './watchFile.ts'

/** A run's watch, with the record that it is written to. */
export interface WatchedRun {
  readonly watch: RunWatch
  readonly record: RecordFile
  /** A sentence about the record that goes on, where something is wrong with it. */
  readonly warning: string | undefined
  /** Watches between the events of the training. */
  readonly between: (events: AsyncIterable<TrainEvent>) => AsyncIterable<TrainEvent>
  close(): Promise<void>
}

/**
 * The watch of a run in a folder; undefined where nothing is watched. A run that goes on is watched as it was; looks after its checkpoint
 * are taken again.
 *
 * Throws as `watchFor` does, for choices that are not those of the record that goes on, and where the disk has no room; then nothing is
 * written.
 */
export async function watchRun(
  folder: string,
  run: PreparedRun,
  engine: Engine,
  choices: WatchChoices,
): Promise<WatchedRun | undefined> {
  const { resume } = run
  if (resume) await adoptRecord(folder)
  const kept = resume && (await readRecord(folder, resume.step))
  if (kept) checkGoesOn(folder, choices, kept)
  else if (choices.what.length === 0) return undefined
  const watch = await watchFor(run, engine, choices, kept?.head)
  const { watcher, head, at } = watch
  if (kept && JSON.stringify(kept.head.watched) !== JSON.stringify(head.watched))
    throw new Error(`${folder}: the record of what was watched is of another model. Delete it, or begin a new run.`)
  await checkRoom(folder, watch.bytes - (kept?.bytes ?? 0))
  const record = kept ? await RecordFile.goOn(folder, kept) : await RecordFile.begin(folder, head)
  const last = kept?.looks.at(-1)?.[0]?.step ?? -1
  return {
    watch,
    record,
    warning: kept && damageOf(folder, kept),
    async *between(events) {
      for await (const event of watching(events, { watcher, at: (step) => step > last && at(step) }))
        if (event.kind === 'watched') await record.add(event.step, event.rows)
        else yield event
    },
    async close() {
      await record.close()
      await watcher.close()
    },
  }
}

/** Throws for choices that a record which goes on does not have. */
function checkGoesOn(folder: string, { what, every, at, text }: WatchChoices, { head }: WatchRecord): void {
  const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
  const isOther =
    (what.length > 0 && !isSame(what, head.what)) ||
    (every !== undefined && every !== head.every) ||
    (at !== undefined && !isSame(at, head.at)) ||
    text !== undefined
  if (isOther)
    throw settingError`${folder}: the run is watched already (${head.what.join(', ')}), and its record goes on as it began. Leave out ${setting('watch')} and what belongs to it, or begin a new run with ${setting('out')}.`
}
