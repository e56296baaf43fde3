// Training: batches, one step after the other, and what is to be known on the way.
//
//   for await (const event of train({ engine, model, corpus, steps: 2000 })) { … }                      a text, next token
//   for await (const event of train({ engine, objective, training, validation, steps: 2000 })) { … }    anything else
//
// Nothing is printed and nothing is written here: events say what happened, and whoever runs the loop shows them and saves
// the states. The loop waits while an event is looked at, so the model may be used in between, to write a sample, say.

import { withSizes } from '../checkpoint/engineWeights.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { Batch, Batches } from '../data/batch.ts'
import { windowBatches } from '../data/windows.ts'
import { breather } from '../engine/breathe.ts'
import type { Engine, Plan } from '../engine/engine.ts'
import type { LanguageModel } from '../model/language.ts'
import { initialValues } from '../model/start.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Corpus } from '../text/corpus.ts'
import type { Result } from './evaluator.ts'
import { historyFromJSON, type StepLoss, withLoss } from './history.ts'
import { nextToken, type Objective } from './objective.ts'
import { type Evaluation, overfittingSince } from './overfitting.ts'
import { rateAt, schedules } from './schedule.ts'
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
  /** The losses on what is learnt from and on what is held back, and the scores there. */
  | ({ readonly kind: 'evaluation' } & Evaluation)
  /** Something that a person should know. */
  | { readonly kind: 'warning'; readonly step: number; readonly about: 'overfitting'; readonly message: string }
  /** The moment to save: all that is needed to go on from here. */
  | { readonly kind: 'checkpoint'; readonly step: number; readonly state: TrainingState }
  | { readonly kind: 'done'; readonly step: number; readonly reason: 'finished' | 'stopped' }

/** The next tokens of a text, in windows. */
export interface TextLearning {
  readonly model: LanguageModel
  readonly corpus: Corpus
}

/** Whatever batches bring and an objective makes a loss of. */
export interface BatchLearning {
  readonly objective: Objective
  readonly training: Batches
  /** What training never sees; an evaluation takes all of it. */
  readonly validation: Batches
}

