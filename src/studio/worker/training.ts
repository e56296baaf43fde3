// A run that trains in the worker: a step is a turn at the engine, so that others look between two steps, and messages are heard. Between
// steps stands what is done now and then: a sample for the diary, a look at the heads, weights that are kept, a saving.

import type { TrainingState } from '../../checkpoint/training.ts'
import { breather } from '../../engine/breathe.ts'
import type { Engine } from '../../engine/engine.ts'
import { PaceMeter } from '../../runs/pace.ts'
import type { PreparedRun } from '../../runs/prepareRun.ts'
import { trainRun } from '../../runs/trainRun.ts'
import type { TrainEvent } from '../../train/train.ts'
import { messageOf } from '../talk/messageOf.ts'
import type { News } from '../talk/questions.ts'
import type { RunPast, RunState } from '../talk/runFacts.ts'
import { Glances } from './glances.ts'
import { Notebook } from './notebook.ts'
import { Snapshots } from './snapshots.ts'
import type { Turns } from './turns.ts'

type Begun = Extract<TrainEvent, { kind: 'begin' }>

/** No more work than this is lost when the page is killed. */
const saveEveryMs = 4000

/** The engine, whoever waits for it, and who hears of what happens. */
export interface Surroundings {
  readonly engine: Engine
  readonly turns: Turns
  readonly tell: (news: News) => void
  /** Keeps a state of the run, with what was told of it; false where there is no room. */
  readonly keep: (state: TrainingState, training: Training) => Promise<boolean>
  /** Is told what the run does, in case that the page ends. */
  readonly doing: (what: 'training' | 'resting') => void
}

/** Everything that a run which goes on brings with it. */
export interface Brought {
  readonly past?: RunPast | undefined
  readonly snapshots?: Snapshots | undefined
  /** True for a run that has taken all its steps: it is there to be looked at. */
  readonly isFinished?: boolean
}

export class Training {
  readonly run: PreparedRun
  readonly snapshots: Snapshots
  readonly #surroundings: Surroundings
  readonly #notebook: Notebook
  readonly #glances: Glances
  readonly #breathe = breather()
  #events: AsyncGenerator<TrainEvent, void, undefined> | undefined
  #begun: Begun | undefined
  #meter: PaceMeter | undefined
  #state: RunState = 'resting'
  #goal: 'rest' | 'step' | 'on' = 'rest'
  #loop: Promise<void> | undefined
  #saving: Promise<boolean> | undefined
  /** Those who wait for a saving while it trains. */
  #waiting: (() => void)[] = []
  #step = 0
  /** The last step whose state was given out, and the last one whose state is kept. */
  #given: number | undefined
  #kept: number | undefined
  #isToSave = false
  #isOver = false
  #savedAt = 0

  private constructor(run: PreparedRun, surroundings: Surroundings, { past, snapshots, isFinished = false }: Brought) {
    this.run = run
    this.#surroundings = surroundings
    const { engine, turns, tell } = surroundings
    const notebook = new Notebook(run, tell, past)
    this.#notebook = notebook
    const warn = (message: string): void => tell({ kind: 'warning', message })
    this.#glances = new Glances({ run, engine, turns, notebook, warn })
    this.snapshots = snapshots ?? new Snapshots({ engine, ...run })
    if (isFinished) this.#state = 'finished'
  }

