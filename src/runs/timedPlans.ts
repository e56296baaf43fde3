// Runs named by the time that they take on this machine: what somebody chooses who does not want to know of layers yet.
//
//   a text           four sizes, from some ten seconds to some ten minutes on two threads
//   anything else    the usual run of its kind, smaller and larger
//
// Sizes and settings of a text's were found by trying on Shakespeare's plays: the least loss on what is held back in each time.

import type { RunKind } from '../checkpoint/newConfig.ts'
import { questionAt, type Task } from '../data/tasks/task.ts'
import { breather } from '../engine/breathe.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import type { Choices, TokenizerKind } from './choices.ts'
import { type PreparedRun, prepareRun } from './prepareRun.ts'
import type { MachinePace } from './probe.ts'
import { costOfRun, type ProgramCost, type RunCost, settingsOfRun } from './programCost.ts'
import type { Source } from './source.ts'

/** The sizes of plans, the shortest first. */
const planSizes = ['smallest', 'usual', 'larger', 'largest'] as const

export type PlanSize = (typeof planSizes)[number]

/** Choices that do not name the source. */
export type PlannedChoices = Omit<Choices, 'tokenizer' | 'files' | 'data' | 'task' | 'threads'>

/** A run that could be begun, and what is known of it. */
export interface TimedPlan {
  readonly size: PlanSize
  readonly choices: PlannedChoices
  readonly sizes: Readonly<Record<string, number>>
  readonly parameters: number
  readonly steps: number
  /** Of one step. */
  readonly flops: number
  /** Bytes. */
  readonly memory: number
  /** The seconds that it takes here, about. */
  readonly seconds: number
}

export interface TimedPlans {
  readonly plans: readonly TimedPlan[]
  readonly pace: MachinePace
}

/** Gives the pace of the machine, by a run and the cost of its step. */
type Paced = (run: PreparedRun, step: ProgramCost) => Promise<MachinePace>

/** Evaluations often enough for a curve, of so few batches that they take little of the time. */
const glances = (steps: number) => ({ evaluateEvery: steps / 20, evaluateBatches: 10 })

/** Plans of a decoder's run on a text. */
const ofTexts = {
  smallest: { layer: 2, model: 64, head: 4, context: 32, batch: 16, rate: 4e-3, steps: 2000, ...glances(2000) },
  usual: {
    layer: 4,
    model: 64,
    head: 4,
    context: 64,
    batch: 16,
    rate: 6e-3,
    warmup: 50,
    steps: 1600,
    ...glances(1600),
  },
  larger: { layer: 4, model: 128, head: 4, context: 64, batch: 16, rate: 2e-3, steps: 3000, ...glances(3000) },
  largest: { layer: 6, model: 192, head: 6, context: 128, batch: 8, rate: 1.5e-3, steps: 3000, ...glances(3000) },
} as const satisfies Readonly<Record<PlanSize, PlannedChoices>>

/** Plans of other runs: what differs from the usual one. */
const ofOthers: Readonly<Record<PlanSize, PlannedChoices>> = {
  smallest: { model: 32, steps: 500 },
  usual: {},
  larger: { model: 128, layer: 3 },
  largest: { model: 256, layer: 4 },
}

/** A longer text tells no more of what a step costs, once its vocabulary is known; that of pieces is learnt from more of it. */
const sampled = { characters: 20_000, pieces: 200_000 }
const sampledQuestions = 500

/**
 * Plans for a source.
 *
 * - `paced`: gives the pace of the machine, by probing it with the usual plan's run (probe.ts) if it is not known yet
 *
 * Throws for a source that such a run cannot learn from.
 */
export async function timedPlans(source: Source, as: RunKind, paced: Paced): Promise<TimedPlans> {
  const isText = source.kind === 'text' && (as === 'decoder' || as === 'llama')
  const breathe = breather(0)
  const priced: PricedRun[] = []
  for (const size of planSizes) {
    const choices = { as, ...(isText ? fitting(ofTexts[size], source.text.length) : ofOthers[size]) }
    priced.push(await price(source, size, choices))
    // Somebody may wait for the thread.
    await breathe()
  }
  const usual = priced[planSizes.indexOf('usual')]
  const pace = await paced(usual.run, usual.cost.step)
  return { plans: priced.map((each) => timed(each, pace)), pace }
}