export type TrainOptions = Partial<TrainSettings> &
  (TextLearning | BatchLearning) & {
    readonly engine: Engine
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
 * Trains a model. Settings that are not given are those of the checkpoint to go on from, or `small.training`.
 *
 * Equal seeds give equal runs, and a run that was stopped and resumed goes on as if it had not been: the batches of a step
 * depend on the seed and on the step's number alone.
 *
 * Throws when the loss is no longer a finite number.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  const { engine, resume, signal } = options
  const settings = settingsOf(options)
  const learning = 'corpus' in options ? windowsOf(options, settings) : options
  const { model } = learning.objective
  const trainer = await Trainer.create(engine, learning.objective, settings, learning.training)
  if (resume) trainer.restore(resume)
  else trainer.begin(options.weights ?? withSizes(model, initialValues(model, settings.seed)))
  let history = historyFromJSON(resume?.history)
  const run = new Run(trainer, settings, learning, { isText: 'corpus' in options })
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
      const message = overfittingMessage(history.evaluations, 'corpus' in options ? 'text' : 'examples')
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

/** Windows of both parts of a corpus. */
function windowsOf({ model, corpus }: TextLearning, { context, batch, seed }: TrainSettings): BatchLearning {
  return {
    objective: nextToken(model),
    training: windowBatches({ ids: corpus.training, context, batch, seed }),
    validation: windowBatches({ ids: corpus.validation, context, batch, seed }),
  }
}

/** A trainer with the batches it trains on. */
class Run {
  readonly #trainer: Trainer
  readonly #settings: TrainSettings
  readonly #learning: BatchLearning
  /** How many batches of each part an evaluation takes. */
  readonly #atMost: { readonly training: number; readonly validation: number | undefined }
  #msPerStep = 0
  #tokensPerStep = 0

  constructor(trainer: Trainer, settings: TrainSettings, learning: BatchLearning, { isText }: { isText: boolean }) {
    this.#trainer = trainer
    this.#settings = settings
    this.#learning = learning
    const { evaluateBatches } = settings
    this.#atMost = { training: evaluateBatches, validation: isText ? evaluateBatches : undefined }
  }

  async step(rate: number): Promise<void> {
    const { accumulate } = this.#settings
    const began = performance.now()
    const first = this.#trainer.taken * accumulate
    const batches = Array.from({ length: accumulate }, (_, i) => this.#learning.training.at(first + i))
    await this.#trainer.step(batches, rate)
    const elapsedMs = performance.now() - began
    const tokens = batches.reduce((sum, batch) => sum + tokensOf(batch), 0)
    // Running means over some ten steps.
    const follow = (mean: number, value: number): number => (mean === 0 ? value : 0.9 * mean + 0.1 * value)
    this.#msPerStep = follow(this.#msPerStep, elapsedMs)
    this.#tokensPerStep = follow(this.#tokensPerStep, tokens)
  }

  get tokensPerSecond(): number {
    return (1000 * this.#tokensPerStep) / this.#msPerStep
  }

  async evaluate(): Promise<Omit<Evaluation, 'step'>> {
    const { loss: training } = await this.#evaluate('training')
    const { loss: validation, ...scores } = await this.#evaluate('validation')
    return { training, validation, ...scores }
  }

  #evaluate(part: 'training' | 'validation'): Promise<Result> {
    const batches = this.#learning[part].evaluation(this.#atMost[part])
    // What has learnt nothing is equally unsure everywhere: a glance tells, and training begins at once.
    return this.#trainer.evaluate(this.#trainer.taken === 0 ? firstOf(batches, 2) : batches)
  }
}

/** How many tokens a batch has, padding included: of sources and of targets. */
function tokensOf({ sizes: { batch = 1, position = 0, source = 0 } }: Batch): number {
  return batch * (position + source)
}

function* firstOf<T>(all: Iterable<T>, count: number): Iterable<T> {
  let i = 0
  for (const each of all) {
    if (i++ >= count) return
    yield each
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
    ...sizesOf(options),
    leastRate: rate / 10,
    warmup: Math.min(small.training.warmup, Math.ceil(steps / 20)),
  }
  const settings: TrainSettings = { ...usual, ...chosen }
  if (options.resume && settings.seed !== options.resume.seed)
    throw new Error(
      `train: the seed is ${settings.seed}, but the run to go on from has ${options.resume.seed}. Give the same, or begin anew.`,
    )
  for (const name of wholeSettings)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1)
      throw new Error(`train: ${name} is ${settings[name]}; it must be a whole number, at least 1.`)
  for (const name of ['rate', 'leastRate', 'warmup'] as const)
    if (!(settings[name] >= 0)) throw new Error(`train: ${name} is ${settings[name]}; it must be at least 0.`)
  if (!schedules.includes(settings.schedule))
    throw new Error(
      `train: there is no schedule "${settings.schedule}". Give ${schedules.map((name) => `"${name}"`).join(' or ')}.`,
    )
  const { context } = settings
  if ('corpus' in options && context > options.model.config.context)
    throw new Error(
      `train: context is ${context}, but the model looks at ${options.model.config.context} positions at most.`,
    )
  return settings
}

const wholeSettings = [
  'batch',
  'context',
  'steps',
  'evaluateEvery',
  'evaluateBatches',
  'checkpointEvery',
  'reportEvery',
] as const

/** The sizes of a batch where nobody says them. */
function sizesOf(options: TextLearning | BatchLearning): { batch: number; context: number } {
  if ('corpus' in options) return { batch: small.training.batch, context: options.model.config.context }
  const { batch, position } = options.training.shapes[options.training.shapes.length - 1]
  return { batch, context: position }
}

/** Says so once, when it begins. */
function overfittingMessage(evaluations: readonly Evaluation[], things: 'text' | 'examples'): string | undefined {
  const best = overfittingSince(evaluations)
  if (!best || overfittingSince(evaluations.slice(0, -1))) return undefined
  const last = evaluations[evaluations.length - 1]
  return (
    `train: the loss on unseen ${things} rose from ${best.validation.toFixed(2)} (step ${best.step}) to ` +
    `${last.validation.toFixed(2)}, while that on the training ${things} fell from ${best.training.toFixed(2)} to ` +
    `${last.training.toFixed(2)}: the model learns by heart. Give it more ${things}, make it smaller, or use dropout.`
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
