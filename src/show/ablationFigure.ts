// Ablation as a figure: a bar for how much the loss grows without each head and each MLP, the part that is missed most first.

import type { AblationKind, Ablations } from '../inspect/interventions/ablate.ts'
import type { Figure } from './figure.ts'
import { nameOfPart } from './streamNames.ts'

/** More parts than this are in the table and the JSON only. */
const mostBars = 60

const replacedBy: Readonly<Record<AblationKind, string>> = {
  zero: 'each replaced by 0',
  mean: 'each replaced by its mean over the text',
  resample: 'each replaced by what it is in another window of the text',
}

/** The figure of what is lost without each part. */
export function ablationFigure({ kind, isPatternHeld, windows, length, unread, loss, rows }: Ablations): Figure {
  const shown = rows.slice(0, mostBars)
  const left = unread === 0 ? '' : ` ${unread} tokens of the text stand in none of them.`
  return {
    title: `What the model loses without a head or an MLP, ${replacedBy[kind]}`,
    notes: [
      `The loss as it is: ${Number(loss.toPrecision(6))} nats per token, over ${windows === 1 ? 'one window' : `${windows} windows`} of ${length} tokens.${left}`,
      windows === 1
        ? 'A bar is how much the loss grows without the part; with one window there is no standard error.'
        : 'A bar is how much the loss grows without the part, ± the standard error over the windows.',
      ...(isPatternHeld ? ['All patterns of attention are held: every position looks where it did.'] : []),
      ...(rows.length > mostBars ? [`The bars are the first ${mostBars} of ${rows.length} parts.`] : []),
    ],
    panels: [
      {
        kind: 'bars',
        unit: 'nats per token',
        rows: shown.map((row) => ({
          label: nameOfPart(row),
          value: row.change,
          ...(windows > 1 && { error: row.error }),
        })),
      },
      {
        kind: 'table',
        title: 'The same in numbers',
        columns: [
          { name: 'without' },
          { name: 'loss', unit: 'nats' },
          { name: 'change', unit: 'nats' },
          ...(windows > 1 ? [{ name: 'standard error', unit: 'nats' }] : []),
        ],
        rows: rows.map((row) => [nameOfPart(row), row.loss, row.change, ...(windows > 1 ? [row.error] : [])]),
      },
    ],
  }
}
