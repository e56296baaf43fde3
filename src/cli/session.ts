// A training session: runs the loop, shows what happens, saves what is to be saved, and ends well when it is interrupted.

import { constants } from 'node:os'
import type { Architecture } from '../checkpoint/architecture.ts'
import type { KnownArchitecture } from '../checkpoint/architectures.ts'
import type { FolderClaim } from '../checkpoint/folderClaim.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import { saveFolder } from '../checkpoint/saveFolder.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { Engine } from '../engine/engine.ts'
import type { Hurdle } from '../runs/baselines.ts'
import type { SourceRecord } from '../runs/disk/runFolder.ts'
import { withPlaces } from '../runs/disk/whereabouts.ts'
import { wrapped } from '../show/lines.ts'
import { count, size } from '../text/amounts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Evaluation } from '../train/overfitting.ts'
import { historyFromJSON } from '../train/pastFromJSON.ts'
import type { TrainSettings } from '../train/settings.ts'
import { type BatchLearning, type TextLearning, type TrainEvent, train } from '../train/train.ts'
import type { Terminal } from './terminal.ts'
import { TrainingView } from './trainingView.ts'

export interface Session {
  readonly terminal: Terminal
  readonly engine: Engine
  readonly architecture: Architecture
  readonly config: object
  readonly tokenizer: Tokenizer
  readonly learning: TextLearning | BatchLearning
  readonly hurdles: readonly Hurdle[]
  readonly settings: Partial<TrainSettings>
  /** The weights to begin with, and the folder that they came from, where a model is trained further. */
  readonly weights?: Weights
  readonly from?: FolderFiles
  readonly resume?: TrainingState
  readonly folder: string
  /** What is learnt from, so that the run can be taken up again. */
  readonly record: SourceRecord
  /** Whether every event is printed as JSON instead of what a person would see. */
  readonly isJSON?: boolean
  /** The claim under which the run writes there. */
  readonly claim: FolderClaim
  /** Whether the first save replaces what is there. */
  readonly replaces?: boolean
  /** What else is to be done after an event. */
  readonly after?: (event: TrainEvent) => Promise<void>
}

export interface SessionEnd {
  readonly step: number
  readonly steps: number
  readonly reason: 'finished' | 'stopped'
  /** What the process is to end with: 0, or 128 and the number of the signal that stopped it. */
  readonly code: number
  readonly elapsedMs: number
  /** The last evaluation. */
  readonly evaluation: Evaluation | undefined
}

/** Ctrl-C; what systems send before they end a process; and the end of its terminal. (Node undoes what `nohup` does.) */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Trains; Ctrl-C ends it after the step under way, and saves, and so do other signals that would end it. Ctrl-C once more ends it
 * at once.
 */
export async function runSession(session: Session): Promise<SessionEnd> {
  const { terminal, engine, learning, settings, resume, weights, folder, after, isJSON } = session
  const controller = new AbortController()
  let code = 0
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(code)
    code = 128 + constants.signals[signal]
    controller.abort()
    terminal.note('\nStopping after this step, to save. Ctrl-C once more stops at once.')
  }
  for (const name of endings) process.on(name, interrupt)
  const save = saver(session)
  let view: TrainingView | undefined
  let steps = 0
  let evaluation: Evaluation | undefined
  try {
    const { signal } = controller
    const events = train({
      ...settings,
      ...learning,
      engine,
      ...(resume && { resume }),
      ...(weights && { weights }),
      signal,
      place: folder,
    })
    for await (const event of events) {
      if (isJSON && event.kind !== 'checkpoint') terminal.print(JSON.stringify(event))
      if (event.kind === 'begin') {
        steps = event.settings.steps
        view = new TrainingView(terminal, event.settings, {
          hurdles: session.hurdles,
          things: 'corpus' in learning ? 'text' : 'examples',
          validation: historyFromJSON(resume?.history).evaluations.at(-1)?.validation,
        })
        if (!isJSON) describeBegin(event, session)
      } else if (event.kind === 'step') {
        if (!isJSON) view?.step(event)
      } else if (event.kind === 'evaluation') {
        evaluation = event
        if (!isJSON) view?.evaluation(event)
      } else if (event.kind === 'warning') terminal.note(terminal.colours.yellow(event.message))
      else if (event.kind === 'checkpoint') await save(event.state)
      else {
        const { step, reason } = event
        return {
          step,
          steps,
          reason,
          code: reason === 'stopped' ? code : 0,
          elapsedMs: view?.elapsedMs ?? 0,
          evaluation,
        }
      }
      await after?.(event)
      view?.waits()
    }
    throw new Error('train: the run ended without saying so.')
  } finally {
    terminal.clear()
    for (const name of endings) process.off(name, interrupt)
  }
}

/** Saves a state in the session's folder. */
function saver({
  architecture,
  config,
  tokenizer,
  folder,
  from,
  record,
  claim,
  replaces = false,
}: Session): (state: TrainingState) => Promise<void> {
  let isFirst = true
  return async (state) => {
    const training = { ...state, settings: { ...(state.settings as object), text: withPlaces(record, folder) } }
    await saveFolder(
      folder,
      {
        architecture: architecture as KnownArchitecture,
        config: config as never,
        tokenizer,
        weights: state.weights,
        training,
        ...(from && { from }),
      },
      { claim, replaces: replaces && isFirst },
    )
    isFirst = false
  }
}

function describeBegin(
  { step, settings, plan }: Extract<TrainEvent, { kind: 'begin' }>,
  { engine, learning, terminal }: Session,
): void {
  const { steps, accumulate, seed } = settings
  const batches = accumulate === 1 ? '' : `${accumulate} times `
  const from = step === 0 ? '' : `from step ${step} on, `
  terminal.print(
    `${facts(
      [
        ['memory', `${size(plan.lasting)} that lasts (weights, optimizer), ${size(plan.passing)} while a step runs`],
        ['engine', engine.description],
        [
          'training',
          `${from}${count(steps, 'step')} of ${batches}${described(learning, settings)}; ${rateText(settings)}; seed ${seed}`,
        ],
      ],
      terminal.width,
    )}\n`,
  )
}

/** What a batch is. */
function described(learning: TextLearning | BatchLearning, { batch, context }: TrainSettings): string {
  if ('corpus' in learning) return `${batch} × ${context} tokens`
  const { shapes } = learning.training
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

/** What there is to know, a name before each. */
export function facts(rows: readonly (readonly [name: string, what: string])[], width: number): string {
  const indent = 13
  return rows
    .flatMap(([name, what]) => wrapped(name.padEnd(indent) + what, width, ' '.repeat(indent)))
    .join('\n')
    .trimEnd()
}
