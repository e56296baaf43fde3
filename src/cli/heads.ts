// cutaway heads: what each head of a model seems to do, on a text and on repeated random tokens; and attention through all layers.

import { headFacts } from '../inspect/heads/heads.ts'
import { drawableTokens } from '../inspect/heads/repeats.ts'
import { attentionThrough } from '../inspect/heads/throughLayers.ts'
import { weightedAttention } from '../inspect/heads/weighted.ts'
import { headsFigure } from '../show/headsFigure.ts'
import { readText } from '../text/files.ts'
import type { Command } from './command.ts'
import { type FlagValues, text, toggle, whole, wholes } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { lookInsideText, lookingFlags, mostOfFile, type TextInRun } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { mediumOf, type OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  text: text('the text, instead of a file'),
  layer: wholes('only the heads of these layers, counted from 0'),
  head: wholes('only the heads of these numbers, counted from 0'),
  rollout: toggle('where each position looks through all layers and heads: their patterns, multiplied'),
  flow: toggle('and how much could pass from each token; for short texts'),
  weighted: toggle('how much each position takes from each source: attention times the length of what is written'),
  detectors: toggle('how like patterns are to the previous token, the same token, and induction, as 0 and 1'),
  excludeFirst: toggle('for these: leave the first token out'),
  excludeCurrent: toggle('and the position itself'),
  seed: whole('the seed of the random tokens', { least: 0, otherwise: 0 }),
  ...lookingFlags,
}

export const headsCommand: Command<typeof flags> = {
  name: 'heads',
  takes: 'RUN [FILE]',
  summary: 'Shows what each head seems to do, the numbers that say so, and whether it goes by place or by content',
  flags,
  about: [
    'Scores are shares of attention: to the token before, to earlier tokens like this one, to what followed such (induction), to the first token. Each head is also tried on random tokens that repeat with two periods, and asked whether it writes the tokens that it looks at (copying).',
    `Of a file the beginning is read: as far as the model looks, ${mostOfFile} tokens at most. Rollout and flow take the mean of the heads of a layer and count each position half as what it was.`,
    openingHelp,
  ],
  examples: [
    { line: 'cutaway heads runs/shakespeare play.txt', does: 'every head, on the beginning of a file' },
    { line: 'cutaway heads runs/shakespeare --text "To be, or not to be" --rollout', does: 'and through all layers' },
    {
      line: 'cutaway heads runs/shakespeare --text "To be" --weighted --layer 0',
      does: 'how much moves, not only how much is looked',
    },
    { line: 'cutaway heads runs/listener speech.wav', does: 'of a model that hears, on a recording' },
    { line: 'cutaway heads runs/shakespeare play.txt --layer 0,1 --json', does: 'some of them, with all digits' },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (more.length > 0)
      throw new Error(`heads takes one file, but got also "${more.join(' ')}". Give a text with --text, in quotes.`)
    if (file !== undefined && values.text !== undefined)
      throw new Error(`heads: there is a file, ${file}, and a --text. Give one of both.`)
    const medium = folder === undefined ? 'text' : await mediumOf(folder, file ?? values.text)
    // A recording is named, and what reads pictures is refused by what all commands for texts say.
    if (medium !== 'text')
      return lookInsideText('heads', { values, folder, given: file ?? values.text }, terminal, (sight) =>
        look(values, sight, terminal, undefined),
      )
    if (folder !== undefined && file === undefined && !values.text)
      throw new Error(
        `heads needs a text: ${cutaway(`heads ${quoted(folder)} FILE`)}, or ${cutaway(`heads ${quoted(folder)} --text "a text"`)}.`,
      )
    const given = file === undefined ? values.text : await readText(file)
    return lookInsideText('heads', { values, folder, given, file }, terminal, (sight) =>
      look(values, sight, terminal, file === undefined ? undefined : given),
    )
  },
}

async function look(
  values: FlagValues<typeof flags>,
  { run, looking, tokens, source, ids }: TextInRun,
  terminal: Terminal,
  /** The whole of the file, where the text comes from one. */
  text: string | undefined,
) {
  const { layer: layers, head: heads, rollout, flow, weighted: isWeighted, excludeFirst, excludeCurrent } = values
  const report =
    (what: string) =>
    (done: number, of: number): void =>
      terminal.repaint(`${what}${done} of ${of} layers`)
  const all = text === undefined ? undefined : run.tokenizer.encode(text)
  const facts = await headFacts({
    ...looking,
    ...drawing(run, values.noSpecial, all),
    layers,
    heads,
    excludeFirst,
    excludeCurrent,
    seed: values.seed,
    windows: run.model.kind === 'decoder' && all ? furtherWindows(all, ids.length) : [],
    report: report(''),
  })
  const weighted = isWeighted
    ? await weightedAttention({ ...looking, layers, heads, report: report('weighted: ') })
    : undefined
  const shown = [...(rollout ? (['rollout'] as const) : []), ...(flow ? (['flow'] as const) : [])]
  const through =
    shown.length > 0
      ? await attentionThrough({
          ...looking,
          flow,
          report: (done, of) => terminal.repaint(`through all layers: ${done} of ${of}`),
        })
      : undefined
  const asked = through?.map(({ rollout: product, ...rest }) => ({ ...rest, ...(rollout && { rollout: product }) }))
  return {
    facts: { ...facts, ...(asked && { through: asked }), ...(weighted && { weighted }) },
    figure: () =>
      headsFigure(facts, {
        through: through && { through, shown, tokens, source },
        weighted: weighted && { weighted, byHead: heads !== undefined, tokens, source },
        hasDetections: values.detectors || excludeFirst || excludeCurrent,
      }),
  }
}

/** The random tokens: without special ones and, where a file tells how common tokens are, without the commonest and the rarest. */
function drawing({ model, tokenizer }: OpenRun, noSpecial: boolean, ids: Int32Array = new Int32Array()) {
  const counts = new Map<number, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  const begin = noSpecial ? undefined : tokenizer.template.before[0]
  return { begin, drawable: drawableTokens(tokenizer, { vocab: model.reads['ids']?.below ?? 0, begin, counts }) }
}

/** The most windows of a file for in-context learning, besides the first. */
const mostFurther = 7

/** The windows of one length that follow in a file. */
function furtherWindows(all: Int32Array, length: number): Int32Array[] {
  const count = Math.min(mostFurther, Math.floor(all.length / length) - 1)
  return Array.from({ length: Math.max(0, count) }, (_, i) => all.slice((i + 1) * length, (i + 2) * length))
}
