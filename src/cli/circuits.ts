// cutaway circuits: what the weights of each head say by themselves, without any text.

import { circuits } from '../inspect/circuits/circuits.ts'
import { composition } from '../inspect/circuits/composition.ts'
import type { CompositionKind } from '../inspect/circuits/overlaps.ts'
import { circuitsFigure } from '../show/circuitsFigure.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, text, whole } from './flags.ts'
import { noRun, openRun, runFlags } from './openRun.ts'

const flags = {
  layer: whole('only the heads of this layer, from 0', { least: 0 }),
  head: whole('only the heads of this number, from 0', { least: 0 }),
  composition: text('how much of what one head writes another reads, for its queries, keys or values', {
    value: 'q,k,v',
  }),
  basis: choice('the weights as they are, or with the norms before them folded in', ['raw', 'folded']),
  offset: whole('for RoPE: where a source so many places before meets the query', { least: 0 }),
  ...figureFlags,
  ...runFlags,
}

export const circuitsCommand: Command<typeof flags> = {
  name: 'circuits',
  takes: 'RUN',
  summary: 'Shows what the weights of each head say by themselves: where it looks (QK) and what it writes there (OV)',
  flags,
  about: [
    'Each circuit is a product of two small matrices that is never made. Composition stands beside what chance gives (1/√d) and what two heads reach that fit exactly (1/√r).',
  ],
  examples: [
    { line: 'cutaway circuits runs/shakespeare', does: 'lengths, singular values and signs of all heads' },
    {
      line: 'cutaway circuits runs/shakespeare --composition k',
      does: 'and which head reads by its keys what another writes',
    },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('circuits')
    if (more.length > 0)
      throw new Error(
        `circuits takes one run, but got also "${more.join(' ')}". It reads weights alone: leave texts out.`,
      )
    const kinds = kindsOf(values.composition)
    if (kinds && (values.layer !== undefined || values.head !== undefined))
      throw new Error(
        'circuits: --composition is of all pairs of heads. Leave out --layer and --head, or --composition.',
      )
    await checkFigureFlags(values, terminal)
    const run = await openRun(folder, values, terminal)
    try {
      const { model, engine } = run
      const { layer, head, basis, offset } = values
      const settings = { model, engine, basis, offset }
      const found = await circuits({
        ...settings,
        layer,
        head,
        report: (done, of) => terminal.repaint(`${done} of ${of} heads`),
      })
      const composed =
        kinds &&
        (await composition({
          ...settings,
          kinds,
          report: (done, of) => terminal.repaint(`composition: ${done} of ${of} pairs of layers`),
        }))
      terminal.clear()
      if (composed?.rows.length === 0)
        throw new Error(
          'circuits: composition needs heads in two layers, and this model has them in one. Leave out --composition.',
        )
      const facts = { run: folder, ...found, ...(composed && { composition: composed }) }
      await showFacts(terminal, values, { facts, figure: () => circuitsFigure(found, composed) })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

const kindNames: Readonly<Record<string, CompositionKind>> = { q: 'query', k: 'key', v: 'value' }

function kindsOf(given: string | undefined): CompositionKind[] | undefined {
  return given?.split(',').map((letter) => {
    const kind = kindNames[letter.trim()]
    if (kind) return kind
    throw new Error(`--composition needs q, k or v, or several with commas between, but got "${given}".`)
  })
}
