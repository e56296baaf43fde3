// cutaway check: whether a run sees only what it may, says the same whatever stands around a text, and computes what its definitions say.

import { expectedValues } from '../checkpoint/expectedValues.ts'
import { filesOf } from '../checkpoint/filesOf.ts'
import { checkModel } from '../inspect/proofs/check.ts'
import { checksFigure } from '../show/checksFigure.ts'
import type { Command } from './command.ts'
import { lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'

const flags = { ...lookingFlags }

export const checkCommand: Command<typeof flags> = {
  name: 'check',
  takes: 'RUN TEXT',
  summary: 'Checks that a model sees only what it may, and computes what it should; a fault is told by its name',
  flags,
  about: [
    'Tried on one text, not proven for all. Every token is changed in turn, and the gradient of every output is taken: what a position may not see changes not a bit of it. Patterns: rows that add up to 1, masks, the factor 1/√d_k; by the graph alone, that what is summed was normalised over the same axis. Padding, other texts beside it and a cache change nothing; tokens in another order do. Kernels are held to their definitions and to the reference engine, with the largest error at each layer.',
    'A folder may hold expected.json, what somebody else computed of the same model (tools/make_expected.py writes one from transformers): the model is held to that too. Where a check fails, the command fails.',
    openingHelp,
  ],
  examples: [{ line: 'cutaway check runs/shakespeare "To be, or not"', does: 'all checks, on this text' }],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    let hasFailed = false
    const look = { values, folder, given, more }
    const code = await lookInside('check', look, terminal, async ({ looking, tokens, source }) => {
      const expected = folder === undefined ? undefined : await expectedValues(filesOf(folder))
      const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of} groups of checks`)
      const found = await checkModel({ ...looking, expected, report })
      hasFailed = found.checks.some(({ verdict }) => verdict === 'fail')
      return { facts: found, figure: () => checksFigure(found, { tokens, ...(source && { source }) }) }
    })
    return hasFailed ? 1 : code
  },
}
