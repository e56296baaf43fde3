// cutaway journey: the way of one token through the model, or the few parts that mattered most for what comes next.

import { type Journeyed, type JourneyQuestion, journey } from '../inspect/journey/journeys.ts'
import { journeyPair } from '../inspect/journey/parting.ts'
import type { InputValues } from '../model/inputValues.ts'
import { journeyFigure, journeyPairFigure } from '../show/journeyFigure.ts'
import { type JourneyWords, shortSentence, stepNote, stepSentence } from '../show/journeyText.ts'
import type { Command } from './command.ts'
import { type FlagValues, number, path, text, toggle, whole } from './flags.ts'
import { askedPosition, type ExampleInRun, type Found, lookInside, lookingFlags, usualPosition } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { type OpenRun, openRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { namesRead, textInputs } from './textInputs.ts'
import { tokenTexts } from './tokenWords.ts'

const flags = {
  position: whole('the token whose way it is, from 0, or from the end: -1', { usual: 'the last' }),
  full: toggle('every step, not only the parts that mattered most'),
  token: text('the token whose logit is followed', { value: '" x"', usual: "the model's own guess" }),
  against: text('why not this token: its logit is taken away', { value: '" y"' }),
  parts: whole('how many parts are told', { least: 1, usual: '5' }),
  temperature: number('the divisor of the logits before one token is drawn', { least: 0, usual: '1' }),
  seed: whole('where the draw begins', { least: 0, usual: '0' }),
  with: text(
    'another text of the same length, another picture or another recording: both ways side by side, until they part',
    {
      value: 'TEXT',
    },
  ),
  withPosition: whole('another token: both ways side by side, until they part'),
  withRun: path('another run, such as an earlier checkpoint: both ways side by side, until they part', {
    value: 'RUN',
  }),
  threshold: number('the distance from which on two values count as apart', { least: 0, usual: '0.1' }),
  ...lookingFlags,
}

type Values = FlagValues<typeof flags>

export const journeyCommand: Command<typeof flags> = {
  name: 'journey',
  takes: 'RUN TEXT',
  summary:
    'Follows one token through the model: which parts mattered most for what comes next, or every step of its way',
  flags,
  about: [
    "The steps are those of the token's own stream, read off the graph of any model: its row, its place; in each block what it asks, who answers, what they bring, which hidden units fire; at last the logits and the draw. After each step stands what the model would say if it stopped there.",
    'Where attention looks says where, not why. An effect is what a part adds to the logit itself; of models whose logit is no sum of a part it is by how much the lens changes.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway journey runs/shakespeare "To be, or not"', does: 'the five parts that mattered most' },
    { line: 'cutaway journey runs/shakespeare "To be, or not" --against ","', does: 'why not a comma' },
    { line: 'cutaway journey runs/shakespeare "To be, or not" --full', does: 'every step' },
    {
      line: 'cutaway journey runs/shakespeare "To be, or not" --with "To see, or no"',
      does: 'where the ways of two texts part',
    },
  ],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    if (values.threshold !== undefined && !isPair(values))
      throw new Error(
        'journey: --threshold says when two ways are apart, but there is only one. Give --with "another text", --with-position N or --with-run RUN too.',
      )
    return lookInside('journey', { values, folder, given, more }, terminal, (sight) =>
      look(values, sight, { folder: folder ?? '', terminal }),
    )
  },
}

/** True where two ways are asked for. */
const isPair = (values: Values): boolean =>
  values.with !== undefined || values.withPosition !== undefined || values.withRun !== undefined

