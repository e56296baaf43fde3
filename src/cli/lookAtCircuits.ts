// The work of cutaway circuits: each thing that is asked for, and all of them as facts and as a figure.

import { circuits } from '../inspect/circuits/circuits.ts'
import { composition } from '../inspect/circuits/composition.ts'
import { type Direction, directions } from '../inspect/circuits/directions.ts'
import type { HeadChoice } from '../inspect/circuits/headLabels.ts'
import type { CircuitSettings } from '../inspect/circuits/headWeights.ts'
import { type KeyTrace, keyTraces, type PreviousScore } from '../inspect/circuits/keyTraces.ts'
import type { CompositionKind } from '../inspect/circuits/overlaps.ts'
import { type TokenTables, tokenTables } from '../inspect/circuits/tokenTables.ts'
import { type VirtualHead, virtualHead } from '../inspect/circuits/virtualHeads.ts'
import { scorerOf } from '../inspect/heads/scores.ts'
import { eachPattern } from '../inspect/pattern.ts'
import { circuitsFigure } from '../show/circuitsFigure.ts'
import { tokenText } from '../text/tokenText.ts'
import { chosenHeads, headsFrom } from './headFlags.ts'
import type { Found } from './lookInside.ts'
import type { OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { textInputs } from './textInputs.ts'
import { tokenOf, tokenTexts } from './tokenWords.ts'

export interface CircuitFlags {
  readonly layer: readonly number[] | undefined
  readonly head: readonly HeadChoice[] | undefined
  readonly composition: string | undefined
  readonly tokens: boolean
  readonly token: readonly string[]
  readonly directions: number | undefined
  readonly virtual: string | undefined
  readonly induction: boolean
  readonly text: string | undefined
  readonly top: number | undefined
  readonly basis: 'raw' | 'folded' | undefined
  readonly offset: number | undefined
}

/** Vocabularies up to this are shown whole. */
export const smallVocabulary = 100

/** Everything that the flags ask for. */
export async function lookAtCircuits(
  folder: string,
  values: CircuitFlags,
  run: OpenRun,
  terminal: Terminal,
): Promise<Found> {
  const { model, engine, tokenizer } = run
  const { basis, offset, top } = values
  const all = { model, engine, basis, offset }
  const settings = { ...all, heads: chosenHeads(values) }
  const path = values.virtual === undefined ? undefined : pathOf(values.virtual)
  const ids = values.token.map((one) => tokenOf('circuits', 'token', tokenizer, one))
  const inputs =
    values.text === undefined
      ? undefined
      : await textInputs('circuits', folder, run, terminal, { given: values.text, target: undefined, special: true })
  const found = await circuits({ ...settings, report: telling(terminal, 'heads') })
  const kinds = kindsOf(values.composition)
  const composed = kinds && (await composition({ ...all, kinds, report: telling(terminal, 'tiles of composition') }))
  if (composed?.rows.length === 0)
    throw new Error(
      'circuits: composition needs heads in two layers, and this model has them in one. Leave out --composition.',
    )
  const tokens = await tablesOf(values, settings, ids, tokenizer.size, terminal)
  const { directions: count } = values
  const along = count && (await directions({ ...settings, count, top, report: telling(terminal, 'matrices') }))
  const virtual = path && (await virtualHead({ model, engine, basis, path, top, inputs: inputs && { ...inputs } }))
  const previous = values.induction && inputs ? await previousScores(all, inputs) : undefined
  const traces =
    previous && (await keyTraces({ ...settings, previous, report: telling(terminal, 'heads, by their keys') }))
  const wordOf = (id: number): string => tokenText(tokenizer, id)
  const further = {
    ...(composed && { composition: composed }),
    ...(tokens && { tokens }),
    ...(along && { directions: along }),
    ...(virtual && { virtual }),
    ...(traces && { traces }),
  }
  const texts = inputs && textsOf(run, inputs)
  const { tokens: tables, ...rest } = further
  return {
    facts: {
      ...found,
      ...rest,
      ...(tables && { tokenTables: tables.tables }),
      ...(previous && { previous }),
      ...texts,
      words: wordsOf(further, wordOf),
    },
    figure: () => circuitsFigure(found, { ...further, wordOf, isOfRows: ids.length > 0, ...texts }),
  }
}

async function tablesOf(
  { tokens, top }: CircuitFlags,
  settings: CircuitSettings,
  ids: readonly number[],
  size: number,
  terminal: Terminal,
): Promise<TokenTables | undefined> {
  if (!tokens && ids.length === 0) return undefined
  return tokenTables({
    ...settings,
    top,
    ...(ids.length > 0 ? { tokens: ids } : { isWhole: size <= smallVocabulary }),
    report: (done, of) => terminal.repaint(`${done.toFixed(1)} of ${of} tables of tokens`),
  })
}

/** The shares that heads give to the place before, on a text. */
async function previousScores(
  { model, engine }: CircuitSettings,
  inputs: { readonly ids: ArrayLike<number>; readonly source?: ArrayLike<number> },
): Promise<PreviousScore[]> {
  const scores: PreviousScore[] = []
  const of = { text: scorerOf(inputs.ids), source: scorerOf(inputs.source ?? inputs.ids) }
  for await (const pattern of eachPattern({ model, engine, inputs: { ...inputs } })) {
    if (pattern.part === 'cross') continue
    const scored = pattern.part === 'encoder' ? of.source : of.text
    const address = pattern.address.replace(/\.pattern$/, '')
    scores.push({ address, head: pattern.head, previous: scored(pattern).previous ?? 0 })
  }
  return scores
}

function textsOf(
  { tokenizer }: OpenRun,
  { ids, source }: { readonly ids: ArrayLike<number>; readonly source?: ArrayLike<number> },
) {
  const texts = tokenTexts(tokenizer, ids)
  return { texts, sourceTexts: source ? tokenTexts(tokenizer, source) : texts }
}

const telling =
  (terminal: Terminal, what: string) =>
  (done: number, of: number): void =>
    terminal.repaint(`${done} of ${of} ${what}`)

interface Further {
  readonly tokens?: TokenTables
  readonly directions?: readonly Direction[]
  readonly virtual?: VirtualHead
  readonly traces?: readonly KeyTrace[]
}

/** The words of all ids that the facts name. */
function wordsOf(
  { tokens, directions: along = [], virtual }: Further,
  wordOf: (id: number) => string,
): Record<number, string> {
  const rows = [...(tokens?.tables ?? []).flatMap((table) => table.rows), ...along]
  const cells = [...(tokens?.tables ?? []), ...(virtual?.tokens ? [virtual.tokens] : [])].flatMap(
    ({ strongest, weakest }) => [...strongest, ...weakest],
  )
  const ids = [
    ...cells.flatMap(({ row, column }) => [row, column]),
    ...rows.flatMap(({ top, bottom }) => [...top, ...bottom].map(({ token }) => token)),
    ...(tokens?.tables ?? []).flatMap((table) => table.rows.map(({ token }) => token)),
  ]
  return Object.fromEntries([...new Set(ids)].map((id) => [id, wordOf(id)]))
}

function pathOf(given: string): HeadChoice[] {
  try {
    return headsFrom(given)
  } catch (error) {
    throw new Error(`--virtual ${error instanceof Error ? error.message : error}.`)
  }
}

const kindNames: Readonly<Record<string, CompositionKind>> = { q: 'query', k: 'key', v: 'value' }

/** The kinds of composition that a text names. */
export function kindsOf(given: string | undefined): CompositionKind[] | undefined {
  return given?.split(',').map((letter) => {
    const kind = kindNames[letter.trim()]
    if (kind) return kind
    throw new Error(`--composition needs q, k or v, or several with commas between, but got "${given}".`)
  })
}
