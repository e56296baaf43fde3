// What a person sees of a training run: one line that repaints itself, and a line for every evaluation that stays.

import { grouped, lengthOf } from '../inspect/lines.ts'
import type { CountLosses } from '../text/counts.ts'
import type { TrainEvent } from '../train/train.ts'
import { clock, duration } from './amounts.ts'
import type { Terminal } from './terminal.ts'

type StepEvent = Extract<TrainEvent, { kind: 'step' }>
type EvaluationEvent = Extract<TrainEvent, { kind: 'evaluation' }>

/** How often the line is painted anew, at most. */
const repaintMs = 80
/** The first steps are slower than those after them; then so many steps tell how long a run takes. */
const stepsToWarmUp = 5
const stepsToMeasure = 10
/** Over so many steps the loss that is shown is averaged, since that of one step wavers. */
const smoothing = 8

export class TrainingView {
  readonly #terminal: Terminal
  readonly #toBeat: CountLosses
  readonly #steps: number
  readonly #beaten = new Set<keyof CountLosses>()
  readonly #began = performance.now()
  #firstStep: { step: number; at: number } | undefined
  #seen = 0
  #loss: number | undefined
  #validation: number | undefined
  #painted = 0
  #isTimeTold = false

  /** `validation`: the last loss on unseen text, of a run that goes on. */
  constructor(
    terminal: Terminal,
    { steps, toBeat, validation }: { steps: number; toBeat: CountLosses; validation: number | undefined },
  ) {
    this.#terminal = terminal
    this.#steps = steps
    this.#toBeat = toBeat
    this.#validation = validation
    if (validation !== undefined) this.#newlyBeaten(validation)
  }

  get elapsedMs(): number {
    return performance.now() - this.#began
  }

  step({ step, loss, tokensPerSecond }: StepEvent): void {
    const now = performance.now()
    this.#seen++
    if (this.#seen <= stepsToWarmUp) this.#firstStep = { step, at: now }
    const share = Math.min(smoothing, this.#seen)
    this.#loss = this.#loss === undefined ? loss : this.#loss + (loss - this.#loss) / share
    const measured = step - (this.#firstStep?.step ?? step)
    const perStep = measured === 0 || !this.#firstStep ? undefined : (now - this.#firstStep.at) / measured
    if (perStep !== undefined && measured === stepsToMeasure && !this.#isTimeTold) {
      this.#isTimeTold = true
      const left = (this.#steps - step) * perStep
      if (!this.#terminal.isInteractive || left > 10_000) {
        this.#terminal.print(`             about ${duration(left)} to go, at ${perStep.toFixed(1)} ms a step`)
      }
    }
    if (now - this.#painted < repaintMs) return
    this.#painted = now
    this.#terminal.repaint(this.#line(step, tokensPerSecond, perStep))
  }

  #line(step: number, tokensPerSecond: number, perStep: number | undefined): string {
    const { colours, width } = this.#terminal
    const left = perStep === undefined ? '' : `${clock((this.#steps - step) * perStep)} left`
    const losses = `loss ${this.#loss?.toFixed(2)}${this.#validation === undefined ? '' : ` (unseen ${this.#validation.toFixed(2)})`}`
    const start = `step ${String(step).padStart(String(this.#steps).length)}/${this.#steps}  `
    const rest = `  ${losses}  ${grouped(Math.round(tokensPerSecond))} tokens/s  ${left}`
    const room = Math.min(30, width - lengthOf(start + rest) - 1)
    const done = Math.round((room * step) / this.#steps)
    const bar = room < 8 ? '' : colours.cyan('━'.repeat(done)) + colours.dim('─'.repeat(room - done))
    return (start + bar + rest).slice(0, room < 8 ? width - 1 : undefined)
  }

  evaluation({ step, training, validation }: EvaluationEvent): void {
    this.#validation = validation
    const { colours } = this.#terminal
    const number = String(step).padStart(String(this.#steps).length)
    const losses = `loss ${training.toFixed(3)}   on unseen text ${colours.bold(validation.toFixed(3))}`
    this.#terminal.print(`step ${number}   ${losses}${colours.dim(this.#newlyBeaten(validation))}`)
  }

  /** What the model has just become better than. */
  #newlyBeaten(validation: number): string {
    const names = { uniform: 'guessing', unigram: 'counting characters', bigram: 'counting pairs' }
    let newest = ''
    for (const name of ['uniform', 'unigram', 'bigram'] as const) {
      if (validation >= this.#toBeat[name] || this.#beaten.has(name)) continue
      this.#beaten.add(name)
      newest = `   better than ${names[name]} (${this.#toBeat[name].toFixed(2)})`
    }
    return newest
  }
}
