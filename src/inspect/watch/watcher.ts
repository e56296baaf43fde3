// Watching a model while it learns: scores, norms and values, at steps that somebody chooses. All programs are compiled once and run again
// at every look, beside those of the training, of which no bit changes.
//
//   const watcher = await Watcher.create({ engine, objective, inputs: { ids }, batch, what: ['induction', 'composition-k', 'norms'] })
//   for await (const event of watching(train({ … }), { watcher, at: watchSteps({ every: 50 }) }))
//     if (event.kind === 'watched') event.rows.find(({ score, layer, head }) => score === 'induction' && layer === 1 && head === 0)?.value

import type { Batch } from '../../data/batch.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Objective } from '../../evaluate/objective.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { Names } from '../../tensor/names.ts'
import { editedNames } from '../editedPass.ts'
import { addressGauge } from './addressGauge.ts'
import { type WatchAsked, watchAsked } from './asked.ts'
import { batchGauge } from './batchGauge.ts'
import { compositionGauge, copyingGauge } from './circuitGauges.ts'
import { headGauge } from './headGauge.ts'
import type { Looked } from './looked.ts'
import { updateNorms, weightNorms } from './normGauge.ts'
import { countWatched, type Gauge, rowsOf, type Watched, type WatchedRow } from './watched.ts'

export interface WatcherSettings {
  readonly engine: Engine
  /** The objective that is learnt; its model is watched, with its edits. */
  readonly objective: Objective
  /**
   * Names of scores (`watchScores` lists them), addresses, `norm ADDRESS` and `mean ADDRESS`: `['heads', 'loss {position: 5}',
   * 'blocks.0.attention.pattern {head: 0}', 'norm blocks.*.output']`
   */
  readonly what: readonly string[]
  /** The example on which patterns and values are read: `{ ids }` of a text, with `{ source }` for an encoder. */
  readonly inputs: InputValues
  /** The examples of losses and gradients. */
  readonly batch?: Batch | undefined
}

/** Looks at a model that learns, again and again. */
export class Watcher {
  /** Everything that is watched, in the order of the rows of a look. */
  readonly watched: readonly Watched[]
  readonly #gauges: readonly Gauge[]

  private constructor(gauges: readonly Gauge[]) {
    this.#gauges = gauges
    this.watched = gauges.flatMap(({ watched }) => watched)
  }

  /**
   * Throws for a score that is not there, for an address that the model lacks (the message names the nearest), for a score of a part
   * that the model lacks, and for one that the example or the batch cannot tell.
   */
  static async create({ engine, objective, what, inputs, batch }: WatcherSettings): Promise<Watcher> {
    const { model, edits = [] } = objective
    if (!isModel(model))
      throw new Error(
        'watch: the objective runs several models, or one of its own kind. Give one whose model declares what it reads.',
      )
    const looked: Looked = { engine, model, objective, edits, inputs, batch }
    const sizes = sizesOfValues('watch', model.reads, inputs)
    const optional = Object.keys(givenOf(inputs))
    const names = await editedNames({ engine, model, edits, sizes, optional, asker: 'watch' })
    const asked = watchAsked(what, [...names.values.keys()])
    const gauges: Gauge[] = []
    try {
      for await (const gauge of gaugesOf(looked, names, asked)) gauges.push(gauge)
    } catch (error) {
      await Promise.all(gauges.map((gauge) => gauge.close()))
      throw error
    }
    if (gauges.length === 0) throw new Error('watch: nothing is to be watched. Name a score or an address.')
    return new Watcher(gauges)
  }

  /** The number of numbers of one look. */
  get count(): number {
    return countWatched(this.watched)
  }

  /** True where `remember` is to be called before the step whose look tells of it. */
  get remembers(): boolean {
    return this.#gauges.some(({ remember }) => remember !== undefined)
  }

  /** Remembers the weights as they are, so that a look after one more step tells what that step changed. */
  async remember(): Promise<void> {
    for (const gauge of this.#gauges) await gauge.remember?.()
  }

  /**
   * The rows of everything that is watched, as the model is now. A row that nothing could tell is NaN; so are updates where `remember`
   * was not called before the step.
   *
   * - `step`: the number of steps that were taken
   */
  async look(step: number): Promise<WatchedRow[]> {
    const numbers = new Float32Array(this.count)
    let at = 0
    for (const gauge of this.#gauges) {
      const found = await gauge.look()
      numbers.set(found, at)
      at += found.length
    }
    return rowsOf(step, this.watched, numbers)
  }

  /** Gives back its programs, and what the engine keeps for it. */
  async close(): Promise<void> {
    for (const gauge of this.#gauges) await gauge.close()
  }
}

/** Models that declare what they read can be given an example. */
const isModel = (model: object): model is AnyModel => 'reads' in model

async function* gaugesOf(looked: Looked, names: Names, asked: WatchAsked): AsyncGenerator<Gauge> {
  const { losses, heads, namedHeads, compositions, copying, norms, addresses } = asked
  const gradients = norms.includes('gradient-norms')
  if (losses.length > 0 || gradients) yield await batchGauge(looked, { losses, gradients })
  if (heads.length > 0) yield await headGauge(looked, heads, namedHeads)
  if (compositions.length > 0) yield await compositionGauge(looked, compositions)
  if (copying) yield await copyingGauge(looked)
  if (norms.includes('weight-norms')) yield weightNorms(looked)
  if (norms.includes('update-norms')) yield updateNorms(looked)
  if (addresses.length > 0) yield addressGauge(looked, names, addresses)
}
