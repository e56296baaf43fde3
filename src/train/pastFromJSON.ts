// The past of a run that goes on, as its checkpoint has it: settings and history, which are JSON and may be damaged.

import { checkIsObject, kindOf } from '../text/json.ts'
import type { StepLoss, TrainingHistory } from './history.ts'
import type { Evaluation } from './overfitting.ts'
import { type ScheduleName, schedules } from './schedule.ts'
import { small, type TrainSettings } from './settings.ts'

/**
 * The settings that a checkpoint brings, as far as they are ours. Throws for one that is no number, or no schedule: with
 * another in its place the run would silently go on as another one.
 */
export function settingsFromJSON(json: unknown): Partial<TrainSettings> {
  checkIsObject(json, 'settings')
  const known = Object.entries(small.training).filter(([name]) => json[name] !== undefined)
  return Object.fromEntries(
    known.map(([name, usual]) => [name, typeof usual === 'number' ? numberIn(json, name) : scheduleIn(json, name)]),
  )
}

function numberIn(json: Readonly<Record<string, unknown>>, name: string): number {
  const value = json[name]
  if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value
  throw new Error(`settings: ${name} is ${kindOf(value)}. Give a number.`)
}

function scheduleIn(json: Readonly<Record<string, unknown>>, name: string): ScheduleName {
  const found = schedules.find((schedule) => schedule === json[name])
  if (found !== undefined) return found
  throw new Error(
    `settings: ${name} is ${JSON.stringify(json[name])}. It is one of ${schedules.join(', ')}; start the training anew.`,
  )
}

/**
 * The history that a checkpoint brings. A loss that was not finite stands there as null, and is left out.
 *
 * Throws for one that is damaged.
 */
export function historyFromJSON(json: unknown): TrainingHistory {
  if (json === undefined || json === null) return { evaluations: [], losses: [] }
  checkIsObject(json, 'history')
  const { evaluations, losses } = json
  return {
    evaluations: records(evaluations, 'evaluations', ['step', 'training', 'validation']) as readonly Evaluation[],
    losses: records(losses, 'losses', ['step', 'loss']) as readonly StepLoss[],
  }
}

function records(list: unknown, place: string, names: readonly string[]): readonly object[] {
  if (list === undefined) return []
  const wrong = (found: unknown): Error =>
    new Error(
      `history: ${place}: ${kindOf(found)} stands there. The training state is damaged; start the training anew.`,
    )
  if (!Array.isArray(list)) throw wrong(list)
  return list.filter((value: unknown) => {
    if (typeof value !== 'object' || value === null) throw wrong(value)
    const numbers = names.map((name) => (value as Readonly<Record<string, unknown>>)[name])
    const strange = numbers.find((number) => typeof number !== 'number' && number !== null)
    if (strange !== undefined || numbers.includes(undefined)) throw wrong(strange)
    return !numbers.includes(null)
  })
}
