// A run that trains in the worker: a step is a turn at the engine, so that others look between two steps, and messages are heard.

import { breather } from '../../engine/breathe.ts'
import type { Engine } from '../../engine/engine.ts'
import type { PreparedRun } from '../../runs/prepareRun.ts'
import { trainRun } from '../../runs/trainRun.ts'
import type { TrainEvent } from '../../train/train.ts'
import type { News, RunState } from '../talk/questions.ts'
import type { Turns } from './turns.ts'

type Begun = Extract<TrainEvent, { kind: 'begin' }>
type Told = Extract<News, { kind: 'steps' }>['losses'][number]

/** News of steps come at most so often. */
const newsEveryMs = 100

export class Training {
  readonly run: PreparedRun
  readonly begun: Begun
  readonly #events: AsyncGenerator<TrainEvent, void, undefined>
  readonly #turns: Turns
  readonly #tell: (news: News) => void
  readonly #breathe = breather()
  #state: RunState = 'resting'
  #goal: 'rest' | 'step' | 'on' = 'rest'
  #loop: Promise<void> | undefined
  #step = 0
  #steps: Told[] = []
  #told = { at: 0, step: 0 }

  private constructor(
    run: PreparedRun,
    begun: Begun,
    events: AsyncGenerator<TrainEvent, void, undefined>,
    turns: Turns,
    tell: (news: News) => void,
  ) {
    this.run = run
    this.begun = begun
    this.#events = events
    this.#turns = turns
    this.#tell = tell
    this.#step = begun.step
  }

  /** Prepares the training, up to its first step. */
  static async begin(run: PreparedRun, engine: Engine, turns: Turns, tell: (news: News) => void): Promise<Training> {
    const events = trainRun(run, { engine, save: async () => {} })
    const { value } = await turns.take(() => events.next())
    if (value?.kind !== 'begin') throw new Error('train: the run began without saying so.')
    return new Training(run, value, events, turns, tell)
  }

  /** Trains on, rests after the step that is under way, or takes one step. */
  move(how: 'on' | 'rest' | 'step'): void {
    if (this.#state === 'finished' || this.#state === 'failed') return
    this.#goal = how
    if (how !== 'rest' && !this.#loop)
      this.#loop = this.#train().finally(() => {
        this.#loop = undefined
      })
  }

  /** Rests, and gives back what the training has. */
  async end(): Promise<void> {
    this.move('rest')
    await this.#loop
    await this.#turns.take(() => this.#events.return())
  }

  async #train(): Promise<void> {
    this.#become('training')
    this.#told = { at: performance.now(), step: this.#step }
    try {
      while (this.#goal !== 'rest') {
        const { value: event } = await this.#turns.take(() => this.#events.next())
        if (!event) break
        this.#hear(event)
        await this.#breathe()
      }
      this.#tellSteps()
      if (this.#state === 'training') this.#become('resting')
    } catch (error) {
      this.#tellSteps()
      this.#tell({ kind: 'warning', message: error instanceof Error ? error.message : String(error) })
      this.#become('failed')
    }
  }

  #hear(event: TrainEvent): void {
    if (event.kind === 'step') {
      const { step, loss, gradientNorm } = event
      this.#step = step
      this.#steps.push({ step, loss, gradientNorm })
      if (this.#goal === 'step') this.#goal = 'rest'
      if (performance.now() - this.#told.at >= newsEveryMs) this.#tellSteps()
    } else if (event.kind === 'evaluation') {
      const { kind: _, ...evaluation } = event
      this.#tell({ kind: 'evaluation', evaluation })
    } else if (event.kind === 'warning') this.#tell({ kind: 'warning', message: event.message })
    else if (event.kind === 'done' && event.reason === 'finished') this.#become('finished')
  }

  #tellSteps(): void {
    if (this.#steps.length === 0) return
    const now = performance.now()
    const stepsPerSecond = (1000 * (this.#step - this.#told.step)) / (now - this.#told.at)
    this.#tell({ kind: 'steps', step: this.#step, losses: this.#steps, stepsPerSecond })
    this.#steps = []
    this.#told = { at: now, step: this.#step }
  }

  #become(state: RunState): void {
    this.#state = state
    this.#tell({ kind: 'state', state, step: this.#step })
  }
}
