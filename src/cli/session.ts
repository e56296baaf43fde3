// A training session in a terminal: shows what happens, saves what is to be saved, and ends well when it is interrupted.

import type { FolderClaim } from '../checkpoint/folderClaim.ts'
import type { Engine } from '../engine/engine.ts'
import { saverIn } from '../runs/disk/saveRun.ts'
import type { WatchedRun } from '../runs/disk/watchRun.ts'
import type { PreparedRun } from '../runs/prepareRun.ts'
import { trainRun } from '../runs/trainRun.ts'
import { bytesText, count } from '../show/amounts.ts'
import type { Evaluation } from '../train/overfitting.ts'
import { historyFromJSON } from '../train/pastFromJSON.ts'
import type { TrainSettings } from '../train/settings.ts'
import type { TrainEvent } from '../train/train.ts'
import { interruptible } from './interruptible.ts'
import { factLines } from './runFacts.ts'
import type { Terminal } from './terminal.ts'
import { TrainingView } from './trainingView.ts'

export interface Session {
  readonly terminal: Terminal
  readonly engine: Engine
  readonly folder: string
  /** The claim under which the run writes there. */
  readonly claim: FolderClaim
  /** Every event is printed as JSON instead of what a person would see. */
  readonly isJSON?: boolean
  /** The first save replaces what is there. */
  readonly replaces?: boolean
  /** The watch of it, where something is watched. */
  readonly watched?: WatchedRun | undefined
  /** Does what else is to be done after an event. */
  readonly after?: (event: TrainEvent) => Promise<void>
}

export interface SessionEnd {
  readonly step: number
  readonly steps: number
  readonly reason: 'finished' | 'stopped'
  /** The exit code of the process: 0, or 128 and the number of the signal that stopped it. */
  readonly code: number
  readonly elapsedMs: number
  /** The last evaluation. */
  readonly evaluation: Evaluation | undefined
}

/**
 * Trains a run in a folder; Ctrl-C ends it after the step under way, and saves, and so do other signals that would end it. Ctrl-C
 * once more ends it at once.
 */
export function runSession(run: PreparedRun, session: Session): Promise<SessionEnd> {
  const { terminal, engine, folder, watched } = session
  return interruptible(
    async (interruption) => {
      const save = saverIn(folder, run, { ...session, record: watched?.record })
      const { signal } = interruption
      try {
        const events = trainRun(run, { engine, save, signal, place: folder, between: watched?.between })
        const end = await shown(events, run, session)
        return { ...end, code: end.reason === 'stopped' ? interruption.code : 0 }
      } finally {
        terminal.clear()
      }
    },
    () => terminal.note('\nStopping after this step, to save. Ctrl-C once more stops at once.'),
  )
}

/** Shows what happens, until the end. */
async function shown(
  events: AsyncIterable<TrainEvent>,
  run: PreparedRun,
  { terminal, engine, isJSON = false, after }: Session,
): Promise<Omit<SessionEnd, 'code'>> {
  let view: TrainingView | undefined
  let steps = 0
  let evaluation: Evaluation | undefined
  for await (const event of events) {
    if (isJSON && event.kind !== 'checkpoint') terminal.print(JSON.stringify(event))
    if (event.kind === 'begin') {
      steps = event.settings.steps
      view = viewOf(run, event.settings, terminal)
      if (!isJSON) terminal.print(`${factLines(beginFacts(event, run, engine), terminal.width)}\n`)
    } else if (event.kind === 'step') {
      if (!isJSON) view?.step(event)
    } else if (event.kind === 'evaluation') {
      evaluation = event
      if (!isJSON) view?.evaluation(event)
    } else if (event.kind === 'warning') terminal.note(terminal.colours.yellow(event.message))
    else if (event.kind === 'done') {
      const { step, reason } = event
      return { step, steps, reason, elapsedMs: view?.elapsedMs ?? 0, evaluation }
    }
    await after?.(event)
    view?.waits()
  }
  throw new Error('train: the run ended without saying so.')
}

function viewOf(
  { baselines, learning, resume }: PreparedRun,
  settings: TrainSettings,
  terminal: Terminal,
): TrainingView {
  return new TrainingView(terminal, settings, {
    baselines,
    things: 'corpus' in learning ? 'text' : 'examples',
    validation: historyFromJSON(resume?.history).evaluations.at(-1)?.validation,
  })
}

function beginFacts(
  { step, settings, plan }: Extract<TrainEvent, { kind: 'begin' }>,
  { learning }: PreparedRun,
  engine: Engine,
): [name: string, what: string][] {
  const { steps, accumulate, seed } = settings
  const batches = accumulate === 1 ? '' : `${accumulate} times `
  const from = step === 0 ? '' : `from step ${step} on, `
  const batch = batchText(learning, settings)
  return [
    [
      'memory',
      `${bytesText(plan.lasting)} that lasts (weights, optimizer), ${bytesText(plan.passing)} while a step runs`,
    ],
    ['engine', engine.description],
    ['training', `${from}${count(steps, 'step')} of ${batches}${batch}; ${rateText(settings)}; seed ${seed}`],
  ]
}

function batchText(learning: PreparedRun['learning'], { batch, context }: TrainSettings): string {
  if ('corpus' in learning) return `${batch} × ${context} tokens`
  const { shapes } = learning.training
  if (shapes.every(({ position }) => position === undefined)) return `${shapes[0].batch} examples`
  const sizes = shapes.map(({ position, source }) => (source === undefined ? `${position}` : `${source} → ${position}`))
  const of = shapes.length === 1 ? sizes[0] : `${sizes[0]} to ${sizes[sizes.length - 1]}`
  return `${batch} examples of ${of} tokens${shapes.length === 1 ? '' : `, in ${shapes.length} sizes`}`
}

function rateText({ schedule, rate, leastRate, warmup }: TrainSettings): string {
  const up = `learning rate up to ${Number(rate.toPrecision(3))} in ${count(warmup, 'step')}`
  if (schedule === 'constant') return `${up}, then constant`
  return schedule === 'paper'
    ? `${up}, then down with the root of the step`
    : `${up}, then down to ${Number(leastRate.toPrecision(3))}`
}
