// cutaway compare: where two runs differ first, and how far apart they are at every address.

import { type ComparedRun, compareRuns } from '../inspect/proofs/compare.ts'
import { comparisonFigure } from '../show/comparisonFigure.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, text } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags } from './opening.ts'
import { noRun, openRun, runFlags } from './openRun.ts'
import { textInputs } from './textInputs.ts'

const flags = {
  text: text('the text that both read', { usual: 'one of five tokens' }),
  target: text('for a translator: the target that it writes, rather than what it would write itself'),
  with: choice('the engine of the second run, where it is another one than that of the first', ['cpu', 'reference']),
  ...figureFlags,
  ...openingFlags,
  ...runFlags,
}

export const compareCommand: Command<typeof flags> = {
  name: 'compare',
  takes: 'RUN RUN',
  summary: 'Shows the first value at which two runs differ, and how far apart they are at every address',
  flags,
  about: [
    'Weights and values stand in the order of the forward pass, each weight before the first value that is made of it: the first row is where the difference begins.',
  ],
  examples: [
    { line: 'cutaway compare runs/one runs/two --text "To be"', does: 'two runs of one architecture and size' },
    { line: 'cutaway compare runs/one runs/one --with reference', does: 'the processor against the definitions' },
  ],
  async run({ values, positionals: [one, two, ...more] }, terminal) {
    if (one === undefined) throw await noRun('compare')
    if (two === undefined)
      throw new Error(`compare needs two runs: ${cutaway(`compare ${quoted(one)} ${quoted(one)} --with reference`)}.`)
    if (more.length > 0) throw new Error(`compare takes two runs, but got also "${more.join(' ')}". Leave it out.`)
    await checkFigureFlags(values, terminal)
    const a = await openRun(one, values, terminal)
    const engine = values.with ?? values.engine
    const b = await openRun(
      two,
      { ...values, engine, threads: engine === 'reference' ? undefined : values.threads },
      terminal,
    )
    try {
      const inputs =
        values.text === undefined
          ? exampleFor(a)
          : await textInputs('compare', one, a, terminal, {
              given: values.text,
              target: values.target,
              special: !values.noSpecial,
            })
      const found = await compareRuns({ a, b, inputs: { ...inputs } })
      terminal.clear()
      const facts = { runs: [one, two], ...found }
      await showFacts(terminal, values, { facts, figure: () => comparisonFigure(found) })
      return 0
    } finally {
      a.engine.close()
      b.engine.close()
    }
  },
}

/** Five ids, or as many as there are, for whatever reads a text. */
function exampleFor({ model }: ComparedRun): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(model.reads)
      .filter(([, { isOptional = false }]) => !isOptional)
      .map(([name, { below = 2 }]) => [name, Array.from({ length: 5 }, (_, i) => (7 * i + 1) % below)]),
  )
}