  /** Prepares a training, up to its next step. */
  static async begin(run: PreparedRun, surroundings: Surroundings, brought: Brought): Promise<Training> {
    const training = new Training(run, surroundings, brought)
    await surroundings.turns.take(() => training.#prepare())
    return training
  }

  get begun(): Begun {
    if (!this.#begun) throw new Error('train: the run began without saying so.')
    return this.#begun
  }

  get state(): RunState {
    return this.#state
  }

  get step(): number {
    return this.#step
  }

  /** The step of the last state that is kept. */
  get kept(): number | undefined {
    return this.#kept
  }

  /** Everything that was told of the run. */
  get past(): RunPast {
    return this.#notebook.past(this.snapshots.steps)
  }

  /** Trains on, rests after the step that is under way, or takes one step. */
  move(how: 'on' | 'rest' | 'step'): void {
    if (this.#state === 'finished' || this.#state === 'failed') return
    this.#goal = how
    if (how !== 'rest') this.#loop ??= this.#train()
  }

  /** Takes one step, and waits until it is done. */
  async takeStep(): Promise<void> {
    this.move('step')
    await this.#loop
  }

  /** Rests, and keeps the state as it is then: whoever pauses may leave. */
  async rest(): Promise<void> {
    this.move('rest')
    await this.#loop
    await this.save()
  }

  /** Saves the state as it is between two steps, and waits for it. */
  async save(): Promise<void> {
    if (this.#step === 0 || this.#given === this.#step || this.#state === 'finished' || this.#state === 'failed') return
    this.#isToSave = true
    if (this.#loop) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else await (this.#saving ??= this.#advance(() => this.#given === this.#step))
    this.#saving = undefined
  }

  /** Rests, and gives back what the training has, once a saving that is under way is done. */
  async end(): Promise<void> {
    this.move('rest')
    await this.#loop
    await this.#saving
    await this.#surroundings.turns.take(async () => {
      await this.#events?.return()
      await this.#glances.close()
    })
    this.snapshots.close()
  }

  async #prepare(): Promise<void> {
    const { engine, keep } = this.#surroundings
    const save = async (state: TrainingState): Promise<void> => {
      if (await keep(state, this)) this.#kept = state.step
      // Not before: whoever asks for this state meanwhile waits until it is kept.
      this.#given = state.step
      this.#isToSave = false
      this.#savedAt = performance.now()
      this.#release()
    }
    this.#events = trainRun(this.run, { engine, save, isToSave: () => this.#isToSave })
    const { value } = await this.#events.next()
    if (value?.kind !== 'begin') throw new Error('train: the run began without saying so.')
    this.#begun = value
    this.#step = value.step
    this.#given = value.step
    if (value.step > 0) this.#kept = value.step
    this.#meter = new PaceMeter(value.settings)
    await this.snapshots.take(value.step)
  }

  async #train(): Promise<void> {
    this.#become('training')
    if ((await this.#saving) === false) return
    this.#glances.begin()
    this.#savedAt ||= performance.now()
    // A run that has taken its last step goes on to its end, and one whose state is waited for until it is kept.
    const isEnough = (): boolean =>
      this.#goal === 'rest' && this.#step < this.begun.settings.steps && this.#waiting.length === 0
    const isWell = await this.#advance(isEnough)
    // Who hears that it rests may let it go on at once.
    this.#loop = undefined
    this.#release()
    if (isWell) this.#become(this.#isOver ? 'finished' : 'resting')
  }

  /** Goes from event to event until something is so; false if the run has failed. */
  async #advance(isEnough: () => boolean): Promise<boolean> {
    const { turns, tell } = this.#surroundings
    try {
      while (!isEnough()) {
        const from = performance.now()
        let ms = 0
        const event = await turns.take(async () => {
          const begun = performance.now()
          const { value } = (await this.#events?.next()) ?? {}
          ms = performance.now() - begun
          return value
        })
        if (!event) break
        this.#hear(event, ms)
        const once = await this.#between(event)
        await this.#breathe()
        this.#meter?.between(performance.now() - from - ms - once)
      }
      return true
    } catch (error) {
      const message = messageOf(error)
      const { rate } = this.begun.settings
      const kept = this.#kept === undefined ? {} : { saved: this.#kept }
      this.#loop = undefined
      this.#release()
      this.#become('failed')
      tell({ kind: 'failed', failure: { step: this.#step, message, rate, advised: rate / 3, ...kept } })
      return false
    }
  }

  #hear(event: TrainEvent, ms: number): void {
    const { tell, turns } = this.#surroundings
    if (event.kind === 'step') {
      const { step, loss, gradientNorm, tokensPerSecond } = event
      this.#meter?.step(ms)
      this.#step = step
      const pace = this.#meter?.at(step) ?? { stepsPerSecond: 0 }
      const { looksMs } = turns
      tell({ kind: 'steps', step, losses: [{ step, loss, gradientNorm }], ...pace, tokensPerSecond, looksMs })
      this.#notebook.step({ step, loss })
      if (this.#goal === 'step') this.#goal = 'rest'
    } else if (event.kind === 'evaluation') {
      const { kind: _, ...evaluation } = event
      this.#meter?.evaluation(ms)
      this.#notebook.evaluation(evaluation)
    } else if (event.kind === 'checkpoint') this.#meter?.between(ms)
    else if (event.kind === 'warning') tell({ kind: 'warning', message: event.message })
    else if (event.kind === 'done') this.#isOver = true
  }

  /** The work between two steps, as far as it is time for it. Gives the milliseconds of what is done once, and tells nothing of the rest. */
  async #between(event: TrainEvent): Promise<number> {
    const { turns, tell } = this.#surroundings
    if (performance.now() - this.#savedAt >= saveEveryMs) this.#isToSave = true
    if (event.kind !== 'step' && event.kind !== 'done') return 0
    const step = this.#step
    if (await turns.take(() => this.snapshots.take(step))) tell({ kind: 'snapshots', steps: this.snapshots.steps })
    return this.#glances.isDue || event.kind === 'done' ? this.#glances.take(step) : 0
  }

  #release(): void {
    for (const release of this.#waiting.splice(0)) release()
  }

  #become(state: RunState): void {
    this.#state = state
    this.#surroundings.tell({ kind: 'state', state, step: this.#step })
    this.#surroundings.doing(state === 'training' ? state : 'resting')
  }
}
