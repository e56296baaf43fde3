// The past of a run as it is kept: what was told of it, as JSON. It may come back from a file of anybody's, so that what is not as it should
// be is left out.

import type { RunPast } from '../talk/runFacts.ts'

/** The part that is kept here: losses and evaluations are kept with the state of the training. */
export type KeptPast = Pick<RunPast, 'milestones' | 'diary' | 'heads' | 'changes'>

export const keptPast = ({ milestones, diary, heads, changes }: RunPast): KeptPast => ({
  milestones,
  diary,
  heads,
  changes,
})

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isStep = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isText = (value: unknown): value is string => typeof value === 'string'

/** The past in a file. */
export function pastFromJSON(json: unknown): KeptPast {
  const said = isFields(json) ? json : {}
  const list = <Entry>(name: string, isEntry: (entry: Fields) => boolean): Entry[] => {
    const all: unknown = said[name]
    return Array.isArray(all) ? all.filter((entry) => isFields(entry) && isStep(entry['step']) && isEntry(entry)) : []
  }
  return {
    milestones: list('milestones', isMilestone),
    diary: list(
      'diary',
      ({ prompt, text, expected, codes, expectedCodes }) =>
        isText(prompt) &&
        isText(text) &&
        (expected === undefined || isText(expected)) &&
        [codes, expectedCodes].every((list) => list === undefined || (Array.isArray(list) && list.every(isStep))),
    ),
    heads: list('heads', ({ rows }) => Array.isArray(rows) && rows.every(isRow)),
    changes: list(
      'changes',
      ({ choices }) => isFields(choices) && Object.values(choices).every((each) => isNumber(each) || isText(each)),
    ),
  }
}

function isMilestone({ kind, baseline, loss, over, since }: Fields): boolean {
  if (kind === 'by heart') return isFields(since) && isStep(since['step']) && isNumber(since['validation'])
  return (
    kind === 'passed' &&
    isNumber(loss) &&
    isNumber(over) &&
    isFields(baseline) &&
    isText(baseline['name']) &&
    isNumber(baseline['loss'])
  )
}

/** JSON has no NaN: a row that nothing could tell has null. */
const isRow = (row: unknown): boolean =>
  isFields(row) &&
  isText(row['score']) &&
  isText(row['unit']) &&
  isStep(row['step']) &&
  ['layer', 'head', 'value', 'baseline'].every(
    (name) => row[name] === undefined || row[name] === null || isNumber(row[name]),
  )
