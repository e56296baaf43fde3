// Two runs as a figure: the first address at which they differ, and a row for each that does.

import type { RunComparison } from '../inspect/proofs/compare.ts'
import type { Figure } from './figure.ts'

/** The figure of a comparison: a table of the addresses that differ, in the order of the forward pass. */
export function comparisonFigure({ isEqual, first, distances }: RunComparison): Figure {
  const differing = distances.filter(({ different }) => different > 0)
  const notes = isEqual
    ? [`No bit differs at any of ${distances.length} addresses.`]
    : [
        `The first difference is at ${first?.first}: a ${first?.kind}.`,
        `${differing.length} of ${distances.length} addresses differ.`,
      ]
  return {
    title: 'Two runs, in the order of the forward pass',
    notes,
    panels: isEqual
      ? []
      : [
          {
            kind: 'table',
            columns: [
              { name: 'address', align: 'left' },
              { name: 'kind', align: 'left' },
              { name: 'cells' },
              { name: 'different' },
              { name: 'max |a − b|' },
              { name: '‖a − b‖ / ‖a‖' },
            ],
            rows: differing.map(({ address, kind, cells, different, largest, relative }) => [
              address,
              kind,
              cells,
              different,
              largest,
              relative,
            ]),
          },
        ],
  }
}
