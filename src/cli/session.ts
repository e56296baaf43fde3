// A training session: runs the loop, shows what happens, saves what is to be saved, and ends well when it is interrupted.

import { type CompleteConfig, gpt2 } from '../checkpoint/gpt2.ts'
import { saveFolder } from '../checkpoint/saveFolder.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Engine } from '../engine/engine.ts'
import { wrapped } from '../inspect/lines.ts'
import type { GPT2 } from '../model/gpt2.ts'
import type { Corpus } from '../text/corpus.ts'
import type { CountLosses } from '../text/counts.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { historyFromJSON } from '../train/history.ts'
import type { TrainSettings } from '../train/settings.ts'
import { type TrainEvent, train } from '../train/train.ts'
import { count, size } from './amounts.ts'
import type { TextRecord } from './runFolder.ts'
import type { Terminal } from './terminal.ts'
import { TrainingView } from './trainingView.ts'

export interface Session {
  readonly terminal: Terminal
  readonly engine: Engine
  readonly model: GPT2
  readonly config: CompleteConfig
  readonly tokenizer: Tokenizer
  readonly corpus: Corpus
  readonly toBeat: CountLosses
  readonly settings: Partial<TrainSettings>
  readonly resume?: TrainingState
  readonly folder: string
  /** The text that is learnt from, so that the run can be taken up again. */
  readonly text: TextRecord
  /** Whether every event is printed as JSON instead of what a person would see. */
  readonly isJSON?: boolean
  /** What is to be done once before the first save: making room for it. */
  readonly beforeSaving?: () => Promise<void>
  /** What else is to be done after an event. */
  readonly after?: (event: TrainEvent) => Promise<void>
}

export interface SessionEnd {
  readonly step: number
  readonly steps: number
  readonly reason: 'finished' | 'stopped'
  readonly elapsedMs: number
  /** The last loss on unseen text. */
  readonly validation: number | undefined
}

/** Trains; Ctrl-C ends it after the step under way, and saves. Ctrl-C once more ends it at once. */
export async function runSession(session: Session): Promise<SessionEnd> {
  const { terminal, engine, model, corpus, settings, resume, folder, after, isJSON } = session
  const controller = new AbortController()
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
    terminal.note('\nStopping after this step, to save. Ctrl-C once more stops at once.')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const save = saver(session)
  let view: TrainingView | undefined
  let steps = 0
  let validation: number | undefined
  try {
    const events = train({ ...settings, engine, model, corpus, resume, signal: controller.signal, place: folder })
    for await (const event of events) {
      if (isJSON && event.kind !== 'checkpoint') terminal.print(JSON.stringify(event))
      if (event.kind === 'begin') {
        steps = event.settings.steps
        view = new TrainingView(terminal, event.settings, {
          toBeat: session.toBeat,
          validation: historyFromJSON(resume?.history).evaluations.at(-1)?.validation,
        })
        if (!isJSON) describeBegin(event, session)
      } else if (event.kind === 'step') {
        if (!isJSON) view?.step(event)
      } else if (event.kind === 'evaluation') {
        validation = event.validation
        if (!isJSON) view?.evaluation(event)
      } else if (event.kind === 'warning') terminal.note(terminal.colours.yellow(event.message))
      else if (event.kind === 'checkpoint') await save(event.state)
      else return { step: event.step, steps, reason: event.reason, elapsedMs: view?.elapsedMs ?? 0, validation }
      await after?.(event)
      view?.waits()
    }
    throw new Error('train: the run ended without saying so.')
  } finally {
    terminal.clear()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

/** Saves a state in the session's folder. */
function saver({ config, tokenizer, folder, text, beforeSaving }: Session): (state: TrainingState) => Promise<void> {
  let isFirst = true
  return async (state) => {
    if (isFirst) await beforeSaving?.()
    isFirst = false
    const settings = { ...(state.settings as object), text }
    const training = { ...state, settings }
    await saveFolder(folder, { architecture: gpt2, config, tokenizer, weights: state.weights, training })
  }
}

function describeBegin(
  { step, settings, plan }: Extract<TrainEvent, { kind: 'begin' }>,
  { engine, terminal }: Session,
): void {
  const { steps, batch, context, accumulate, rate, leastRate, warmup, seed } = settings
  const batches = accumulate === 1 ? '' : `${accumulate} times `
  const from = step === 0 ? '' : `from step ${step} on, `
  terminal.print(
    `${facts(
      [
        ['memory', `${size(plan.lasting)} that lasts (weights, optimizer), ${size(plan.passing)} while a step runs`],
        ['engine', engine.description],
        [
          'training',
          `${from}${count(steps, 'step')} of ${batches}${batch} × ${context} tokens; learning rate up to ${rate} in ${count(warmup, 'step')}, then down to ${leastRate}; seed ${seed}`,
        ],
      ],
      terminal.width,
    )}\n`,
  )
}

/** What there is to know, a name before each. */
export function facts(rows: readonly (readonly [name: string, what: string])[], width: number): string {
  const indent = 13
  return rows
    .flatMap(([name, what]) => wrapped(name.padEnd(indent) + what, width, ' '.repeat(indent)))
    .join('\n')
    .trimEnd()
}
