// cutaway patch: what values of one text do to what the model says of another.

import { patchParts } from '../inspect/interventions/patchParts.ts'
import { patchingFigure } from '../show/patchingFigure.ts'
import type { Command } from './command.ts'
import { type FlagValues, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { askedPosition, lookInside, lookingFlags, type TextInRun, tokenOf, tokenTexts } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import type { Terminal } from './terminal.ts'
import { textInputs } from './textInputs.ts'

const { target: _, ...ownFlags } = lookingFlags

const flags = {
  token: text('the token whose logit is looked at', { value: '" x"' }),
  against: text('a token whose logit is taken away from it', { value: '" y"' }),
  position: whole('the position that says what comes next, from 0, or from the end: -1', { usual: 'the last' }),
  noising: toggle('patch values of the corrupt text into the clean one, rather than the other way'),
  ...ownFlags,
}

export const patchCommand: Command<typeof flags> = {
  name: 'patch',
  takes: 'RUN CLEAN CORRUPT',
  summary: 'Shows where a model keeps what two texts differ in: values of the clean text, put into the corrupt one',
  flags,
  about: [
    'Both texts have as many tokens, and the same things at the same places. One value after the other is taken from the clean text: the stream at each position after each block, then each head and each MLP. The share says how far the logit, or the difference of two, goes from that of the corrupt text to that of the clean one.',
    'Beside it stands an estimate by one gradient, which is good where values change little.',
    openingHelp,
  ],
  examples: [
    {
      line: 'cutaway patch runs/shakespeare "Romeo loves" "Paris loves" --token " " --against "s"',
      does: 'a difference of two logits',
    },
  ],
  async run({ values, positionals: [folder, clean, corrupt, ...more] }, terminal) {
    if (folder !== undefined && clean !== undefined && !corrupt)
      throw new Error(
        `patch needs two texts: ${cutaway(`patch ${quoted(folder)} ${quoted(clean)} "another text" --token " x"`)}.`,
      )
    if (more.length > 0)
      throw new Error(`patch takes two texts, but got also "${more.join(' ')}". Put each text in quotes.`)
    return lookInside(
      'patch',
      { values: { ...values, target: undefined }, folder, given: clean, kinds: ['decoder'] },
      terminal,
      (sight) => look(values, sight, { folder: folder ?? '', corrupt: corrupt ?? '' }, terminal),
    )
  },
}

async function look(
  values: FlagValues<typeof flags>,
  { run, looking, ids, tokens }: TextInRun,
  { folder, corrupt: given }: { readonly folder: string; readonly corrupt: string },
  terminal: Terminal,
) {
  const { model, tokenizer } = run
  if (model.kind !== 'decoder') throw new Error('patch: it is for models that write on (decoders). Give another run.')
  if (values.token === undefined)
    throw new Error('patch: which logit is looked at? Give --token " x", and --against " y" for a difference.')
  const token = tokenOf('patch', 'token', tokenizer, values.token)
  const against = values.against === undefined ? undefined : tokenOf('patch', 'against', tokenizer, values.against)
  const position = askedPosition('patch', values.position, tokens.length)
  const special = !values.noSpecial
  const corrupt = await textInputs('patch', folder, run, terminal, { given, target: undefined, special })
  const corruptTokens = tokenTexts(tokenizer, corrupt.ids)
  checkTexts(ids, corrupt.ids, tokens, corruptTokens)
  const { inputs, ...rest } = looking
  const found = await patchParts({
    ...rest,
    pairs: [{ clean: inputs, corrupt: { ...corrupt } }],
    metric: { token, against, position },
    direction: values.noising ? 'noising' : 'denoising',
    hasEstimate: true,
    report: (done, of) => terminal.repaint(`${done} of ${of} patches`),
  })
  const wordOf = (id: number): string => JSON.stringify(tokenizer.piece(id))
  const metric =
    against === undefined
      ? `the logit of ${wordOf(token)}`
      : `the logit of ${wordOf(token)} less that of ${wordOf(against)}`
  return {
    facts: {
      corruptText: given,
      corruptTokens,
      metric: { token, ...(against !== undefined && { against }), position, text: metric },
      ...found,
    },
    figure: () => patchingFigure(found, { tokens, corrupt: corruptTokens, metric }),
  }
}

/** Throws for texts of other lengths, saying where they part, and for two that are the same. */
function checkTexts(
  clean: ArrayLike<number>,
  corrupt: ArrayLike<number>,
  cleanTokens: readonly string[],
  corruptTokens: readonly string[],
): void {
  const first = Array.from(clean).findIndex((id, i) => id !== corrupt[i])
  if (clean.length === corrupt.length) {
    if (first >= 0) return
    throw new Error(
      'patch: both texts have the same tokens, so that no patch can change anything. Give two that differ.',
    )
  }
  const at = first < 0 ? clean.length : first
  const said = (tokens: readonly string[]): string => (at < tokens.length ? JSON.stringify(tokens[at]) : 'its end')
  throw new Error(
    `patch: the clean text has ${clean.length} tokens, the corrupt one ${corrupt.length}. The first that does not line up is token ${at}: ${said(cleanTokens)} in the clean one, ${said(corruptTokens)} in the corrupt one. Give texts of as many tokens.`,
  )
}
