// The steps whose weights are kept: dense at the beginning, where most happens, and so few that their bytes stay within a budget. A run
// may get longer than it was planned, so that the steps are chosen while it goes on.

/** The most that are kept, however small they are: more than these nobody tells apart on a slider. */
const most = 64

/** The growth from one kept step to the next, before any is let go. */
const growth = 1.12

/** Chooses the steps that are kept. */
export class SnapshotSteps {
  readonly #most: number
  #steps: number[]

  /**
   * - `bytes`: of one snapshot; `budget`: of all of them
   * - `kept`: the steps that are kept already
   */
  constructor({ bytes, budget }: { readonly bytes: number; readonly budget: number }, kept: readonly number[] = []) {
    this.#most = Math.min(most, Math.floor(budget / bytes))
    this.#steps = kept.toSorted((a, b) => a - b)
  }

  /** In order. */
  get steps(): readonly number[] {
    return this.#steps
  }

  /** True where the weights after so many steps are to be kept. */
  isDue(step: number): boolean {
    const last = this.#steps.at(-1)
    if (this.#most < 1) return false
    return last === undefined || step >= Math.max(last + 1, Math.ceil(last * growth))
  }

  /** Takes a step in; the steps that are kept no longer. The first one stays, and the last. */
  keep(step: number): number[] {
    this.#steps = [...this.#steps.filter((each) => each !== step), step].toSorted((a, b) => a - b)
    const gone: number[] = []
    while (this.#steps.length > this.#most) gone.push(...this.#steps.splice(this.#leastMissed(), 1))
    return gone
  }

  /** The place of the step without which the gap is the smallest, as a logarithm sees it. */
  #leastMissed(): number {
    const { length } = this.#steps
    if (length <= 2) return 0
    const gap = (i: number): number => Math.log((this.#steps[i + 1] + 1) / (this.#steps[i - 1] + 1))
    let least = 1
    for (let i = 2; i < length - 1; i++) if (gap(i) < gap(least)) least = i
    return least
  }
}
