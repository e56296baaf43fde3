// Checks of a model as a figure: a row for each, with what it claims or what is wrong.

import type { Check } from '../inspect/proofs/patternFaults.ts'
import type { Figure } from './figure.ts'

/** The figure of checks: a table. */
export function checksFigure(checks: readonly Check[]): Figure {
  const failed = checks.filter(({ passed }) => !passed).length
  return {
    title: 'Checks of a model',
    notes: [failed === 0 ? `All ${checks.length} passed.` : `${failed} of ${checks.length} failed.`],
    panels: [
      {
        kind: 'table',
        columns: [
          { name: 'check', align: 'left' },
          { name: 'passed', align: 'left' },
          { name: 'largest error' },
          { name: 'meaning', align: 'left' },
          { name: 'where', align: 'left' },
        ],
        rows: checks.map(({ name, passed, largest, meaning, address = '' }) => [
          name,
          passed ? 'yes' : 'no',
          largest,
          meaning,
          address,
        ]),
      },
    ],
  }
}
