// cutaway ablate: what a model loses without each of its heads and MLPs.

import { type AblationKind, ablate } from '../inspect/interventions/ablate.ts'
import { ablationFigure } from '../show/ablationFigure.ts'
import { readTexts } from '../text/files.ts'
import { openingOf } from '../text/opening.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { type FlagValues, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags, openingHelp } from './opening.ts'
import { noRun, openRunOf, runFlags } from './openRun.ts'

const flags = {
  zero: toggle('replace by 0'),
  mean: toggle('replace by the mean over all positions of the text; so it is if nothing else is said'),
  resample: toggle('replace by what it is at the same position of another window of the text'),
  holdPatterns: toggle('let every position look where it did, whatever is replaced'),
  windows: whole('the most windows that are read, evenly over the text', { least: 1, otherwise: 16 }),
  ...editFlags,
  ...figureFlags,
  ...openingFlags,
  ...runFlags,
}

export const ablateCommand: Command<typeof flags> = {
  name: 'ablate',
  takes: 'RUN FILE',
  summary: 'Shows what a model loses without each of its heads and MLPs, the one that is missed most first',
  flags,
  about: [
    'The text is cut into windows as long as the model looks. In each, one head or MLP after the other is replaced, and the loss of the next tokens is compared with that of the model as it is; the standard error is that over the windows.',
    'A head that has no effect may still do something: others can step in for it.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway ablate runs/shakespeare other-play.txt', does: 'each replaced by its mean' },
    { line: 'cutaway ablate runs/shakespeare other-play.txt --zero --json', does: 'by 0, with all digits' },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('ablate', ['decoder'])
    if (file === undefined) throw new Error(`ablate needs a text: ${cutaway(`ablate ${quoted(folder)} FILE`)}.`)
    if (more.length > 0) throw new Error(`ablate takes one file, but got also "${more.join(' ')}". Leave it out.`)
    const kind = kindOf(values)
    await checkFigureFlags(values, terminal)
    const run = await openRunOf('ablate', ['decoder'], folder, values, terminal)
    try {
      const { model, engine, tokenizer } = run
      const { text } = await readTexts([file])
      const ids = openingOf(tokenizer, text, { special: !values.noSpecial })
      const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of} ablations`)
      const edits = await editsOf('ablate', folder, run, values)
      const found = await ablate({
        model,
        engine,
        edits,
        ids,
        kind,
        windows: values.windows,
        isPatternHeld: values.holdPatterns,
        report,
      })
      terminal.clear()
      const facts = { run: folder, file, ...editsSaid(values), ...found }
      await showFacts(terminal, values, { facts, figure: () => ablationFigure(found) })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** By what parts are replaced. Throws where more than one is asked for. */
function kindOf(values: FlagValues<typeof flags>): AblationKind {
  const asked = (['zero', 'mean', 'resample'] as const).filter((kind) => values[kind])
  if (asked.length > 1)
    throw new Error(`ablate: ${asked.map((kind) => `--${kind}`).join(' and ')} exclude each other. Give one of them.`)
  return asked[0] ?? 'mean'
}
