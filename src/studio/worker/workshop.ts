// The workshop: what the worker has, an engine and a run, and who may use them when.

import { type CpuEngine, cpu } from '../../engine/cpu/index.ts'
import { type PreparedRun, prepareRun } from '../../runs/prepareRun.ts'
import type { News, Recipe } from '../talk/questions.ts'
import { sourceOf } from './material.ts'
import { Training } from './training.ts'
import { Turns } from './turns.ts'

export class Workshop {
  readonly engine: CpuEngine
  /** Turns at the engine, of the training and of those who look. */
  readonly turns = new Turns()
  readonly #tell: (news: News) => void
  #training: Training | undefined

  private constructor(engine: CpuEngine, tell: (news: News) => void) {
    this.engine = engine
    this.#tell = tell
  }

  /** - `tell`: is called with news */
  static async open(tell: (news: News) => void): Promise<Workshop> {
    return new Workshop(await cpu(), tell)
  }

  /** The run that is here. Throws while there is none. */
  get run(): PreparedRun {
    return this.training.run
  }

  get training(): Training {
    if (!this.#training) throw new Error('studio: there is no run yet. Train one, or open one.')
    return this.#training
  }

  /** Begins a run, in place of the one before. */
  async begin({ material, choices }: Recipe): Promise<Training> {
    const source = sourceOf(material, choices.as ?? 'decoder')
    const named = material.kind === 'task' ? { task: material.name } : { files: [material.name] }
    const run = await prepareRun({ ...choices, ...named }, source)
    await this.#training?.end()
    this.#training = await Training.begin(run, this.engine, this.turns, this.#tell)
    return this.#training
  }
}
