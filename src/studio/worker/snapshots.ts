// The weights of chosen steps, for the time slider: within a budget, and given to a second model of the same blueprint when somebody looks
// at them, so that the training's own are never touched.

import type { Blueprint } from '../../checkpoint/blueprint.ts'
import { getWeights, setWeights } from '../../checkpoint/engineWeights.ts'
import type { Weights } from '../../checkpoint/weights.ts'
import type { Engine } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { SnapshotSteps } from '../../runs/snapshotSteps.ts'
import { cells } from '../../tensor/axes.ts'
import { parametersOf } from '../../tensor/names.ts'

/** The bytes of all snapshots of a run. */
const snapshotBudget = 64e6

export class Snapshots {
  readonly #engine: Engine
  readonly #model: AnyModel
  readonly #blueprint: Blueprint
  readonly #steps: SnapshotSteps
  readonly #weights: Map<number, Weights>
  /** The second model, once somebody has looked back, and the step whose weights it has. */
  #past: { readonly model: AnyModel; step: number } | undefined

  /** - `model`: the one that learns; `kept`: the snapshots that the run has already */
  constructor(
    { engine, model, blueprint }: { readonly engine: Engine; readonly model: AnyModel; readonly blueprint: Blueprint },
    kept: ReadonlyMap<number, Weights> = new Map(),
  ) {
    this.#engine = engine
    this.#model = model
    this.#blueprint = blueprint
    this.#weights = new Map(kept)
    const numbers = [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0)
    this.#steps = new SnapshotSteps({ bytes: 4 * numbers, budget: snapshotBudget }, [...kept.keys()])
  }

  /** The steps that are kept, in order. */
  get steps(): readonly number[] {
    return this.#steps.steps
  }

  get weights(): ReadonlyMap<number, Weights> {
    return this.#weights
  }

  /** Keeps the weights after a step, if it is one of those that are kept; true if so. It is the caller's turn at the engine. */
  async take(step: number): Promise<boolean> {
    if (this.#weights.has(step) || !this.#steps.isDue(step)) return false
    this.#weights.set(step, await getWeights(this.#engine, this.#model))
    for (const gone of this.#steps.keep(step)) this.#weights.delete(gone)
    return true
  }

  /**
   * A model that has the weights of the kept step nearest to this one, and that step. It holds until the next call. It is the caller's
   * turn at the engine.
   */
  at(step: number): { readonly model: AnyModel; readonly step: number } | undefined {
    const near = this.steps.reduce<number | undefined>(
      (best, each) => (best === undefined || Math.abs(each - step) < Math.abs(best - step) ? each : best),
      undefined,
    )
    const weights = near === undefined ? undefined : this.#weights.get(near)
    if (near === undefined || weights === undefined) return undefined
    this.#past ??= { model: this.#blueprint.build(), step: -1 }
    if (this.#past.step !== near) {
      setWeights(this.#engine, this.#past.model, weights)
      this.#past.step = near
    }
    return this.#past
  }

  /** Gives back what the engine holds for them. */
  close(): void {
    if (!this.#past) return
    for (const weight of parametersOf(this.#past.model).values()) this.#engine.forget(weight)
    this.#past = undefined
  }
}
