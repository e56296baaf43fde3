// Training: batches of a text, one step after the other, and what is to be known on the way.
//
//   for await (const event of train({ engine, model, corpus, steps: 2000 })) { … }
//
// Nothing is printed and nothing is written here: events say what happened, and whoever runs the loop shows them and saves
// the states. The loop waits while an event is looked at, so the model may be used in between, to write a sample, say.

import { withSizes } from '../checkpoint/engineWeights.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { breather } from '../engine/breathe.ts'
import type { Engine, Plan } from '../engine/engine.ts'
import type { LanguageModel } from '../model/language.ts'
import { initialValues } from '../model/start.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { type Batch, evaluationBatches, trainingBatch } from '../text/batches.ts'
import type { Corpus } from '../text/corpus.ts'
import { historyFromJSON, type StepLoss, withLoss } from './history.ts'
import { type Evaluation, overfittingSince } from './overfitting.ts'
import { rateAt } from './schedule.ts'
import { settingsFromJSON, small, type TrainSettings } from './settings.ts'
import { Trainer } from './trainer.ts'

/** What happens in a training run. `step` is how many steps have been taken so far, in this run and those it goes on from. */
export type TrainEvent =
  /** Everything is ready: what will be done, how many numbers are learnt, and what it needs of memory. */
  | {
      readonly kind: 'begin'
      readonly step: number
      readonly settings: TrainSettings
      readonly parameters: number
      readonly plan: Plan
    }
  /** A step was taken. The loss (nats) and the norm of its gradient are those of its batches before the step. */
  | {
      readonly kind: 'step'
      readonly step: number
      readonly loss: number
      readonly gradientNorm: number
      readonly rate: number
      readonly tokensPerSecond: number
    }
  /** The losses on both parts of the corpus. */
  | ({ readonly kind: 'evaluation' } & Evaluation)
  /** Something that a person should know. */
  | { readonly kind: 'warning'; readonly step: number; readonly about: 'overfitting'; readonly message: string }
  /** The moment to save: all that is needed to go on from here. */
  | { readonly kind: 'checkpoint'; readonly step: number; readonly state: TrainingState }
  | { readonly kind: 'done'; readonly step: number; readonly reason: 'finished' | 'stopped' }

export interface TrainOptions extends Partial<TrainSettings> {
  readonly engine: Engine
  readonly model: LanguageModel
  readonly corpus: Corpus
  /** The weights to begin with: those of a model that has learnt something already. Otherwise they are drawn by the seed. */
  readonly weights?: Weights
  /** The state to go on from, exactly. Its settings hold unless others are given. */
  readonly resume?: TrainingState
  /** Ends the run after the step that is under way, with a last checkpoint. */
  readonly signal?: AbortSignal
  /** Where the checkpoints are saved; for messages. */
  readonly place?: string
}

/**
 * Trains a model on a corpus. Settings that are not given are those of the checkpoint to go on from, or `small.training`.
 *
 * Equal seeds give equal runs, and a run that was stopped and resumed goes on as if it had not been: the batches of a step
 * depend on the seed and on the step's number alone.
 *
 * Throws when the loss is no longer a finite number.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  const { engine, model, corpus, resume, signal } = options
  const settings = settingsOf(options)
  const trainer = await Trainer.create(engine, model, settings)
  if (resume) trainer.restore(resume)
  else trainer.begin(options.weights ?? withSizes(model, initialValues(model, settings.seed)))
  let history = historyFromJSON(resume?.history)
  const run = new Run(trainer, settings, corpus)
  const parameters = [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0)
  yield { kind: 'begin', step: trainer.taken, settings, parameters, plan: trainer.plan }

  const breathe = breather()
  const isDue = (every: number): boolean => trainer.taken % every === 0 || trainer.taken === settings.steps
  let evaluated = history.evaluations.at(-1)?.step
  let saved = resume?.step
  let finite: StepLoss | undefined
  while (true) {
    const isOver = trainer.taken >= settings.steps || signal?.aborted === true
    if (isDue(settings.evaluateEvery) && evaluated !== trainer.taken && !signal?.aborted) {
      evaluated = trainer.taken
      const evaluation = { step: trainer.taken, ...(await run.evaluate()) }
      history = { ...history, evaluations: [...history.evaluations, evaluation] }
      yield { kind: 'evaluation', ...evaluation }
      const message = overfittingMessage(history.evaluations)
      if (message !== undefined) yield { kind: 'warning', step: trainer.taken, about: 'overfitting', message }
    }
    const isToSave = isOver || (isDue(settings.checkpointEvery) && trainer.taken > 0)
    if (isToSave && saved !== trainer.taken) {
      saved = trainer.taken
      const state = { ...(await trainer.state()), seed: settings.seed, settings, history }
      yield { kind: 'checkpoint', step: trainer.taken, state }
    }
    if (isOver) break

    const rate = rateAt(trainer.taken, settings)
    await run.step(rate)
    if (isDue(settings.reportEvery) || isDue(settings.checkpointEvery)) {
      const step = trainer.taken
      const { loss, gradientNorm } = await trainer.measure()
      // A step with such a gradient has ruined the weights: nobody may save them.
      checkIsFinite({ loss, gradientNorm, step, rate }, finite, saved, options.place)
      finite = { step, loss }
      if (isDue(settings.reportEvery)) {
        history = withLoss(history, finite)
        yield { kind: 'step', step, loss, gradientNorm, rate, tokensPerSecond: run.tokensPerSecond }
      }
    }
    await breathe()
  }
  yield { kind: 'done', step: trainer.taken, reason: trainer.taken >= settings.steps ? 'finished' : 'stopped' }
}

/** A trainer with the text it trains on. */
class Run {
  readonly #trainer: Trainer
  readonly #settings: TrainSettings
  readonly #corpus: Corpus
  readonly #evaluation: Record<keyof Corpus, readonly Batch[]>
  #msPerStep = 0

