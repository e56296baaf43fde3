// cutaway trace: where a model keeps what it says of a subject, by noise on the subject and values put back.

import { causalTrace, checkTraceable } from '../inspect/interventions/causalTrace.ts'
import { traceFigure } from '../show/traceFigure.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { tokenText } from '../text/tokenText.ts'
import type { Command } from './command.ts'
import { type FlagValues, number, text, whole } from './flags.ts'
import { askedPosition, lookInsideText, lookingFlags, type TextInRun } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import type { Terminal } from './terminal.ts'
import { tokenOf } from './tokenWords.ts'

const { target: _, ...ownFlags } = lookingFlags

const flags = {
  subject: text('the part of the text that the noise hides', { value: '"The cat"' }),
  token: text('the answer', { value: '" x"', usual: "the model's own guess" }),
  position: whole('the position that says it, from 0, or from the end: -1', {
    usual: 'the last; the mask, where the text has one',
  }),
  noise: number('the standard deviation of the noise, in those of the token embeddings', { least: 0, otherwise: 3 }),
  draws: whole('how often noise is drawn', { least: 1, otherwise: 10 }),
  seed: whole('the seed of the noise', { least: 0, otherwise: 0 }),
  window: whole('how many layers of attention or MLPs are put back at once', { least: 1, usual: 'a fifth of all' }),
  ...ownFlags,
}

export const traceCommand: Command<typeof flags> = {
  name: 'trace',
  takes: 'RUN TEXT',
  summary: 'Shows where a model keeps what it says of a subject: noise hides it, and values are put back one by one',
  flags,
  about: [
    "Noise is added to the embeddings of the subject's tokens, several times. Then the stream of the run without noise is put back at one layer and position, or what attention or MLPs add there in a window of layers; what counts is how much of the answer's probability comes back (causal tracing, Meng et al. 2022).",
    openingHelp,
  ],
  examples: [
    {
      line: 'cutaway trace models/gpt2 "The Eiffel Tower is in the city of" --subject "The Eiffel Tower" --token " Paris"',
      does: 'where it knows that',
    },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    const settings = { values: { ...values, target: undefined }, folder, given, more, kinds }
    return lookInsideText('trace', settings, terminal, (sight) => look(values, sight, terminal))
  },
}

const kinds = ['decoder', 'masked'] as const

async function look(values: FlagValues<typeof flags>, { run, looking, ids, tokens }: TextInRun, terminal: Terminal) {
  const { tokenizer } = run
  checkTraceable(looking.model)
  if (values.subject === undefined)
    throw new Error('trace: which part of the text is the subject? Give --subject "The cat".')
  const subject = placesOfText(values.subject, ids, tokenizer)
  const { mask } = tokenizer.special
  const masked = mask === undefined ? -1 : Array.from(ids).indexOf(mask)
  const position =
    values.position === undefined && masked >= 0 ? masked : askedPosition('trace', values.position, tokens.length)
  const found = await causalTrace({
    ...looking,
    ...{ subject, position, noise: values.noise, draws: values.draws, seed: values.seed, window: values.window },
    token: values.token === undefined ? undefined : tokenOf('trace', 'token', tokenizer, values.token),
    report: (done, of) => terminal.repaint(`${done} of ${of} runs`),
  })
  const answer = tokenText(tokenizer, found.token)
  return { facts: { tokenText: answer, ...found }, figure: () => traceFigure(found, { tokens, answer }) }
}

/** The positions of the tokens that a part of the text is made of, where it stands first. Throws where it is not there. */
function placesOfText(part: string, ids: ArrayLike<number>, tokenizer: Tokenizer): number[] {
  const all = Array.from(ids)
  const wanted = part.trim()
  for (let count = 1; count <= all.length; count++)
    for (let from = 0; from + count <= all.length; from++)
      if (wanted !== '' && tokenizer.decode(all.slice(from, from + count)).trim() === wanted)
        return Array.from({ length: count }, (_, i) => from + i)
  throw new Error(
    `trace: --subject ${JSON.stringify(part)} is no part of the text that ends where tokens end. The tokens are ${all
      .slice(0, 24)
      .map((id) => JSON.stringify(tokenText(tokenizer, id)))
      .join(' ')}${all.length > 24 ? ' …' : ''}.`,
  )
}