async function look(
  values: Values,
  sight: ExampleInRun,
  { folder, terminal }: { readonly folder: string; readonly terminal: Terminal },
): Promise<Found> {
  const { run, looking, tokens, source, answers } = sight
  const { wordOf } = answers
  const idOf = (flag: 'token' | 'against'): number | undefined => {
    const given = values[flag]
    return given === undefined ? undefined : answers.idOf('journey', flag, given)
  }
  const position = askedPosition('journey', values.position, tokens.length, usualPosition(sight))
  const { temperature = 1, seed = 0, parts } = values
  const question: JourneyQuestion = {
    position,
    token: idOf('token'),
    against: idOf('against'),
    parts,
    sample: { temperature, seed },
  }
  const words: JourneyWords = {
    tokens,
    ...(source && { source }),
    wordOf,
    kind: run.model.kind,
    isNamedByWritten: run.codec !== undefined,
  }
  if (!isPair(values)) {
    const found = await journey({ ...looking, ...question })
    return {
      facts: factsOf(found, words),
      figure: () => journeyFigure(found, words, { isFull: values.full }),
    }
  }
  const other = await otherText(values, sight, { folder, terminal })
  const otherPosition =
    values.withPosition === undefined
      ? position
      : askedPosition('journey', values.withPosition, other.words.tokens.length)
  const second = await otherRun(values, other.inputs, other.words, terminal)
  try {
    const { model, engine } = second ?? looking
    const pair = await journeyPair({
      a: { ...looking, ...question },
      b: { ...looking, model, engine, inputs: other.inputs, ...question, position: otherPosition },
      threshold: values.threshold,
    })
    const { a, b, ...parting } = pair
    return {
      facts: { ...parting, a: factsOf(a, words), b: { tokens: other.words.tokens, ...factsOf(b, other.words) } },
      figure: () => journeyPairFigure(pair, [words, other.words]),
    }
  } finally {
    second?.engine.close()
  }
}

/** The other run, if one is asked for. Throws for one to which the ids are other tokens. */
async function otherRun(
  values: Values,
  inputs: InputValues,
  { tokens, source = [] }: JourneyWords,
  terminal: Terminal,
): Promise<OpenRun | undefined> {
  const folder = values.withRun
  if (folder === undefined) return undefined
  if (inputs['ids'] === undefined)
    throw new Error('journey: --with-run is for runs that read texts. Leave it out, or give --with another picture.')
  const run = await openRun(folder, values, terminal)
  const own = await namesRead(run, { ids: inputs['ids'], source: inputs['source'] })
  const read = [...(own.source ?? []), ...own.tokens]
  if (read.join('\0') === [...source, ...tokens].join('\0')) return run
  run.engine.close()
  throw new Error(
    `journey: --with-run ${folder}: its tokens are others than those of the first run. Give a run with the same tokenizer.`,
  )
}

/** The other text as the model reads it; the same where only another place is asked for. A translator writes the same target for it. */
async function otherText(
  values: Values,
  { run, looking, tokens, source, answers, readOther }: ExampleInRun,
  { folder, terminal }: { readonly folder: string; readonly terminal: Terminal },
): Promise<{ readonly inputs: InputValues; readonly words: JourneyWords }> {
  const { tokenizer } = run
  const { wordOf } = answers
  const given = values.with
  if (given === undefined) return { inputs: looking.inputs, words: { tokens, ...(source && { source }), wordOf } }
  if (readOther)
    return {
      inputs: { ...looking.inputs, ...(await readOther(given)) },
      words: { tokens, ...(source && { source }), wordOf },
    }
  const special = !values.noSpecial
  const inputs: InputValues = source
    ? { ...looking.inputs, source: tokenizer.encode(given, { special }) }
    : { ...(await textInputs('journey', folder, run, terminal, { given, target: undefined, special })) }
  // Of both sources the same is written.
  const other = inputs['source'] && { tokens, source: tokenTexts(tokenizer, inputs['source']) }
  return { inputs, words: { ...(other ?? { tokens: tokenTexts(tokenizer, inputs['ids'] ?? []) }), wordOf } }
}

/** The facts with their sentences and the words of ids. */
function factsOf({ full, short, noShort }: Journeyed, words: JourneyWords): object {
  const wordIf = (id: number | undefined): string | undefined => (id === undefined ? undefined : words.wordOf(id))
  return {
    position: full.position,
    ...(full.token !== undefined && { token: full.token, tokenText: wordIf(full.token) }),
    ...(full.against !== undefined && { against: full.against, againstText: wordIf(full.against) }),
    ...(short && {
      short: {
        ...short,
        parts: short.parts.map((part) => ({ ...part, sentence: shortSentence(part, words, full.position) })),
      },
    }),
    ...(noShort !== undefined && { noShort }),
    steps: full.steps.map((step) => {
      const note = stepNote(step)
      return { ...step, sentence: stepSentence(step, words), ...(note !== undefined && { note }) }
    }),
  }
}
