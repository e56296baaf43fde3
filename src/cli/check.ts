// cutaway check: whether a run sees only what it may, and attends as the formula says.

import { checkModel } from '../inspect/proofs/check.ts'
import { checksFigure } from '../show/checksFigure.ts'
import type { Command } from './command.ts'
import { lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'

const flags = { ...lookingFlags }

export const checkCommand: Command<typeof flags> = {
  name: 'check',
  takes: 'RUN TEXT',
  summary: 'Checks that a model sees only what it may, and attends as the formula says; a fault is told by its name',
  flags,
  about: [
    'Tried on one text, not proven for all: every token is changed in turn, and nothing before it may change by one bit; rows of patterns add up to 1; masks look back and no further than their own position; scores have their factor 1/√d_k. Where a check fails, the command fails.',
    openingHelp,
  ],
  examples: [{ line: 'cutaway check runs/shakespeare "To be, or not"', does: 'all checks, on this text' }],
  async run({ values, positionals: [folder, given, ...more] }, terminal) {
    let hasFailed = false
    const code = await lookInside('check', { values, folder, given, more }, terminal, async ({ looking }) => {
      const checks = await checkModel(looking)
      hasFailed = checks.some(({ passed }) => !passed)
      return { facts: { checks }, figure: () => checksFigure(checks) }
    })
    return hasFailed ? 1 : code
  },
}
