// Flags for watching a run while it trains.

import { watchScores } from '../inspect/watch/asked.ts'
import { doublingSteps } from '../inspect/watch/steps.ts'
import type { WatchChoices } from '../runs/watch.ts'
import { type Flag, number, text, texts, whole } from './flags.ts'

export const watchFlags = {
  watch: texts('record while it trains: heads, norms, in-context, … or an address', { value: 'WHAT' }),
  watchEvery: whole('steps between two looks', { least: 1, usual: 'a fortieth of the steps' }),
  watchAt: stepsFlag('look at these steps too; doubling: at 0, 1, 2, 4, 8, …'),
  watchText: text('the text that is looked at', { usual: 'the beginning of what is held back' }),
  watchLimit: number('the most megabytes that are kept', { least: 0, usual: '100' }),
}

/** Steps, or a word for some. */
function stepsFlag(help: string): Flag<readonly number[] | undefined> {
  return {
    help,
    value: 'N,…|doubling',
    otherwise: undefined,
    read(given) {
      if (given === 'doubling') return doublingSteps(2 ** 30)
      const steps = given.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
      if (steps.every((step) => Number.isSafeInteger(step) && step >= 0)) return steps
      throw new Error(`needs whole numbers separated by commas, or "doubling", but got "${given}"`)
    },
  }
}

/** The paragraph of a help about what can be watched. */
export const watchHelp = `What can be watched (--watch, several times): ${Object.entries(watchScores)
  .map(([name, what]) => `${name} (${what})`)
  .join(
    '; ',
  )}; any address, such as "blocks.0.attention.pattern {head: 0}", its length ("norm blocks.*.output") or its mean ("mean …"). "cutaway watch RUN" shows it.`

interface WatchFlags {
  readonly watch: readonly string[]
  readonly watchEvery: number | undefined
  readonly watchAt: readonly number[] | undefined
  readonly watchText: string | undefined
  readonly watchLimit: number | undefined
}

/** The choices that flags say. Throws where they say when or on what, and nothing is watched. */
export function watchChoices(
  { watch, watchEvery, watchAt, watchText, watchLimit }: WatchFlags,
  goesOn: boolean,
): WatchChoices {
  const lonely = Object.entries({ 'watch-every': watchEvery, 'watch-at': watchAt, 'watch-text': watchText }).find(
    ([, value]) => value !== undefined,
  )
  if (lonely && watch.length === 0 && !goesOn)
    throw new Error(`--${lonely[0]} is of what is watched, but nothing is. Add --watch, or leave it out.`)
  return {
    what: watch,
    every: watchEvery,
    at: watchAt,
    text: watchText,
    ...(watchLimit !== undefined && { limit: 1e6 * watchLimit }),
  }
}
