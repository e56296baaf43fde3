// Circuits between tokens as panels: every cell as a grid where there are few tokens, the strongest cells, and the rows of single tokens.

import { nameOfHead } from '../inspect/circuits/headLabels.ts'
import type { TokenCell, TokenTable, TokenTables, TokenValue } from '../inspect/circuits/tokenTables.ts'
import type { FigurePlaces, Labels, Panel } from './figure.ts'
import { visible } from './visible.ts'

/** The word of a token, for facts that have ids. */
export type WordOf = (id: number) => string

/** The panels of token tables. `isOfRows`: rows of single tokens were asked for. */
export function tokenPanels(
  { tables }: TokenTables,
  { wordOf, isOfRows }: { readonly wordOf: WordOf; readonly isOfRows: boolean },
): Panel[] {
  return tables.flatMap((table) => {
    const title = titleOf(table)
    const shown = (id: number): string => visible(wordOf(id))
    if (isOfRows) return [rowPanel(title, table, shown)]
    return [...(table.values ? [gridOf(title, table, shown)] : []), cellPanel(title, sidesOf(table), table, shown)]
  })
}

/** The sentences below the title. */
export const tokenNotes = ({ tables }: TokenTables): string[] => {
  const besides = [
    ...new Set(tables.flatMap((table) => table.besides.map((each) => each.split('.').slice(-2).join('.')))),
  ]
  return [
    ...(tables.some(({ kind }) => kind === 'ov')
      ? ['OV: what a token adds to the logits of others where it is looked at, through W_E · OV · W_U.']
      : []),
    ...(tables.some(({ kind }) => kind === 'qk')
      ? ['QK: the score with which a token looks at others, through W_E · QK · W_Eᵀ, before it is divided by √d_k.']
      : []),
    ...(tables.some(({ kind }) => kind === 'direct')
      ? ['The direct path: what the embedding says by itself, W_E · W_U, past all blocks: which token follows which.']
      : []),
    ...(besides.length > 0 ? [`Biases are left out (${besides.join(', ')}), and so are places.`] : []),
  ]
}

function titleOf({ kind, head, positive }: TokenTable): string {
  if (!head) return 'The direct path, W_E · W_U'
  const share = positive === undefined ? '' : `: Σλ/Σ|λ| ${positive.toFixed(4)}`
  return `${kind === 'ov' ? 'OV' : 'QK'} of head ${nameOfHead(head)} between tokens${share}`
}

const sidesOf = ({ kind }: TokenTable): readonly [string, string] =>
  kind === 'qk' ? ['asks', 'is looked at'] : kind === 'ov' ? ['is looked at', 'is raised'] : ['stands here', 'follows']

function gridOf(title: string, table: TokenTable, shown: WordOf): Panel {
  const [height, width] = table.values?.axes.map(({ size }) => size) ?? [0, 0]
  const all = (count: number): number[] => Array.from({ length: count }, (_, id) => id)
  const side = (name: string, ids: readonly number[]): Labels => ({
    name,
    labels: ids.map(shown),
    places: ids.map((token) => ({ token })),
  })
  const [rows, columns] = sidesOf(table)
  return {
    kind: 'grid',
    title,
    rows: side(rows, table.rows.length === height ? table.rows.map(({ token }) => token) : all(height)),
    columns: side(columns, all(width)),
    values: table.values?.data ?? [],
    unit: table.kind === 'qk' ? 'score' : 'logit',
    scale: 'signed',
  }
}

/** The largest cells beside the smallest. */
export function cellPanel(
  title: string,
  [from, to]: readonly [string, string],
  { strongest, weakest }: Pick<TokenTable, 'strongest' | 'weakest'>,
  shown: WordOf,
): Panel {
  const cell = (one: TokenCell | undefined): (string | number)[] =>
    one ? [shown(one.row), shown(one.column), one.value] : ['', '', '']
  return {
    kind: 'table',
    title: `${title}: the strongest cells, and the most negative`,
    columns: [{ name: from }, { name: to }, { name: 'most' }, { name: from }, { name: to }, { name: 'least' }],
    places: strongest.map((one, i) => [...cellPlaces(one), ...cellPlaces(weakest[i])]),
    rows: strongest.map((one, i) => [...cell(one), ...cell(weakest[i])]),
  }
}

const cellPlaces = (one: TokenCell | undefined): FigurePlaces =>
  one ? [{ token: one.row }, { token: one.column }, undefined] : [undefined, undefined, undefined]

/** The rows of single tokens: the most of each beside the least. */
function rowPanel(title: string, table: TokenTable, shown: WordOf): Panel {
  const [from, to] = sidesOf(table)
  const cell = (one: TokenValue | undefined): (string | number)[] => (one ? [shown(one.token), one.value] : ['', ''])
  return {
    kind: 'table',
    title,
    columns: [{ name: from }, { name: to }, { name: 'most' }, { name: to }, { name: 'least' }],
    places: table.rows.flatMap(({ token, top, bottom }) =>
      top.map((one, i) => [{ token }, { token: one.token }, undefined, bottom[i] && { token: bottom[i].token }]),
    ),
    rows: table.rows.flatMap(({ token, top, bottom }) =>
      top.map((one, i) => [shown(token), ...cell(one), ...cell(bottom[i])]),
    ),
  }
}
