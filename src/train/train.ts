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
import { breather } from '../engine/breathe.ts'
import type { Engine, Plan } from '../engine/engine.ts'
import { areFinite } from '../engine/finite.ts'
import { initialValues } from '../model/start.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { type Choice, checkSettings, choiceOf } from './chosenSettings.ts'
import { Course } from './course.ts'
import type { Circumstances } from './finite.ts'
import { type StepLoss, withLoss } from './history.ts'
import { asBatches, type BatchLearning, type TextLearning } from './learning.ts'
import type { Evaluation } from './overfitting.ts'
import type { Resumed } from './resumed.ts'
import { rateAt } from './schedule.ts'
import type { TrainSettings } from './settings.ts'
import { Trainer } from './trainer.ts'
import type { Warning } from './warnings.ts'

export type { BatchLearning, TextLearning } from './learning.ts'

/** An event of a training run. `step` is the number of steps taken so far, in this run and those it goes on from. */
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
  | ({ readonly kind: 'warning'; readonly step: number } & Warning)
  /** The moment to save: all that is needed to go on from here. */
  | { readonly kind: 'checkpoint'; readonly step: number; readonly state: TrainingState }
  | { readonly kind: 'done'; readonly step: number; readonly reason: 'finished' | 'stopped' }

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
    /** Asked before every step: true where the state is to be given out now, whatever the settings say. */
    readonly isToSave?: () => boolean
  }

/**
 * Trains a model. Settings that are not given are those of the checkpoint to go on from, or `small.training`.
 *
 * Equal seeds give equal runs, and a run that was stopped and resumed goes on as if it had not been: the batches of a step
 * depend on the seed and on the step's number alone. With other settings it goes on where it was: a schedule is that of a run
 * that had them from its beginning, what follows from a setting follows (following.ts), and no example is passed over or
 * taken twice. Seed and context stay; so does the size of batches that are given.
 *
 * Throws for settings that mean nothing, and when a loss or a weight is no longer a finite number.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  const { engine, resume } = options
  const choice = choiceOf(options, 'corpus' in options ? ofText : ofBatches)
  const run = resume ? (await import('./resumed.ts')).resumed(resume, choice) : begun(choice)
  const { settings, examples } = run
  checkSettings(settings, choice)
  const learning = asBatches(options, settings, examples)
  const trainer = await Trainer.create(engine, learning.objective, settings, learning.training)
  try {
    yield* steps(trainer, options, run, learning)
  } finally {
    await trainer.close()
  }
}

/** A run at its beginning. */
const begun = ({ usual, given }: Choice): Resumed => ({
  settings: { ...usual, ...given },
  examples: 0,
  history: { evaluations: [], losses: [] },
})

async function* steps(
  trainer: Trainer,
  options: TrainOptions,
  { settings, examples, history }: Resumed,
  learning: BatchLearning,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { resume, signal, place, isToSave } = options
  const { model } = learning.objective
  const things = 'corpus' in options ? 'text' : 'examples'
  if (resume) trainer.restore(resume)
  else trainer.begin(options.weights ?? withSizes(model, initialValues(model, settings.seed)))
  const course = new Course(trainer, settings, { learning, isText: 'corpus' in options, examples })
  const parameters = [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0)
  yield { kind: 'begin', step: trainer.taken, settings, parameters, plan: trainer.plan }

  const breathe = breather()
  const isDue = (every: number): boolean => trainer.taken % every === 0 || trainer.taken === settings.steps
  let evaluated = history.evaluations.at(-1)?.step
  let saved = resume?.step
  let last: StepLoss | undefined
  const circumstances = (): Circumstances => {
    const step = trainer.taken
    return { step, rate: step === 0 ? undefined : rateAt(step - 1, settings), last, saved, place }
  }
  while (true) {
    const isOver = trainer.taken >= settings.steps || signal?.aborted === true
    if (isDue(settings.evaluateEvery) && evaluated !== trainer.taken && !signal?.aborted) {
      evaluated = trainer.taken
      const evaluation = { step: trainer.taken, ...(await course.evaluate()) }
      if (!areFinite([evaluation.training, evaluation.validation]))
        (await finite()).checkEvaluation(evaluation, circumstances())
      history = { ...history, evaluations: [...history.evaluations, evaluation] }
      yield { kind: 'evaluation', ...evaluation }
      if (history.evaluations.length > 1)
        for (const warning of (await import('./warnings.ts')).warningsAt(history.evaluations, settings.rate, things))
          yield { kind: 'warning', step: trainer.taken, ...warning }
    }
    const isTime = isOver || ((isDue(settings.checkpointEvery) || isToSave?.()) && trainer.taken > 0)
    if (isTime && saved !== trainer.taken) {
      const state = {
        ...(await trainer.state()),
        seed: settings.seed,
        settings,
        history,
        ...placeOf(course, trainer.taken, settings),
      }
      if (![state.weights, state.first, state.second].every(hasFinite))
        (await finite()).checkState(state, circumstances())
      saved = trainer.taken
      yield { kind: 'checkpoint', step: trainer.taken, state }
    }
    if (isOver) break

    const rate = rateAt(trainer.taken, settings)
    await course.step(rate)
    if (isDue(settings.reportEvery) || isDue(settings.checkpointEvery)) {
      const step = trainer.taken
      const { loss, gradientNorm } = await course.measure()
      // A step with such a gradient has ruined the weights: nobody may save them.
      if (!areFinite([loss, gradientNorm])) (await finite()).checkStep({ loss, gradientNorm }, circumstances())
      last = { step, loss }
      if (isDue(settings.reportEvery)) {
        history = withLoss(history, last)
        yield { kind: 'step', step, loss, gradientNorm, rate, tokensPerSecond: course.tokensPerSecond }
      }
    }
    await breathe()
  }
  yield { kind: 'done', step: trainer.taken, reason: trainer.taken >= settings.steps ? 'finished' : 'stopped' }
}

/** The names of all that `train` is given besides settings, for a text and for batches. */
const common = ['engine', 'weights', 'resume', 'signal', 'place', 'isToSave']
const ofText = [...common, 'model', 'corpus', 'smoothing', 'edits']
const ofBatches = [...common, 'objective', 'training', 'validation']

/** The place in the data, where it does not follow from the steps and the settings. */
function placeOf({ examples }: Course, step: number, { accumulate, batch }: TrainSettings): { examples?: number } {
  return examples === step * accumulate * batch ? {} : { examples }
}

/** The refusals of numbers that are none. */
const finite = () => import('./finite.ts')

const hasFinite = (tensors: Weights): boolean => [...tensors.values()].every(({ data }) => areFinite(data))
