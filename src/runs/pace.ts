// The pace of a run, and the time that is left. Steps, evaluations and all that comes between them have times of their own, so that an
// evaluation far from the last one is counted, and one that has just been is not taken for the rule.
//
//   left = steps left · ms of a step / (1 − share of the time between) + evaluations left · ms of an evaluation

export interface Pace {
  /** Of the last steps, without what comes between them. */
  readonly stepsPerSecond: number
  readonly tokensPerSecond?: number
  /** Until the last step that is planned; told after a few steps. */
  readonly secondsLeft?: number
}

/** The extent of a run: what is still to come of it. */
export interface PlannedSteps {
  readonly steps: number
  readonly evaluateEvery: number
}

/** The first steps compile, and wait for pages of memory: they tell nothing. */
const unsaid = 3
/** So many steps are needed for a time that is left. */
const fewest = 5
/** The steps that a mean goes over, about. */
const window = 60

/** Keeps the times of a run. */
export class PaceMeter {
  readonly #planned: PlannedSteps
  #steps = 0
  #msOfStep = 0
  #msOfEvaluation = 0
  #msOfSteps = 0
  #msBetween = 0

  constructor(planned: PlannedSteps) {
    this.#planned = planned
  }

  /** A step took so long. */
  step(ms: number): void {
    this.#steps++
    if (this.#steps <= unsaid) return
    const counted = Math.min(this.#steps - unsaid, window)
    this.#msOfStep += (ms - this.#msOfStep) / counted
    this.#msOfSteps += ms
  }

  evaluation(ms: number): void {
    this.#msOfEvaluation = ms
  }

  /** Something between two steps took so long: a look, a sample, a saving. */
  between(ms: number): void {
    if (this.#steps > unsaid) this.#msBetween += ms
  }

  /** The pace after `step` steps of the run. */
  at(step: number): Pace {
    if (this.#msOfStep === 0) return { stepsPerSecond: 0 }
    const { steps, evaluateEvery } = this.#planned
    const stepsPerSecond = 1000 / this.#msOfStep
    if (this.#steps < fewest) return { stepsPerSecond }
    const evaluations = Math.ceil(steps / evaluateEvery) - Math.floor(step / evaluateEvery)
    const slower = (this.#msOfSteps + this.#msBetween) / this.#msOfSteps
    const ms = (steps - step) * this.#msOfStep * slower + evaluations * this.#msOfEvaluation
    return { stepsPerSecond, secondsLeft: Math.max(0, ms / 1000) }
  }
}
