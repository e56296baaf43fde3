// The course of a run: which batches each of its steps takes, and what it is evaluated on.

import type { Batch } from '../data/batch.ts'
import type { Result } from '../evaluate/evaluator.ts'
import type { BatchLearning } from './learning.ts'
import type { Evaluation } from './overfitting.ts'
import type { TrainSettings } from './settings.ts'
import type { Trainer } from './trainer.ts'

/** So many batches tell how unsure a model is that has learnt nothing: it is equally unsure everywhere. */
const glance = 2

/** A trainer with the batches it trains on. */
export class Course {
  readonly #trainer: Trainer
  readonly #settings: TrainSettings
  readonly #learning: BatchLearning
  /** The number of batches of each part that an evaluation takes. */
  readonly #atMost: { readonly training: number; readonly validation: number | undefined }
  #examples: number
  /** Running means over some ten steps. */
  #msPerStep = 0
  #tokensPerStep = 0
  /** The steps since the last measuring: how many, their tokens, and the time that was spent on them. */
  #since = { steps: 0, tokens: 0, ms: 0 }

  constructor(
    trainer: Trainer,
    settings: TrainSettings,
    { learning, isText, examples }: { learning: BatchLearning; isText: boolean; examples: number },
  ) {
    this.#trainer = trainer
    this.#settings = settings
    this.#learning = learning
    this.#examples = examples
    const { evaluateBatches } = settings
    this.#atMost = { training: evaluateBatches, validation: isText ? evaluateBatches : undefined }
  }

  /** The number of examples that the steps were given so far, those of runs before this one too. */
  get examples(): number {
    return this.#examples
  }

  async step(rate: number): Promise<void> {
    const { accumulate, batch } = this.#settings
    const began = performance.now()
    const first = Math.floor(this.#examples / batch)
    const batches = Array.from({ length: accumulate }, (_, i) => this.#learning.training.at(first + i))
    await this.#trainer.step(batches, rate, first)
    this.#examples += accumulate * batch
    this.#since.ms += performance.now() - began
    this.#since.tokens += batches.reduce((sum, batch) => sum + tokensOf(batch), 0)
    this.#since.steps++
  }

  /** As `Trainer.measure`. Only when that has been read is it known that the steps are done, and how long they took. */
  async measure(): Promise<{ loss: number; gradientNorm: number }> {
    const began = performance.now()
    const measured = await this.#trainer.measure()
    const { steps, tokens, ms } = this.#since
    const follow = (mean: number, sum: number): number => {
      const kept = mean === 0 ? 0 : 0.9 ** steps
      return kept * mean + (1 - kept) * (sum / steps)
    }
    if (steps > 0) {
      this.#msPerStep = follow(this.#msPerStep, ms + performance.now() - began)
      this.#tokensPerStep = follow(this.#tokensPerStep, tokens)
      this.#since = { steps: 0, tokens: 0, ms: 0 }
    }
    return measured
  }

  /** Of the steps that were measured. */
  get tokensPerSecond(): number {
    return (1000 * this.#tokensPerStep) / this.#msPerStep
  }

  async evaluate(): Promise<Omit<Evaluation, 'step'>> {
    const { loss: training } = await this.#evaluate('training')
    const { loss: validation, ...scores } = await this.#evaluate('validation')
    return { training, validation, ...scores }
  }

  /** Where the batches that are to be taken ask nothing, the others are looked through until one does. */
  #evaluate(part: 'training' | 'validation'): Promise<Result> {
    const batches = this.#learning[part]
    return this.#trainer.evaluate(batches.evaluation(this.#atMost[part]), {
      further: batches.evaluation(),
      ...(this.#trainer.taken === 0 && { enough: glance }),
    })
  }
}

/** The number of tokens that a batch has, padding included: of sources and of targets; of examples that have no length, one of each. */
function tokensOf({ sizes: { batch = 1, ...lengths } }: Batch): number {
  return (
    batch *
    Math.max(
      1,
      Object.values(lengths).reduce((sum, length) => sum + length, 0),
    )
  )
}
