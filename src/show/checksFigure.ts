// Checks of a model as a figure: a row for each, with what it claims or what is wrong; the error at each layer; and which output changes
// with which token.

import type { Checks } from '../inspect/proofs/check.ts'
import type { LayerError } from '../inspect/proofs/layers.ts'
import type { Sensitivity } from '../inspect/proofs/sensitivity.ts'
import type { Check } from '../inspect/proofs/verdict.ts'
import type { Figure, Panel } from './figure.ts'
import { threeDigits } from './figureNumbers.ts'
import { visible } from './visible.ts'

/** The texts of the tokens, where somebody has a tokenizer. */
export interface CheckedWords {
  readonly tokens?: readonly string[]
  readonly source?: readonly string[]
}

/** The figure of checks: a table of them, of the errors of layers, and a grid for each text whose tokens were changed. */
export function checksFigure({ checks, layers, sensitivity }: Checks, words: CheckedWords = {}): Figure {
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length
  const [failed, idle] = [count('fail'), count('not applicable')]
  const rest = idle === 0 ? '' : ` ${idle} ${idle === 1 ? 'does' : 'do'} not apply (–).`
  return {
    title: 'Checks of a model',
    notes: [
      failed === 0 ? `All ${count('pass')} passed.${rest}` : `${failed} of ${checks.length - idle} failed.${rest}`,
      ...checks.flatMap(({ name, verdict, reason, address }) =>
        verdict === 'fail' ? [`${name}: ${reason}${address === undefined ? '' : ` (at ${address})`}`] : [],
      ),
      'A larger error than the one that passes is a fault, but for "order": there the change has to be larger, since tokens in another order should say something else.',
      'Errors are in units of the value: of logits, logits; of patterns, shares; of the definitions and the reference engine, ‖a − b‖ / ‖a‖.',
    ],
    panels: [
      checkTable(checks),
      ...[...Map.groupBy(layers, ({ against }) => against).values()].map(layerTable),
      ...sensitivity.map((each) => grid(each, words)),
    ],
  }
}

/** True for a check that passes where the change is larger than some number: of "order", where places are known. */
const isFarWanted = (verdict: Check['verdict'], largest = 0, allowed = 0): boolean =>
  largest > allowed === (verdict === 'pass')

const checkTable = (checks: readonly Check[]): Panel => ({
  kind: 'table',
  columns: [
    { name: 'check' },
    { name: 'verdict' },
    { name: 'error', align: 'right' },
    { name: 'passes', align: 'right' },
    { name: 'where' },
    { name: 'meaning' },
  ],
  rows: checks.map(({ name, verdict, largest, allowed, reason, proves, address = '' }) => [
    name,
    // The meaning says why it does not apply.
    verdict === 'not applicable' ? '–' : verdict,
    largest === undefined ? '' : threeDigits(largest),
    allowed === undefined ? '' : `${isFarWanted(verdict, largest, allowed) ? '>' : '≤'} ${threeDigits(allowed)}`,
    address,
    reason ?? proves,
  ]),
})

const layerTable = (layers: readonly LayerError[]): Panel => ({
  kind: 'table',
  title: `The largest error at each layer against the ${layers[0].against}, in units of the value`,
  columns: [
    { name: 'layer' },
    { name: 'max |a − b|', align: 'right' },
    { name: '‖a − b‖ / ‖a‖', align: 'right' },
    { name: 'where' },
  ],
  rows: layers.map(({ layer, part, largest, relative, address }) => [
    layer === undefined ? address : [...(part === undefined ? [] : [part]), `layer ${layer}`].join(' '),
    threeDigits(largest),
    threeDigits(relative),
    address,
  ]),
})

/** The change of each output with each token. */
function grid({ address, input, rows, tokens, changes }: Sensitivity, words: CheckedWords): Panel {
  const texts = input === 'source' ? words.source : words.tokens
  const named = (own: readonly string[] | undefined, place: number): string =>
    own?.[place] === undefined ? `${place}` : `${place} ${visible(own[place])}`
  return {
    kind: 'grid',
    title: `The largest change of ${address} when a token of ${input} is changed`,
    rows: { name: 'position', labels: Array.from({ length: rows }, (_, row) => named(words.tokens, row)) },
    columns: { name: 'token', labels: tokens.map((place) => named(texts, place)) },
    // Where not a bit differs there is nothing to show.
    values: changes.map((change) => (change === 0 ? Number.NaN : change)),
    unit: 'units of the value',
    scale: 'amount',
  }
}
