// The table that a curve is drawn from: a column of steps, and beside it a column for each line, with a gap where a line has no point.

import type { HeadScoresAt, RunPast } from '../../talk/runFacts.ts'

export type CurveColumn = (number | null)[]

/** The lines of a run in the order of their columns: losses of steps, and at evaluations on what is learnt from and what is held back. */
const linesOfRun = ['loss', 'training', 'validation'] as const

type Told = Pick<RunPast, 'losses' | 'evaluations'>

/** Everything that is drawn: the run, another one beside it, and a score of the heads. */
export interface Drawn {
  readonly run: Told
  readonly other?: Told | undefined
  readonly looks: readonly HeadScoresAt[]
  readonly score: string | undefined
}

/** The column of steps, three for the run, three for the other one, and one for each head. */
export function curveTable({ run, other, looks, score }: Drawn): CurveColumn[] {
  const rows = new Map<number, (number | null)[]>()
  const width = 2 * linesOfRun.length + headsIn(looks, score).length
  const at = (step: number): (number | null)[] => {
    let row = rows.get(step)
    if (!row) rows.set(step, (row = new Array<number | null>(width).fill(null)))
    return row
  }
  for (const [i, told] of [run, other].entries()) {
    const first = i * linesOfRun.length
    for (const { step, loss } of told?.losses ?? []) at(step)[first] = finite(loss)
    for (const { step, training, validation } of drawn(told?.evaluations ?? [])) {
      const row = at(step)
      row[first + 1] = finite(training)
      row[first + 2] = finite(validation)
    }
  }
  for (const { step, rows } of looks)
    for (const [i, { value }] of rows.filter((row) => row.score === score).entries())
      at(step)[2 * linesOfRun.length + i] = finite(value ?? Number.NaN)
  const steps = [...rows.keys()].sort((a, b) => a - b)
  return [steps, ...Array.from({ length: width }, (_, column) => steps.map((step) => at(step)[column]))]
}

/** The names of the heads of which there are scores: `0.1`. */
export function headsIn(looks: readonly HeadScoresAt[], score: string | undefined): string[] {
  return (looks[0]?.rows ?? [])
    .filter((row) => row.score === score)
    .map(({ layer, head, part }) => `${part === undefined ? '' : `${part} `}${layer}.${head}`)
}

/** Between the untrained model and the first evaluation losses fall steeply: a straight line from one to the other would say something else. */
const drawn = (evaluations: RunPast['evaluations']): RunPast['evaluations'] =>
  evaluations.length > 1 ? evaluations.filter(({ step }) => step > 0) : evaluations

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
