// Causal tracing as a figure: grids of layer by position, for the stream, the MLPs and attention, of the probability that comes back.

import type { CausalTrace, TracedPart } from '../inspect/interventions/causalTrace.ts'
import type { Figure, Panel } from './figure.ts'
import { nameOfLayer } from './streamNames.ts'
import { visible } from './visible.ts'

/** The text as tokens, and the answer. */
export interface TraceWords {
  readonly tokens: readonly string[]
  readonly answer: string
}

const panelNames: Readonly<Record<TracedPart, string>> = {
  stream: 'The stream put back',
  mlp: 'What MLPs add, put back',
  attention: 'What attention adds, put back',
}

/** The figure of where a model keeps what it says of a subject. */
export function traceFigure(found: CausalTrace, words: TraceWords): Figure {
  const { clean, corrupt, corruptError, total, draws, window, rows } = found
  const best = rows.reduce((most, row) => (row.effect > most.effect ? row : most), rows[0])
  const round = (x: number): string => `${Number(x.toPrecision(3))}`
  return {
    title: `What brings ${JSON.stringify(words.answer)} back, while noise hides the subject`,
    notes: [
      `The probability of the answer: ${round(clean)}; with noise on the tokens marked *, ${round(corrupt)}${draws > 1 ? ` ± ${round(corruptError)}` : ''} over ${draws === 1 ? 'one draw' : `${draws} draws`}. The total effect: ${round(total)}.`,
      `A cell is how much of that probability comes back when the value of the run without noise is put there. Of MLPs and attention, those of ${window === 1 ? 'one layer' : `${window} layers around it`} at once.`,
      `Most comes back by ${nameOfCell(best)}, at ${JSON.stringify(words.tokens[best.position])}: ${round(best.effect)}${draws > 1 ? ` ± ${round(best.error)}` : ''}.`,
    ],
    panels: (['stream', 'mlp', 'attention'] as const).flatMap((part) => gridOf(part, found, words)),
  }
}

const nameOfCell = ({ part, layer }: { readonly part: TracedPart; readonly layer?: number }): string => {
  const state = nameOfLayer(layer)
  return part === 'stream' ? `the stream, ${state}` : `${part === 'mlp' ? 'MLPs' : 'attention'} around ${state}`
}

function gridOf(part: TracedPart, { rows, subject }: CausalTrace, { tokens }: TraceWords): Panel[] {
  const own = rows.filter((row) => row.part === part)
  if (own.length === 0) return []
  const layers = [...new Set(own.map(({ layer }) => layer))]
  return [
    {
      kind: 'grid',
      title: panelNames[part],
      rows: {
        name: part === 'stream' ? 'the stream after' : 'the middle of the window',
        labels: layers.map((layer) => nameOfLayer(layer)),
      },
      columns: {
        name: 'position',
        labels: tokens.map((token, i) => `${visible(token)}${subject.includes(i) ? '*' : ''}`),
      },
      values: own.map(({ effect }) => effect),
      unit: 'probability',
      scale: 'signed',
    },
  ]
}
