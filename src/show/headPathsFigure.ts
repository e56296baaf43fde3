// Singular directions as tokens, virtual heads, and the traces of K-composition, as panels.

import type { Direction } from '../inspect/circuits/directions.ts'
import { nameOfHead } from '../inspect/circuits/headLabels.ts'
import type { KeyTrace } from '../inspect/circuits/keyTraces.ts'
import type { VirtualHead } from '../inspect/circuits/virtualHeads.ts'
import type { Panel } from './figure.ts'
import { cellPanel, type WordOf } from './tokenTablesFigure.ts'
import { visible } from './visible.ts'

const kindNames: Readonly<Record<Direction['kind'], string>> = {
  ov: 'OV',
  up: 'MLP up',
  gate: 'MLP gate',
  down: 'MLP down',
}

/** Directions, a row each. */
export function directionPanel(found: readonly Direction[], wordOf: WordOf): Panel {
  const list = (side: Direction['top']): string => side.map(({ token }) => visible(wordOf(token))).join(' ')
  return {
    kind: 'table',
    title: 'Singular directions: the tokens that each raises most, and lowers most',
    columns: [
      { name: 'matrix' },
      { name: 'number' },
      { name: 'σ' },
      { name: 'share of Σσ²' },
      { name: 'raises' },
      { name: 'lowers' },
    ],
    rows: found.map(({ kind, part, layer, head, number, singular, share, top, bottom }) => [
      `${kindNames[kind]} ${head === undefined ? `${part === undefined ? '' : `${part} `}${layer}` : nameOfHead({ part, layer, head })}`,
      number,
      singular,
      share,
      list(top),
      list(bottom),
    ]),
  }
}

export const directionNote =
  'A direction has no sign of its own: it is turned so that the token with the largest number is raised. What an MLP reads (up, gate) has the gain of the norm before it in it.'

/** The texts that a pattern lies between. */
export interface PatternTexts {
  readonly texts?: readonly string[] | undefined
  readonly sourceTexts?: readonly string[] | undefined
}

/** Heads one after the other as one. */
export function virtualPanels(virtual: VirtualHead, wordOf: WordOf, { texts, sourceTexts }: PatternTexts): Panel[] {
  const { path, ov, ratio, baseline, matched, tokens, pattern } = virtual
  const name = path.map(nameOfHead).join(' → ')
  return [
    {
      kind: 'table',
      title: `Virtual head ${name}`,
      columns: ['‖OV‖', 'of its heads', 'chance', 'isometries', 'σ₁', 'λ', 'λ(W)'].map((each) => ({ name: each })),
      rows: [[ov.norm, ratio, baseline, matched, ov.singular[0] ?? 0, ov.positive, tokens?.positive ?? '']],
    },
    ...(tokens
      ? [cellPanel(`${name} between tokens`, ['is looked at', 'is raised'], tokens, (id) => visible(wordOf(id)))]
      : []),
    ...(pattern
      ? [
          {
            kind: 'grid' as const,
            title: `Where ${name} looks: the patterns multiplied`,
            rows: { name: 'position', labels: (texts ?? []).map(visible) },
            columns: { name: 'source', labels: (sourceTexts ?? []).map(visible) },
            values: pattern.data,
            unit: 'share',
            scale: 'share' as const,
          },
        ]
      : []),
  ]
}

/** Traces of K-composition, a bar each. */
export function tracePanel(traces: readonly KeyTrace[]): Panel {
  return {
    kind: 'bars',
    title: 'K-composition: 1 where each token looks for what followed one like itself',
    unit: 'Σλ/Σ|λ|',
    rows: traces.map(({ trace, positive, ...head }) => ({
      label: nameOfHead(head),
      value: positive,
      note: `trace ${Number(trace.toPrecision(3))}`,
    })),
  }
}
