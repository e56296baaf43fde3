// cutaway explain: one number of a model, how it was made, and where it comes from.

import { CellReader } from '../inspect/cells/cellReader.ts'
import { checkpointCells } from '../inspect/cells/checkpointCells.ts'
import { whereFrom } from '../inspect/cells/whereFrom.ts'
import { isWriting } from '../model/language.ts'
import { cellFigure } from '../show/cellFigure.ts'
import type { Command } from './command.ts'
import { type FlagValues, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { type ExampleInRun, type Found, lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'

const flags = {
  gradient: toggle('the gradient of the loss at the cell instead: of the mean of −ln p(next token), in nats'),
  all: toggle('every term, not the largest twelve'),
  inOrder: toggle('terms in the order of their places, not the largest first'),
  follow: whole('walk back to where the number comes from, by the largest term each time, so many steps at most', {
    least: 1,
  }),
  ...lookingFlags,
}

export const explainCommand: Command<typeof flags> = {
  name: 'explain',
  takes: 'RUN TEXT ADDRESS',
  summary: 'Says of one number of a model how it was made, term by term, and where it comes from',
  flags,
  about: [
    'An address says a place on every axis of the value: "blocks.2.attention.scores {head: 1, position: 16, source: 4}". Steps without a name inside of a value are counted: "blocks.0.output / step 1 {position: 3, model: 5}".',
    'Every term has an address too, under which it can be explained in turn, until a token, a place, a weight or a number known beforehand is reached; --follow goes that way by itself.',
    openingHelp,
  ],
  examples: [
    {
      line: 'cutaway explain runs/emma "Emma was" "blocks.0.attention.scores {head: 1, position: -1, source: 2}"',
      does: 'a dot product, term by term',
    },
    {
      line: 'cutaway explain runs/emma "Emma was" "logits {position: -1, vocab: 5}" --follow 40',
      does: 'where a logit comes from',
    },
    {
      line: 'cutaway explain runs/emma "Emma was" "blocks.0.mlp.up {position: 3, hidden: 7}" --gradient',
      does: 'what the loss wants of a cell',
    },
  ],
  async run({ values, positionals: [folder, given, address, ...more] }, terminal) {
    if (folder !== undefined && given !== undefined && address === undefined)
      throw new Error(
        `explain needs an address of one number. "${cutaway(`read ${quoted(folder)} ${quoted(given)} --list`)}" lists all values.`,
      )
    return lookInside('explain', { values, folder, given, more }, terminal, (sight) => found(values, address, sight))
  },
}

async function found(
  { gradient, all, inOrder, follow }: FlagValues<typeof flags>,
  address: string,
  { run, looking, answers }: ExampleInRun,
): Promise<Found> {
  const { inputs, ...settings } = looking
  if (gradient && !isWriting(run.model))
    throw new Error(
      'explain: --gradient is that of the loss of what comes next, but this model does not write on. Leave it out.',
    )
  const reader = new CellReader({ ...settings, checkpointOf: checkpointCells(run.model, run.blueprint) })
  const of = gradient ? 'gradient' : 'value'
  const cells = await reader.look({ inputs, hasGradients: gradient })
  const explanation = await cells.explain(address, of)
  const walk = follow === undefined ? undefined : await whereFrom(cells, address, { of, most: follow })
  await reader.close()
  return {
    facts: { explanation, ...(walk && { walk }) },
    figure: () =>
      cellFigure(explanation, {
        wordOf: answers.wordOf,
        hasAll: all,
        isInOrder: inOrder,
        walk,
      }),
  }
}
