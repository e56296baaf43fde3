// What was watched while a model learnt, as a figure: for every score a line for each head, part or place, over the steps; or one look,
// with its patterns and other values as grids.

import type { WatchedRow } from '../inspect/watch/watched.ts'
import type { StepLoss } from '../train/history.ts'
import type { Figure, Panel, Series } from './figure.ts'
import { lookTables, watchedLabel } from './lookTables.ts'
import { type AxisWords, valuesFigure } from './valuesFigure.ts'

/** The looks of a record, as far as they are shown, and what stands beside them. */
export interface WatchedLooks {
  readonly looks: readonly (readonly WatchedRow[])[]
  /** The losses of the steps. */
  readonly losses: readonly StepLoss[]
}

/** Lines of one panel at most; more cannot be told apart. */
const mostLines = 12

/** Titles and units of scores, in words. */
const titles: Readonly<Record<string, string>> = {
  loss: 'Loss of a batch that is held back',
  'in-context': 'In-context learning: loss late in the text less that early in it',
  'late and early': 'Loss late and early in the text',
  previous: 'Share on the token before',
  duplicate: 'Share on earlier tokens like this one',
  induction: 'Share on what followed earlier tokens like this one',
  first: 'Share on the first token',
  entropy: 'How widely heads look',
  distance: 'How far heads look',
  'composition-q': 'Composition: what an earlier head writes, read for queries',
  'composition-k': 'Composition: what an earlier head writes, read for keys',
  'composition-v': 'Composition: what an earlier head writes, read for values',
  copying: 'Copying, by weights: 1 where each token raises itself',
  'weight-norm': 'Length of the weights',
  'gradient-norm': 'Length of the gradient of a batch that is held back',
  'update-norm': 'Length of the last step',
  'update-ratio': 'Length of the last step, as a share of the weights’',
  norm: 'Length of values',
  mean: 'Mean of values',
  value: 'Values',
}

/** Scores that stand in one panel. */
const together: Readonly<Record<string, string>> = { 'late-loss': 'late and early', 'early-loss': 'late and early' }

/** The figure of all looks. */
export function watchFigure({ looks, losses }: WatchedLooks): Figure {
  const steps = looks.map(([{ step }]) => step)
  const scores = Map.groupBy(looks[0], ({ score }) => together[score] ?? score)
  const notes: string[] = []
  const cut = new Map<string, string[]>()
  const panels: Panel[] = []
  const own = lossLine(steps, losses)
  if (own) panels.push(own)
  for (const [score, rows] of scores) {
    const numbers = rows.filter(({ values }) => values === undefined)
    if (numbers.length === 0) continue
    const { shown, left } = chosenLines(numbers, score, looks)
    if (left > 0) {
      const how = `${shown.length} of ${shown.length + left} lines`
      cut.set(how, [...(cut.get(how) ?? []), titles[score] ?? score])
    }
    panels.push(linesPanel(score, steps, shown, numbers[0]))
  }
  for (const [how, of] of cut)
    notes.push(
      `${of.length === 1 ? `“${of[0]}” has` : `${of.length} of the panels have`} ${how}, those that reach farthest; filters show others, and --json all.`,
    )
  const whole = looks[0].filter(({ values }) => values !== undefined)
  if (whole.length > 0)
    notes.push(
      `${whole.map(({ address }) => address).join(', ')}: ${whole.length === 1 ? 'a value' : 'values'} of many numbers at every look; --step shows one look.`,
    )
  return { title: 'What was watched while it learnt', notes, panels }
}

/** The figure of one look: its values as grids, and its scores as tables. */
export function lookFigure(rows: readonly WatchedRow[], words: AxisWords): Figure {
  const values = new Map(rows.flatMap(({ address = '', values }) => (values ? [[address, values] as const] : [])))
  const grids = valuesFigure(values, `What was seen at step ${rows[0].step}`, words)
  return { ...grids, panels: [...grids.panels, ...lookTables(rows.filter(({ values }) => values === undefined))] }
}

interface Line extends Series {
  readonly baseline?: number | undefined
}

function linesPanel(
  score: string,
  steps: readonly number[],
  series: readonly Line[],
  { unit, baseline }: WatchedRow,
): Panel {
  const chance: Series[] = baseline === undefined ? [] : [{ label: 'chance', values: steps.map(() => baseline) }]
  return {
    kind: 'lines',
    title: titles[score] ?? score,
    unit,
    x: { name: 'step', values: steps },
    series: [...series, ...chance],
  }
}

/** The lines of a score: of norms the whole model and its larger parts, of losses at places some, and of many those that reach farthest. */
function chosenLines(
  rows: readonly WatchedRow[],
  score: string,
  looks: WatchedLooks['looks'],
): { shown: Line[]; left: number } {
  const at = new Map(looks[0].map((row, i) => [row, i]))
  const coarse = rows.filter((row) => isCoarse(row, rows))
  const lines = coarse.map((row) => ({
    label: watchedLabel(row),
    values: looks.map((look) => look[at.get(row) ?? 0].value ?? Number.NaN),
  }))
  const reach = ({ values }: Line): number =>
    Array.from(values).reduce((most, value) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value))), 0)
  const isPlaces = score === 'loss' && coarse.length > 1
  const kept = new Set(
    isPlaces
      ? lines.filter((_, i) => i === lines.length - 1 || (i & (i - 1)) === 0)
      : lines.toSorted((a, b) => reach(b) - reach(a)).slice(0, mostLines),
  )
  const shown = lines.filter((line) => kept.has(line))
  return { shown, left: rows.length - shown.length }
}

/** Where norms of tensors stand beside those of parts: the whole model, what is no block, and the parts of blocks: `blocks.0.mlp`. */
function isCoarse({ address, score }: WatchedRow, rows: readonly WatchedRow[]): boolean {
  if (rows.length <= mostLines || !/^(weight|gradient|update)-(norm|ratio)$/.test(score) || address === undefined)
    return true
  const names = address.split('.')
  const isNumber = (name: string | undefined): boolean => /^\d+$/.test(name ?? '')
  if (names.some(isNumber)) return isNumber(names.at(-2))
  return (
    names.length === 1 &&
    !rows.some((row) => row.address?.startsWith(`${address}.`) && row.address.split('.').some(isNumber))
  )
}

/** The mean loss of the steps between two looks. */
function lossLine(steps: readonly number[], losses: readonly StepLoss[]): Panel | undefined {
  const values = steps.map((step, i) => {
    const own = losses.filter((loss) => loss.step <= step && loss.step > (i === 0 ? -1 : steps[i - 1]))
    return own.length === 0 ? Number.NaN : own.reduce((sum, { loss }) => sum + loss, 0) / own.length
  })
  if (values.every(Number.isNaN)) return undefined
  return {
    kind: 'lines',
    title: 'Loss of the steps since the look before, a mean',
    unit: 'nats',
    x: { name: 'step', values: steps },
    series: [{ label: 'loss', values }],
  }
}
