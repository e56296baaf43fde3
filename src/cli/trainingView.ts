// A training run as a person sees it: one line that repaints itself, and a line for every evaluation that stays.

import type { Baseline } from '../runs/baselines.ts'
import { clock, duration, grouped, percent } from '../show/amounts.ts'
import { lengthOf } from '../show/lines.ts'
import type { TrainSettings } from '../train/settings.ts'
import type { TrainEvent } from '../train/train.ts'
import type { Terminal } from './terminal.ts'

type Event<K extends TrainEvent['kind']> = Extract<TrainEvent, { kind: K }>

/** The least time between two paintings of the line. */
const repaintMs = 80
/** After so many steps it is told how long the run will take; the first of them are slower than the rest. */
const stepsToMeasure = 20
/** Over so many steps the loss that is shown is averaged, since that of one step wavers. */
const smoothing = 8

export class TrainingView {
  readonly #terminal: Terminal
  readonly #baselines: readonly Baseline[]
  readonly #things: 'text' | 'examples'
  readonly #settings: TrainSettings
  readonly #beaten = new Set<Baseline>()
  readonly #began = performance.now()
  readonly #stepMs = new RunningMean(stepsToMeasure / 2)
  readonly #evaluationMs = new RunningMean(4)
  readonly #loss = new RunningMean(smoothing)
  #validation: number | undefined
  /** The time at which what happened last had been dealt with. */
  #last = performance.now()
  #painted = 0
  /** True until everything about an evaluation is done. */
  #isEvaluated = false

  /**
   * - `things`: the kind of things that are learnt from
   * - `validation`: the last loss on what is held back, of a run that goes on
   */
  constructor(
    terminal: Terminal,
    settings: TrainSettings,
    {
      baselines,
      things,
      validation,
    }: { baselines: readonly Baseline[]; things: 'text' | 'examples'; validation: number | undefined },
  ) {
    this.#terminal = terminal
    this.#settings = settings
    this.#baselines = baselines
    this.#things = things
    this.#validation = validation
    if (validation !== undefined) this.#newlyBeaten(validation)
  }

  get elapsedMs(): number {
    return performance.now() - this.#began
  }

  /** To be called when everything about an event is done, such as a sample of what it writes: what comes after is measured from here. */
  waits(): void {
    const now = performance.now()
    if (this.#isEvaluated) this.#evaluationMs.add(now - this.#last)
    this.#isEvaluated = false
    this.#last = now
  }

  step({ step, loss, tokensPerSecond }: Event<'step'>): void {
    const now = performance.now()
    this.#stepMs.add((now - this.#last) / this.#settings.reportEvery)
    this.#loss.add(loss)
    if (this.#stepMs.count === stepsToMeasure) this.#tellTime(step)
    if (now - this.#painted < repaintMs) return
    this.#painted = now
    this.#terminal.repaint(this.#line(step, tokensPerSecond))
  }

  evaluation({ step, training, validation, accuracy, exact }: Event<'evaluation'>): void {
    this.#isEvaluated = true
    this.#validation = validation
    const { bold, dim } = this.#terminal.colours
    const losses = `loss ${training.toFixed(3)}   on unseen ${this.#things} ${bold(validation.toFixed(3))}`
    const scores = [
      accuracy === undefined ? '' : `   right ${percent(accuracy)}`,
      exact === undefined ? '' : `   exact ${bold(percent(exact))}`,
    ].join('')
    this.#terminal.print(
      `step ${this.#number(step)}   ${losses}${scores}${step === 0 ? '' : dim(this.#newlyBeaten(validation))}`,
    )
  }

  #tellTime(step: number): void {
    const left = this.#leftMs(step)
    if (left < 1000) return
    const indent = ' '.repeat(this.#number(step).length + 8)
    this.#terminal.print(`${indent}about ${duration(left)} to go, at ${this.#stepMs.mean.toFixed(1)} ms a step`)
  }

  #leftMs(step: number): number {
    const { steps, evaluateEvery } = this.#settings
    const evaluations = Math.ceil(steps / evaluateEvery) - Math.floor(step / evaluateEvery)
    return (steps - step) * this.#stepMs.mean + evaluations * this.#evaluationMs.mean
  }

  #line(step: number, tokensPerSecond: number): string {
    const { colours, width } = this.#terminal
    const { steps } = this.#settings
    const unseen = this.#validation === undefined ? '' : ` (unseen ${this.#validation.toFixed(2)})`
    const start = `step ${this.#number(step)}/${steps}  `
    const end = `  loss ${this.#loss.mean.toFixed(2)}${unseen}  ${grouped(Math.round(tokensPerSecond)).padStart(6)} tokens/s  ${clock(this.#leftMs(step)).padStart(5)} left`
    const room = Math.min(30, width - lengthOf(start + end) - 1)
    if (room < 8) return (start + end.trimStart()).slice(0, width - 1)
    const done = Math.round((room * step) / steps)
    return start + colours.cyan('━'.repeat(done)) + colours.dim('─'.repeat(room - done)) + end
  }

  #number(step: number): string {
    return String(step).padStart(String(this.#settings.steps).length)
  }

  /** The hardest baseline that the model has just become better than. Before it has learnt anything, it is better by chance. */
  #newlyBeaten(validation: number): string {
    let newest = ''
    for (const baseline of this.#baselines) {
      if (validation >= baseline.loss || this.#beaten.has(baseline)) continue
      this.#beaten.add(baseline)
      newest = `   better than ${baseline.name} (${baseline.loss.toFixed(2)})`
    }
    return newest
  }
}

/** A mean that follows what is new: of about the last `over` numbers. */
class RunningMean {
  readonly #over: number
  count = 0
  mean = 0

  constructor(over: number) {
    this.#over = over
  }

  add(value: number): void {
    this.count++
    this.mean += (value - this.mean) / Math.min(this.count, this.#over)
  }
}
