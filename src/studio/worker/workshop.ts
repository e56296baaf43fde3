// The workshop: what the worker has, an engine and a run, and who may use them when.

import type { Blueprint } from '../../checkpoint/blueprint.ts'
import type { RunKind } from '../../checkpoint/newConfig.ts'
import { type CpuEngine, cpu } from '../../engine/cpu/index.ts'
import type { AnyModel } from '../../model/language.ts'
import { type PreparedRun, prepareRun } from '../../runs/prepareRun.ts'
import { type TimedPlans, timedPlans } from '../../runs/timedPlans.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import type { ArithmeticKind, MachineWishes } from '../talk/machineFacts.ts'
import type { Material, News, Recipe } from '../talk/questions.ts'
import { sourceOf } from './material.ts'
import { Training } from './training.ts'
import { Turns } from './turns.ts'

/** A model to look at, as it is now or as it was: its weights are in the engine. */
export interface Shown {
  readonly model: AnyModel
  readonly engine: CpuEngine
  readonly tokenizer: Tokenizer
  readonly blueprint: Blueprint
  /** The number of steps that it has taken. */
  readonly step: number
}

export class Workshop {
  readonly engine: CpuEngine
  readonly wishes: MachineWishes
  /** Turns at the engine, of the training and of those who look. */
  readonly turns = new Turns()
  readonly #tell: (news: News) => void
  #training: Training | undefined
  #pace: TimedPlans['pace'] | undefined

  private constructor(engine: CpuEngine, wishes: MachineWishes, tell: (news: News) => void) {
    this.engine = engine
    this.wishes = wishes
    this.#tell = tell
  }

  /** - `tell`: is called with news */
  static async open(wishes: MachineWishes, tell: (news: News) => void): Promise<Workshop> {
    const { threads, arithmetic } = wishes
    const engine = await cpu({
      ...(threads !== undefined && { threads }),
      ...(arithmetic !== undefined && { fma: arithmetic === 'fma' }),
    })
    return new Workshop(engine, wishes, tell)
  }

  get arithmetic(): ArithmeticKind {
    return this.engine.fma ? 'fma' : 'portable'
  }

  /** The run that is here. Throws while there is none. */
  get run(): PreparedRun {
    return this.training.run
  }

  get training(): Training {
    if (!this.#training) throw new Error('studio: there is no run yet. Train one, or open one.')
    return this.#training
  }

  /**
   * Looks at the model as it is now or, of the steps that are kept, as it was after the one nearest to `step`. The look has its turn at
   * the engine, between two steps of the training.
   */
  look<Seen>(step: number | undefined, work: (shown: Shown) => Promise<Seen>): Promise<Seen> {
    return this.turns.take(() => work(this.shown(step)))
  }

  /** The model that `look` looks at. It is as it is said within the turn at the engine in which this was called. */
  shown(step?: number): Shown {
    const { run, step: now, snapshots } = this.training
    const { tokenizer, blueprint } = run
    const { model, step: of } = (step === undefined || step === now ? undefined : snapshots.at(step)) ?? {
      model: run.model,
      step: now,
    }
    return { model, engine: this.engine, tokenizer, blueprint, step: of }
  }

  /** Plans for a material. The machine is probed once. */
  async plans(material: Material, as: RunKind): Promise<TimedPlans> {
    const found = await this.turns.take(() =>
      timedPlans(sourceOf(material, as), as, { engine: this.engine, pace: this.#pace }),
    )
    this.#pace = found.pace
    return found
  }

  /** Begins a run, in place of the one before. */
  async begin({ material, choices }: Recipe): Promise<Training> {
    const source = sourceOf(material, choices.as ?? 'decoder')
    const named = material.kind === 'task' ? { task: material.name } : { files: [material.name] }
    const run = await prepareRun({ ...choices, ...named }, source)
    await this.#training?.end()
    const { engine, turns } = this
    this.#training = await Training.begin(run, { engine, turns, tell: this.#tell, keep: async () => {} })
    return this.#training
  }
}
