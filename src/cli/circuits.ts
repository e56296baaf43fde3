// cutaway circuits: what the weights of each head say by themselves, without any text.

import type { Figure } from '../show/figure.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, text, texts, toggle, whole } from './flags.ts'
import { headFlags } from './headFlags.ts'
import { cutaway, quoted } from './invocation.ts'
import { type CircuitFlags, kindsOf, lookAtCircuits, smallVocabulary } from './lookAtCircuits.ts'
import { noRun, openRun, readerOf, runFlags } from './openRun.ts'

const flags = {
  ...headFlags,
  composition: text('how much of what one head writes another reads, for its queries, keys or values', {
    value: 'q,k,v',
  }),
  tokens: toggle('which tokens a token raises where it is looked at (OV), and at which it looks (QK)'),
  token: texts('the same for this token alone', { value: '" x"' }),
  directions: whole('so many singular directions of each head and MLP, as tokens', { least: 1 }),
  virtual: text('heads one after the other, as if they were one', { value: '0.1,1.0' }),
  induction: toggle('how each head finds what followed its own token, by its keys; needs --text'),
  text: text('a text for the patterns of --virtual and --induction'),
  top: whole('how many tokens are told on each side', { least: 1, otherwise: 10 }),
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
    'Each circuit is a product of two small matrices that is never made. Composition stands beside what chance gives (1/√d) and what two heads give that match and whose singular values are all equal (1/√r). Heads with few strong directions give more, up to 1.',
    `Tables of tokens are made in blocks, of which the strongest cells are kept; up to ${smallVocabulary} tokens they are shown whole. Of a large vocabulary choose heads, or single tokens.`,
  ],
  examples: [
    { line: 'cutaway circuits runs/shakespeare', does: 'lengths, singular values and signs of all heads' },
    {
      line: 'cutaway circuits runs/shakespeare --composition k',
      does: 'and which head reads by its keys what another writes',
    },
    { line: 'cutaway circuits runs/shakespeare --tokens --head 0.1', does: 'one head, between tokens' },
    {
      line: 'cutaway circuits runs/shakespeare --virtual 0.1,1.0',
      does: 'two heads, one after the other',
    },
  ],
  async run({ values, positionals: [folder, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('circuits')
    if (more.length > 0)
      throw new Error(
        `circuits takes one run, but got also "${more.join(' ')}". It reads weights alone: leave texts out.`,
      )
    checkFlags(values)
    await checkFigureFlags(values, terminal)
    const opened = await openRun(folder, values, terminal)
    const run = readerOf(opened, 'texts')
    try {
      if (run.model.reads['ids'] === undefined)
        throw new Error(
          `circuits: ${folder} reads pictures, and circuits go from token to token. Try "${cutaway(`attribute ${quoted(folder)} picture.png`)}".`,
        )
      const { facts, figure } = await lookAtCircuits(folder, values, run, terminal)
      terminal.clear()
      const asked = { run: folder, text: values.text }
      const ofTexts = ['The heads are those of the encoder of texts: the other one reads no tokens.']
      const shown = (): Figure => {
        const made = figure()
        return run === opened ? made : { ...made, notes: [...ofTexts, ...(made.notes ?? [])] }
      }
      await showFacts(terminal, values, { asked, facts, figure: shown })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** Throws where flags ask for what does not go together: that is said before the work. */
function checkFlags({ composition, layer, head, induction, virtual, text: given }: CircuitFlags): void {
  if (kindsOf(composition) && (layer ?? head) !== undefined)
    throw new Error('circuits: --composition is of all pairs of heads. Leave out --layer and --head, or --composition.')
  if (induction && !given)
    throw new Error(
      'circuits: --induction weighs earlier heads by how much they look one place back, on a text. Give one with --text.',
    )
  if (given !== undefined && !induction && virtual === undefined)
    throw new Error('circuits: --text is for --virtual and --induction; nothing else here reads one. Leave it out.')
}