/**
 * The plan of a run with settings of somebody's own, over those of a size.
 *
 * - `choices`: all of them, those of the plan too
 *
 * Throws for choices that contradict one another, and for a source that such a run cannot learn from.
 */
export async function planOfChoices(
  source: Source,
  { size, choices }: { readonly size: PlanSize; readonly choices: NamedChoices },
  paced: Paced,
): Promise<TimedPlan> {
  const priced = await price(source, size, choices)
  return timed(priced, await paced(priced.run, priced.cost.step))
}

/** Choices whose tokenizer, if one is chosen, is learnt from the source. */
type NamedChoices = PlannedChoices & { readonly as: RunKind; readonly tokenizer?: TokenizerKind }

interface PricedRun {
  readonly size: PlanSize
  readonly choices: PlannedChoices
  readonly run: PreparedRun
  readonly cost: RunCost
}

async function price(source: Source, size: PlanSize, choices: NamedChoices): Promise<PricedRun> {
  const short = shortened(source, choices)
  const run = await prepareRun({ ...choices, ...short.choices }, short.source)
  return { size, choices, run, cost: await costOfRun(run) }
}

function timed({ size, choices, run, cost }: PricedRun, pace: MachinePace): TimedPlan {
  const { steps } = settingsOfRun(run)
  return {
    size,
    choices: { ...choices, steps },
    sizes: run.blueprint.sizes,
    parameters: [...parametersOf(run.model).values()].reduce((sum, { axes }) => sum + cells(axes), 0),
    steps,
    flops: cost.step.flops,
    memory: Math.max(cost.step.memory, cost.evaluation.memory),
    seconds: secondsOf(run, cost, pace),
  }
}

/** The seconds of all steps and evaluations of a run. */
function secondsOf(run: PreparedRun, { step, evaluation }: RunCost, { ratio }: MachinePace): number {
  const { steps, accumulate, evaluateEvery, evaluateBatches } = settingsOfRun(run)
  const evaluations = 1 + Math.ceil(steps / evaluateEvery)
  const effort = steps * accumulate * step.effort + evaluations * 2 * evaluateBatches * evaluation.effort
  return (effort * ratio) / 1e6
}

/** A plan whose context the held-back tenth of a text holds twice. */
function fitting(choices: PlannedChoices & { readonly context: number }, characters: number): PlannedChoices {
  let { context } = choices
  while (context > 8 && characters / 10 < 2 * context + 1) context /= 2
  return { ...choices, context }
}

/** A source of as many different tokens that is read in no time. */
function shortened(
  source: Source,
  { as, context = 0, tokenizer = 'characters' }: NamedChoices,
): { readonly source: Source; readonly choices: Choices } {
  if (source.kind === 'task') return { source: { kind: 'task', task: fewOf(source.task) }, choices: {} }
  // The held-back tenth of what is read holds the context as often as that of the whole text would.
  const most = Math.max(tokenizer === 'characters' ? sampled.characters : sampled.pieces, 25 * context)
  if (source.kind !== 'text' || source.text.length <= most || (as !== 'decoder' && as !== 'llama'))
    return { source, choices: {} }
  // A character of two units is not cut.
  const text = source.text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
  const short = { ...source, text }
  if (tokenizer !== 'characters') return { source: short, choices: {} }
  const whole = CharacterTokenizer.of(source.text)
  return { source: short, choices: { tokenizer: { tokenizer: whole, place: source.files[0] ?? 'text' } } }
}

/** A task with some questions of both its parts, where those that are equally long would first be sought among all. */
function fewOf(task: Task): Task {
  if (task.all || task.lengths) return task
  const some = (part: 'training' | 'validation') =>
    Array.from({ length: sampledQuestions }, (_, i) => questionAt(task, 0, i, { part }))
  return { ...task, all: [...some('training'), ...some('validation')] }
}
