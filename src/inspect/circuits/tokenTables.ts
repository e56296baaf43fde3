// Circuits between tokens: which tokens a token raises where it is looked at (OV), and at which it looks (QK). A table of tokens × tokens is
// never whole: it is made in blocks of rows, of which the strongest cells are kept.

import type { Values } from '../../engine/engine.ts'
import { positiveShare } from './decompositions.ts'
import { Extremes } from './extremes.ts'
import { FactoredMatrix } from './factored.ts'
import { type HeadLabel, headLabel } from './headLabels.ts'
import { type Basis, type CircuitSettings, type HeadWeights, hasHeads, headWeights } from './headWeights.ts'
import { identity } from './matrix.ts'
import { eigenvaluesThrough, TokenProgram } from './tokenProgram.ts'
import {
  checkTokens,
  isSquare,
  ovThrough,
  qkThrough,
  type TokenCircuit,
  type Vocabulary,
  vocabularyOf,
} from './vocabulary.ts'

/** `direct`: W_E · W_U, what the embedding says by itself: which token follows which, in a model without blocks. */
export type TableKind = 'ov' | 'qk' | 'direct'

/** A token, and its number in a row. */
export interface TokenValue {
  readonly token: number
  readonly value: number
}

/** A row: the tokens with the largest numbers, the largest first, and those with the smallest, the smallest first. */
export interface TokenRow {
  readonly token: number
  readonly top: readonly TokenValue[]
  readonly bottom: readonly TokenValue[]
}

/** A cell: the row's token, and the column's. */
export interface TokenCell {
  readonly row: number
  readonly column: number
  readonly value: number
}

/** A circuit between tokens. */
export interface TokenTable {
  readonly kind: TableKind
  /** Of a head's circuits. */
  readonly head?: HeadLabel
  /** The addresses of the tokens' rows at both ends. */
  readonly from: string
  readonly to: string
  /** Σλ / Σ|λ| of the whole table; left out where its two ends have other tokens, and of the direct path. */
  readonly positive?: number
  /** The largest cells of the rows that were looked at, and the smallest. */
  readonly strongest: readonly TokenCell[]
  readonly weakest: readonly TokenCell[]
  /** Of the tokens that were asked for; where none was, of all, in a small vocabulary. */
  readonly rows: readonly TokenRow[]
  /** All cells, of those rows, (from, to), where they were asked for. */
  readonly values?: Values
  /** The addresses of biases that act too, and are not in the table. */
  readonly besides: readonly string[]
}

/** Tables of some heads. */
export interface TokenTables {
  readonly basis: Basis
  readonly offset?: number
  readonly tables: readonly TokenTable[]
}

/** Rows are told one by one where a vocabulary has no more tokens than this. */
const smallVocabulary = 256
/** So many multiplications are the most that are begun: some minutes. */
const mostWork = 2 ** 43

/**
 * The circuits of heads between tokens, and the direct path where no head was asked for.
 *
 * - `kinds`: those that are wanted; all if not given. `tokens`: the ids whose rows are looked at; all if not given
 * - `top`: the number of cells on each side, 10 if not given
 * - `isWhole`: true for all cells too
 *
 * Numbers are those of single precision. At most 4 million cells, 16 MiB, are held at once (twice: by the engine, and read), and besides them
 * inner × vocab for one head. Scores of QK are before they are scaled by 1/√d_k, and biases are left out.
 *
 * Throws for a head, a token or a kind that is not there, for a model that reads no tokens, and for more work than some minutes'.
 */
export async function tokenTables({
  kinds,
  tokens,
  top = 10,
  isWhole = false,
  report,
  ...settings
}: CircuitSettings & {
  readonly kinds?: readonly TableKind[] | undefined
  readonly tokens?: readonly number[] | undefined
  readonly top?: number | undefined
  readonly isWhole?: boolean | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}): Promise<TokenTables> {
  const { model, engine, basis = 'raw', offset } = settings
  const vocabulary = await vocabularyOf(model, engine, basis)
  const asked = await askedCircuits(settings, vocabulary, kinds)
  for (const { circuit } of asked) checkIds(tokens, circuit.rows.size)
  checkWork(asked, tokens)
  const program = new TokenProgram(engine)
  try {
    const tables: TokenTable[] = []
    for (const [i, { circuit, ...what }] of asked.entries()) {
      const found = await tableOf(program, circuit, { tokens, top, isWhole }, (share) =>
        report?.(i + share, asked.length),
      )
      const { rows, columns } = circuit
      const hasShare = what.kind !== 'direct' && isSquare(circuit)
      const positive = hasShare ? positiveShare(await eigenvaluesThrough(program, circuit)) : undefined
      tables.push({
        ...what,
        from: rows.address,
        to: columns.address,
        ...(positive !== undefined && { positive }),
        ...found,
      })
    }
    return { basis, ...(offset !== undefined && { offset }), tables }
  } finally {
    await program.close()
  }
}

interface Asked {
  readonly kind: TableKind
  readonly head?: HeadLabel
  readonly circuit: TokenCircuit
  readonly besides: readonly string[]
}