  constructor(trainer: Trainer, settings: TrainSettings, corpus: Corpus) {
    this.#trainer = trainer
    this.#settings = settings
    this.#corpus = corpus
    const { context, batch, evaluateBatches: atMost } = settings
    this.#evaluation = {
      training: evaluationBatches({ ids: corpus.training, context, batch, atMost }),
      validation: evaluationBatches({ ids: corpus.validation, context, batch, atMost }),
    }
  }

  async step(rate: number): Promise<void> {
    const { accumulate, context, batch, seed } = this.#settings
    const began = performance.now()
    const batches = Array.from({ length: accumulate }, (_, i) => {
      const step = this.#trainer.taken * accumulate + i
      return trainingBatch({ ids: this.#corpus.training, context, batch, seed, step })
    })
    await this.#trainer.step(batches, rate)
    const elapsedMs = performance.now() - began
    // A running mean over some ten steps.
    this.#msPerStep = this.#msPerStep === 0 ? elapsedMs : 0.9 * this.#msPerStep + 0.1 * elapsedMs
  }

  get tokensPerSecond(): number {
    const { accumulate, context, batch } = this.#settings
    return (1000 * accumulate * context * batch) / this.#msPerStep
  }

  async evaluate(): Promise<Omit<Evaluation, 'step'>> {
    // What has learnt nothing is equally unsure everywhere: a glance tells, and training begins at once.
    const atMost = this.#trainer.taken === 0 ? 2 : undefined
    const training = await this.#trainer.evaluate(this.#evaluation.training.slice(0, atMost))
    return { training, validation: await this.#trainer.evaluate(this.#evaluation.validation.slice(0, atMost)) }
  }
}

/** What was given; failing that, what the run to go on from had; failing that, what is usual for a run of this length and rate. */
function settingsOf(options: TrainOptions): TrainSettings {
  const names = Object.keys(small.training) as (keyof TrainSettings)[]
  const chosen: Partial<TrainSettings> = {
    ...(options.resume && settingsFromJSON(options.resume.settings)),
    ...Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])),
  }
  const { steps = small.training.steps, rate = small.training.rate } = chosen
  const usual = {
    ...small.training,
    context: options.model.config.context,
    leastRate: rate / 10,
    warmup: Math.min(small.training.warmup, Math.ceil(steps / 20)),
  }
  const settings: TrainSettings = { ...usual, ...chosen }
  if (options.resume && settings.seed !== options.resume.seed)
    throw new Error(
      `train: the seed is ${settings.seed}, but the run to go on from has ${options.resume.seed}. Give the same, or begin anew.`,
    )
  for (const name of ['steps', 'evaluateEvery', 'evaluateBatches', 'checkpointEvery', 'reportEvery'] as const)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1)
      throw new Error(`train: ${name} is ${settings[name]}; it must be a whole number, at least 1.`)
  for (const name of ['rate', 'leastRate', 'warmup'] as const)
    if (!(settings[name] >= 0)) throw new Error(`train: ${name} is ${settings[name]}; it must be at least 0.`)
  if (!['cosine', 'constant'].includes(settings.schedule))
    throw new Error(`train: there is no schedule "${settings.schedule}". Give "cosine" or "constant".`)
  return settings
}

/** Says so once, when it begins. */
function overfittingMessage(evaluations: readonly Evaluation[]): string | undefined {
  const best = overfittingSince(evaluations)
  if (!best || overfittingSince(evaluations.slice(0, -1))) return undefined
  const last = evaluations[evaluations.length - 1]
  return (
    `train: the loss on unseen text rose from ${best.validation.toFixed(2)} (step ${best.step}) to ` +
    `${last.validation.toFixed(2)}, while that on the training text fell from ${best.training.toFixed(2)} to ` +
    `${last.training.toFixed(2)}: the model learns by heart. Give it more text, make it smaller, or use dropout.`
  )
}

function checkIsFinite(
  { loss, gradientNorm, step, rate }: StepLoss & { gradientNorm: number; rate: number },
  last: StepLoss | undefined,
  saved: number | undefined,
  place: string | undefined,
): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return
  const before = last ? `last finite ${last.loss.toFixed(2)} at step ${last.step}` : 'it never was finite'
  const what = Number.isFinite(loss)
    ? `the gradient is ${gradientNorm} at step ${step} (loss ${loss.toFixed(2)})`
    : `loss is ${loss} at step ${step} (${before})`
  const where = place === undefined ? 'the last' : `in ${place}`
  const checkpoint = saved === undefined ? '' : `; the checkpoint of step ${saved} is ${where}`
  throw new Error(`train: ${what}. Lower the learning rate (now ${Number(rate.toPrecision(3))})${checkpoint}.`)
}
