// Two runs as a figure: the first address at which they differ, and a row for each that does.

import type { Distance, RunComparison, Unlike } from '../inspect/proofs/compare.ts'
import type { Folded } from '../inspect/proofs/foldedModel.ts'
import type { FoldingStep } from '../inspect/proofs/folding.ts'
import { grouped } from './amounts.ts'
import type { Figure, Panel } from './figure.ts'
import { threeDigits } from './figureNumbers.ts'

/**
 * The figure of a comparison: a table of the addresses that differ, in the order of the forward pass.
 *
 * - `folded`: the steps by which the weights of the second run were folded
 */
export function comparisonFigure(
  { isEqual, first, distances, unlike }: RunComparison,
  folded?: Pick<Folded, 'steps' | 'isUntied'>,
): Figure {
  const differing = distances.filter(({ different }) => different > 0)
  const said = distances.find(({ kind }) => kind === 'ln p')
  const notes = [
    first
      ? `The first difference is at ${first.first}: a ${first.kind}. ${differing.length} of ${distances.length} addresses differ.`
      : `No bit differs at any of ${distances.length} addresses.`,
    ...(first
      ? ['Differences of up to some 1e-6 of a value (‖a−b‖/‖a‖) are rounding: the same sums, taken in another order.']
      : []),
    ...(said && !isEqual ? [likelihoodsSaid(said)] : []),
    ...nanSaid(distances),
    ...(folded ? foldedSaid(folded) : []),
    ...unlikeSaid(unlike),
  ]
  return {
    title: 'Two runs, in the order of the forward pass',
    notes,
    panels: differing.length === 0 ? [] : [table(differing)],
  }
}

/** The sentence that says how far ln p of what comes next is apart, where it is a number. */
function likelihoodsSaid({ largest, nan = 0, cells }: Distance): string {
  if (nan === cells) return 'What comes next: ln p is NaN in both.'
  const apart = Number.isFinite(largest)
    ? `ln p differs by ${largest.toPrecision(3)} nats at most`
    : 'ln p is a number in one of them where it is none in the other'
  return `What comes next: ${apart}${nan === 0 ? '' : `; ${nan} of ${cells} are NaN in both`}.`
}

/** The numbers that are NaN in both runs, which no comparison tells apart. */
function nanSaid(distances: readonly Distance[]): string[] {
  const ill = distances.filter(({ nan = 0 }) => nan > 0)
  if (ill.length === 0) return []
  const count = ill.reduce((sum, { nan = 0 }) => sum + nan, 0)
  return [
    `In both runs ${count === 1 ? 'one number is' : `${count} numbers are`} NaN, at ${ill.length === 1 ? 'one address' : `${ill.length} addresses, first at`} ${ill[0].address}. The weights may be damaged.`,
  ]
}

const stepNames: Readonly<Record<FoldingStep, string>> = {
  norms: 'norms into what reads them',
  valueBiases: 'value biases into output biases',
  writers: 'centred writing weights',
  unembedding: 'centred unembedding',
}

const foldedSaid = ({ steps, isUntied }: Pick<Folded, 'steps' | 'isUntied'>): string[] => [
  `The second is folded: ${steps
    .map(
      ({ step, weights, reason }) =>
        `${stepNames[step]} (${reason ?? (weights === 1 ? 'one weight' : `${weights} weights`)})`,
    )
    .join('; ')}.`,
  ...(isUntied
    ? [
        'Its unembedding was the token embedding; folded, the two differ, and unembedding.weight has numbers of its own.',
      ]
    : []),
]

const unlikeSaid = (unlike: readonly Unlike[]): string[] =>
  unlike.length === 0
    ? []
    : [
        `${unlike.length === 1 ? 'One address is' : `${unlike.length} addresses are`} not compared, for their shapes: ${unlike[0].address} is ${unlike[0].a ?? 'missing'} in the first and ${unlike[0].b ?? 'missing'} in the second${unlike.length === 1 ? '' : ', and so on'}.`,
      ]

const table = (differing: RunComparison['distances']): Panel => ({
  kind: 'table',
  columns: [
    { name: 'address' },
    { name: 'kind' },
    { name: 'different', align: 'right' },
    { name: 'max |a−b|', align: 'right' },
    { name: '‖a−b‖/‖a‖', align: 'right' },
  ],
  rows: differing.map(({ address, kind, cells, different, largest, relative }) => [
    address,
    kind,
    `${grouped(different)} of ${grouped(cells)}`,
    threeDigits(largest),
    threeDigits(relative),
  ]),
})
