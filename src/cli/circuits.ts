// cutaway circuits: what the weights of each head say by themselves, without any text.

import { circuits } from '../inspect/circuits/circuits.ts'
import { composition } from '../inspect/circuits/composition.ts'
import type { CompositionKind } from '../inspect/circuits/overlaps.ts'
import { type TokenTables, tokenTables } from '../inspect/circuits/tokenTables.ts'
import { circuitsFigure } from '../show/circuitsFigure.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, type FlagValues, text, texts, toggle, whole } from './flags.ts'
import { chosenHeads, headFlags } from './headFlags.ts'
import { type Found, tokenOf } from './lookInside.ts'
import { noRun, type OpenRun, openRun, runFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  ...headFlags,
  composition: text('how much of what one head writes another reads, for its queries, keys or values', {
    value: 'q,k,v',
  }),
  tokens: toggle('which tokens a token raises where it is looked at (OV), and at which it looks (QK)'),
  token: texts('the same for this token alone', { value: '" x"' }),
  top: whole('how many tokens are told on each side', { least: 1, otherwise: 10 }),
  basis: choice('the weights as they are, or with the norms before them folded in', ['raw', 'folded']),
  offset: whole('for RoPE: where a source so many places before meets the query', { least: 0 }),
  ...figureFlags,
  ...runFlags,
}

/** Vocabularies up to this are shown whole. */
const smallVocabulary = 100

export const circuitsCommand: Command<typeof flags> = {
  name: 'circuits',
  takes: 'RUN',
  summary: 'Shows what the weights of each head say by themselves: where it looks (QK) and what it writes there (OV)',
  flags,
  about: [
    'Each circuit is a product of two small matrices that is never made. Composition stands beside what chance gives (1/√d) and what two heads reach that fit exactly (1/√r).',
    `Tables of tokens are made in blocks, of which the strongest cells are kept; up to ${smallVocabulary} tokens they are shown whole. Of a large vocabulary choose heads, or single tokens.`,
  ],
  examples: [
    { line: 'cutaway circuits runs/shakespeare', does: 'lengths, singular values and signs of all heads' },
    {
      line: 'cutaway circuits runs/shakespeare --composition k',
      does: 'and which head reads by its keys what another writes',
    },
    { line: 'cutaway circuits runs/shakespeare --tokens --head 0.1', does: 'one head, between tokens' },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('circuits')
    if (more.length > 0)
      throw new Error(
        `circuits takes one run, but got also "${more.join(' ')}". It reads weights alone: leave texts out.`,
      )
    checkFlags(values)
    await checkFigureFlags(values, terminal)
    const run = await openRun(folder, values, terminal)
    try {
      const { facts, figure } = await look(values, run, terminal)
      terminal.clear()
      await showFacts(terminal, values, { facts: { run: folder, ...facts }, figure })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

function checkFlags({ composition, layer, head }: FlagValues<typeof flags>): void {
  if (kindsOf(composition) && (layer ?? head) !== undefined)
    throw new Error('circuits: --composition is of all pairs of heads. Leave out --layer and --head, or --composition.')
}

async function look(
  values: FlagValues<typeof flags>,
  { model, engine, tokenizer }: OpenRun,
  terminal: Terminal,
): Promise<Found> {
  const { basis, offset, top } = values
  const all = { model, engine, basis, offset }
  const settings = { ...all, heads: chosenHeads(values) }
  const ids = values.token.map((one) => tokenOf('circuits', 'token', tokenizer, one))
  const found = await circuits({ ...settings, report: telling(terminal, 'heads') })
  const kinds = kindsOf(values.composition)
  const composed = kinds && (await composition({ ...all, kinds, report: telling(terminal, 'composition: tiles') }))
  if (composed?.rows.length === 0)
    throw new Error(
      'circuits: composition needs heads in two layers, and this model has them in one. Leave out --composition.',
    )
  const isAsked = values.tokens || ids.length > 0
  const tokens =
    isAsked &&
    (await tokenTables({
      ...settings,
      top,
      ...(ids.length > 0 ? { tokens: ids } : { isWhole: tokenizer.size <= smallVocabulary }),
      report: (done, of) => terminal.repaint(`tokens: ${done.toFixed(1)} of ${of} tables`),
    }))
  const wordOf = (id: number): string => tokenizer.piece(id)
  return {
    facts: {
      ...found,
      ...(composed && { composition: composed }),
      ...(tokens && { tokenTables: tokens.tables, words: wordsOf(tokens, wordOf) }),
    },
    figure: () =>
      circuitsFigure(found, {
        composition: composed,
        ...(tokens && { tokens, wordOf, isOfRows: ids.length > 0 }),
      }),
  }
}

const telling =
  (terminal: Terminal, what: string) =>
  (done: number, of: number): void =>
    terminal.repaint(`${done} of ${of} ${what}`)

/** The words of all ids that tables name. */
function wordsOf({ tables }: TokenTables, wordOf: (id: number) => string): Record<number, string> {
  const ids = tables.flatMap(({ strongest, weakest, rows }) => [
    ...[...strongest, ...weakest].flatMap(({ row, column }) => [row, column]),
    ...rows.flatMap(({ token, top, bottom }) => [token, ...[...top, ...bottom].map((each) => each.token)]),
  ])
  return Object.fromEntries([...new Set(ids)].map((id) => [id, wordOf(id)]))
}

const kindNames: Readonly<Record<string, CompositionKind>> = { q: 'query', k: 'key', v: 'value' }

function kindsOf(given: string | undefined): CompositionKind[] | undefined {
  return given?.split(',').map((letter) => {
    const kind = kindNames[letter.trim()]
    if (kind) return kind
    throw new Error(`--composition needs q, k or v, or several with commas between, but got "${given}".`)
  })
}
