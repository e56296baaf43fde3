// cutaway heads: what each head of a model seems to do, on a text and on repeated random tokens; and attention through all layers.

import { headFacts } from '../inspect/heads/heads.ts'
import { attentionThrough } from '../inspect/heads/throughLayers.ts'
import { headsFigure } from '../show/headsFigure.ts'
import { readText } from '../text/files.ts'
import type { Command } from './command.ts'
import { type FlagValues, text, toggle, wholes } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { lookInside, lookingFlags, mostOfFile, type TextInRun } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  text: text('the text, instead of a file'),
  layer: wholes('only the heads of these layers, counted from 0'),
  head: wholes('only the heads of these numbers, counted from 0'),
  rollout: toggle('where each position looks through all layers and heads: their patterns, multiplied'),
  flow: toggle('and how much could pass from each token; for short texts'),
  ...lookingFlags,
}

export const headsCommand: Command<typeof flags> = {
  name: 'heads',
  takes: 'RUN [FILE]',
  summary: 'Shows what each head seems to do, the numbers that say so, and whether it goes by place or by content',
  flags,
  about: [
    'Scores are shares of attention: to the token before, to earlier tokens like this one, to what followed such (induction), to the first token. Each head is also tried on random tokens that repeat with two periods.',
    `Of a file the beginning is read: as far as the model looks, ${mostOfFile} tokens at most. Rollout and flow take the mean of the heads of a layer and count each position half as what it was.`,
    openingHelp,
  ],
  examples: [
    { line: 'cutaway heads runs/shakespeare play.txt', does: 'every head, on the beginning of a file' },
    { line: 'cutaway heads runs/shakespeare --text "To be, or not to be" --rollout', does: 'and through all layers' },
    { line: 'cutaway heads runs/shakespeare play.txt --layer 0,1 --json', does: 'some of them, with all digits' },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (more.length > 0)
      throw new Error(`heads takes one file, but got also "${more.join(' ')}". Give a text with --text, in quotes.`)
    if (file !== undefined && values.text !== undefined)
      throw new Error(`heads: there is a file, ${file}, and a --text. Give one of both.`)
    if (folder !== undefined && file === undefined && !values.text)
      throw new Error(
        `heads needs a text: ${cutaway(`heads ${quoted(folder)} FILE`)}, or ${cutaway(`heads ${quoted(folder)} --text "a text"`)}.`,
      )
    const given = file === undefined ? values.text : await readText(file)
    return lookInside('heads', { values, folder, given, file }, terminal, (sight) => look(values, sight, terminal))
  },
}

async function look(
  { layer, head, rollout, flow, noSpecial }: FlagValues<typeof flags>,
  { run, looking, tokens, source }: TextInRun,
  terminal: Terminal,
) {
  const begin = noSpecial ? undefined : run.tokenizer.template.before[0]
  const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of} layers`)
  const { rows } = await headFacts({ ...looking, layers: layer, heads: head, begin, report })
  const shown = [...(rollout ? (['rollout'] as const) : []), ...(flow ? (['flow'] as const) : [])]
  if (shown.length === 0) return { facts: { rows }, figure: () => headsFigure(rows) }
  const through = await attentionThrough({
    ...looking,
    flow,
    report: (done, of) => terminal.repaint(`through all layers: ${done} of ${of}`),
  })
  const asked = through.map(({ rollout: product, ...rest }) => ({ ...rest, ...(rollout && { rollout: product }) }))
  return {
    facts: { rows, through: asked },
    figure: () => headsFigure(rows, { through, shown, tokens, source }),
  }
}