async function askedCircuits(
  settings: CircuitSettings,
  vocabulary: Vocabulary,
  kinds: readonly TableKind[] = ['direct', 'ov', 'qk'],
): Promise<Asked[]> {
  const all = hasHeads(settings.model) || settings.heads ? await headWeights(settings) : []
  checkTokens(vocabulary, all[0]?.query.rows)
  const asked: Asked[] = []
  const direct = settings.heads ? undefined : directPath(vocabulary)
  if (kinds.includes('direct') && direct) asked.push(direct)
  for (const head of all)
    for (const kind of ['ov', 'qk'] as const) {
      const circuit = kinds.includes(kind) && { ov: ovThrough, qk: qkThrough }[kind](vocabulary, head)
      if (circuit) asked.push({ kind, head: headLabel(head), circuit, besides: biasesOf(kind, head, vocabulary) })
    }
  if (asked.length > 0) return asked
  throw vocabulary.problem ?? new Error(`circuits: there is no ${kinds.join(' or ')} between tokens in this model.`)
}

/** W_E · W_U: what goes past all blocks. */
function directPath(vocabulary: Vocabulary): Asked | undefined {
  const { unembedding: columns, bias } = vocabulary
  const rows = vocabulary.embeddings.get('ids')
  const width = rows?.node.axes.find(({ name }) => name === 'model')?.size
  if (!rows || !columns || width === undefined) return undefined
  const matrix = new FactoredMatrix(identity(width), vocabulary.asRead(identity(width)))
  return { kind: 'direct', circuit: { rows, columns, matrix }, besides: bias === undefined ? [] : [bias] }
}

/** The addresses of the biases that a circuit leaves out. */
function biasesOf(kind: 'ov' | 'qk', { address, biases }: HeadWeights, { bias }: Vocabulary): string[] {
  const own = (kind === 'ov' ? (['value', 'output'] as const) : (['query', 'key'] as const)).filter(
    (each) => biases[each],
  )
  return [...own.map((each) => `${address}.${each}.bias`), ...(kind === 'ov' && bias !== undefined ? [bias] : [])]
}

/** The strongest cells of a circuit between tokens, among all of them. */
export async function cellsOf(
  program: TokenProgram,
  circuit: TokenCircuit,
  { top }: { readonly top: number },
): Promise<Pick<TokenTable, 'strongest' | 'weakest'>> {
  const { strongest, weakest } = await tableOf(program, circuit, { tokens: undefined, top, isWhole: false }, () => {})
  return { strongest, weakest }
}

async function tableOf(
  program: TokenProgram,
  circuit: TokenCircuit,
  { tokens, top, isWhole }: { tokens: readonly number[] | undefined; top: number; isWhole: boolean },
  report: (share: number) => void,
): Promise<Pick<TokenTable, 'strongest' | 'weakest' | 'rows' | 'values'>> {
  const { rows, columns } = circuit
  const ids = tokens ?? Array.from({ length: rows.size }, (_, id) => id)
  const all = new Extremes(top)
  const each: TokenRow[] = []
  const whole = isWhole ? new Float32Array(ids.length * columns.size) : undefined
  for await (const { from, count, data } of program.blocks(circuit, ids)) {
    report(from / ids.length)
    all.add(data, from * columns.size, 0, count * columns.size)
    whole?.set(data.subarray(0, count * columns.size), from * columns.size)
    if (tokens || rows.size <= smallVocabulary)
      for (let i = 0; i < count; i++) each.push(rowOf(ids[from + i], data, i * columns.size, columns.size, top))
  }
  const cellOf = ({ cell, value }: { cell: number; value: number }): TokenCell => ({
    row: ids[Math.floor(cell / columns.size)],
    column: cell % columns.size,
    value,
  })
  const axes = [
    { name: 'from', size: ids.length },
    { name: 'to', size: columns.size },
  ]
  return {
    strongest: all.largest.map(cellOf),
    weakest: all.smallest.map(cellOf),
    rows: each,
    ...(whole && { values: { axes, data: whole } }),
  }
}

function rowOf(token: number, data: Float32Array, from: number, length: number, top: number): TokenRow {
  const extremes = new Extremes(top)
  extremes.add(data, 0, from, from + length)
  const named = ({ cell, value }: { cell: number; value: number }): TokenValue => ({ token: cell, value })
  return { token, top: extremes.largest.map(named), bottom: extremes.smallest.map(named) }
}

function checkIds(tokens: readonly number[] | undefined, size: number): void {
  const wrong = tokens?.find((id) => !(Number.isInteger(id) && id >= 0 && id < size))
  if (wrong !== undefined)
    throw new Error(`circuits: there is no token with the id ${wrong}; the vocabulary has 0 to ${size - 1}.`)
}

function checkWork(asked: readonly Asked[], tokens: readonly number[] | undefined): void {
  const work = asked.reduce(
    (sum, { circuit: { rows, columns, matrix } }) =>
      sum + (tokens?.length ?? rows.size) * columns.size * matrix.left.columns,
    0,
  )
  if (work <= mostWork) return
  const [{ circuit }] = asked
  throw new Error(
    `circuits: ${asked.length} tables of ${circuit.rows.size.toLocaleString('en')} × ${circuit.columns.size.toLocaleString('en')} tokens would take ${work.toExponential(1)} multiplications, more than ${mostWork.toExponential(1)}. Ask for fewer heads, or for single tokens.`,
  )
}
