// Glances at a model while it learns: every two seconds, or less often where that takes long, a sample for the diary, and the scores of its heads.

import type { Engine } from '../../engine/engine.ts'
import type { Watcher } from '../../inspect/watch/watcher.ts'
import { type Diary, diaryOf } from '../../runs/diary.ts'
import type { PreparedRun } from '../../runs/prepareRun.ts'
import { watchFor } from '../../runs/watch.ts'
import { messageOf } from '../talk/messageOf.ts'
import type { Notebook } from './notebook.ts'
import type { Turns } from './turns.ts'

const everyMs = 2000
/** The most that a training gives to them, of all its time. */
const share = 0.05
/** The first one comes soon, but not before the first steps. */
const firstMs = 300

/** Everything that a glance needs. */
interface GlanceSettings {
  readonly run: PreparedRun
  readonly engine: Engine
  readonly turns: Turns
  readonly notebook: Notebook
  /** Is told, once, what cannot be told of a model. */
  readonly warn: (message: string) => void
}

export class Glances {
  readonly #settings: GlanceSettings
  #diary: Diary | undefined
  #watcher: Watcher | undefined
  #next: number | undefined
  #last: number | undefined
  #isFirst = true
  #isBlind = false

  constructor(settings: GlanceSettings) {
    this.#settings = settings
  }

  /** The training goes on. */
  begin(): void {
    this.#next ??= performance.now() + firstMs
  }

  get isDue(): boolean {
    return performance.now() >= (this.#next ?? 0)
  }

  /** Glances after a step. Gives the milliseconds of the first time, which compiles, and which so tells nothing of the others. */
  async take(step: number): Promise<number> {
    // The last step may have been glanced at already.
    if (step === this.#last) return 0
    this.#last = step
    const begun = performance.now()
    this.#next = begun + everyMs
    const isFirst = this.#isFirst
    this.#isFirst = false
    try {
      if (!this.#isBlind) await this.#look(step)
    } catch (error) {
      this.#isBlind = true
      this.#settings.warn(messageOf(error))
    }
    const ms = performance.now() - begun
    if (isFirst) return ms
    this.#next = begun + Math.max(everyMs, ms / share)
    return 0
  }

  /** Gives back its programs. It is the caller's turn at the engine. */
  async close(): Promise<void> {
    await this.#diary?.close()
    await this.#watcher?.close()
  }

  async #look(step: number): Promise<void> {
    const { run, engine, turns, notebook } = this.#settings
    await turns.take(async () => {
      this.#diary ??= diaryOf(run, engine)
      if (this.#diary) notebook.sample(await this.#diary.sample(step))
    })
    if (run.as === 'word2vec') return
    await turns.take(async () => {
      this.#watcher ??= (await watchFor(run, engine, { what: ['heads'], every: 1, limit: Infinity })).watcher
      notebook.heads({ step, rows: await this.#watcher.look(step) })
    })
  }
}
