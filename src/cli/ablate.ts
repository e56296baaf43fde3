// cutaway ablate: what a model loses without each of its heads and MLPs.

import type { Edit } from '../edit/edit.ts'
import { settleEdits } from '../edit/settleEdits.ts'
import { type Ablations, ablate } from '../inspect/interventions/ablate.ts'
import type { AblationKind } from '../inspect/interventions/ablatedParts.ts'
import { ablateExamples, type ExampleAblations } from '../inspect/interventions/ablateExamples.ts'
import { ablatePairs, type PairAblations } from '../inspect/interventions/ablatePairs.ts'
import type { ModelKind } from '../model/language.ts'
import { checkColumns } from '../runs/columns.ts'
import { told } from '../runs/settingError.ts'
import { ablatedOver, ablationFigure } from '../show/ablationFigure.ts'
import { openingOf } from '../text/opening.ts'
import { captionPairs } from './captionPairs.ts'
import { columnFlags, columnsOf } from './columns.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { type Asked, checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { type FlagValues, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { checkReadsWhole, measurementOf, plainText } from './measurement.ts'
import { openingFlags, openingHelp } from './opening.ts'
import { noRun, type OpenRun, openRunOf, runFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'

const flags = {
  zero: toggle('replace by 0'),
  mean: toggle('replace by the mean over all positions of what is read; so it is if nothing else is said'),
  resample: toggle('replace by what it is at the same position of the next window of the text, or of the next example'),
  holdPatterns: toggle('let every position look where it did, whatever is replaced'),
  windows: whole(
    'the most windows, pairs, labelled texts, pictures or recordings that are read, evenly over the file or folder',
    {
      least: 1,
      otherwise: 16,
    },
  ),
  ...columnFlags,
  ...editFlags,
  ...figureFlags,
  ...openingFlags,
  ...runFlags,
}

/** The kinds of models that have a loss of their own. */
const kinds = [
  'decoder',
  'masked',
  'encoder-decoder',
  'classifier',
  'dual-encoder',
] as const satisfies readonly ModelKind[]

export const ablateCommand: Command<typeof flags> = {
  name: 'ablate',
  takes: 'RUN FILE…',
  summary: 'Shows what a model loses without each of its heads and MLPs, the one that is missed most first',
  flags,
  about: [
    'The text is cut into windows as long as the model looks. In each, one head or MLP after the other is replaced, and the loss of the next tokens is compared with that of the model as it is; the standard error is that over the windows.',
    'A model that fills in masked tokens is asked for the hidden ones of a text, the same ones every time; a translator for the targets of pairs (a table, or two files line by line), a classifier for the labels of texts: as "cutaway eval" measures them.',
    'Of models of pictures and of sound the file is a folder, as that which they were trained on: a classifier of pictures is asked for their classes, a model that draws or speaks for the codes of what belongs to the words, one that hears for what is said. One of texts and pictures in one space (CLIP) is asked which words of the folder belong to which picture: what its loss grows by without a part of either encoder, and how the cosine of a picture and its own words changes. Of one picture and some words, "embed" and "classify" tell it with --edit.',
    'A head that has no effect may still do something: others can step in for it.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway ablate runs/shakespeare other-play.txt', does: 'each replaced by its mean' },
    { line: 'cutaway ablate runs/shakespeare other-play.txt --zero --json', does: 'by 0, with all digits' },
    { line: 'cutaway ablate runs/en-de test.en test.de', does: 'a translator, over pairs' },
    { line: 'cutaway ablate runs/photos photos/', does: 'a classifier, over pictures' },
    { line: 'cutaway ablate runs/clip captioned/', does: 'both encoders of a CLIP, over pictures with words' },
  ],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('ablate', kinds)
    if (files.length === 0)
      throw new Error(
        `ablate needs a file, or a folder of pictures or recordings: ${cutaway(`ablate ${quoted(folder)} FILE`)}.`,
      )
    const kind = kindOf(values)
    await checkFigureFlags(values, terminal, files)
    const run = await openRunOf('ablate', kinds, folder, values, terminal)
    try {
      const most = run.model.kind === 'encoder-decoder' ? 2 : 1
      if (files.length > most)
        throw new Error(
          `ablate takes one file${most === 2 ? ' of pairs, or two' : ''}, but got also "${files.slice(most).join(' ')}". Leave it out.`,
        )
      const edits = await editsOf('ablate', folder, run, values)
      const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of} ablations`)
      const found = await ablatedIn(run, files, { values, edits, kind, report, terminal })
      terminal.clear()
      const asked = { run: folder, ...filesSaid(files), ...editsSaid(values) }
      const over = ablatedOver(run.model.kind, run)
      await showFacts(terminal, values, { asked, facts: found, figure: () => ablationFigure(found, over) })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

const filesSaid = ([file, ...more]: readonly string[]): Pick<Asked, 'file' | 'files'> =>
  more.length === 0 ? { file } : { files: [file, ...more] }

interface AblatedOptions {
  readonly values: FlagValues<typeof flags>
  readonly edits: readonly Edit[]
  readonly kind: AblationKind
  readonly report: (done: number, of: number) => void
  readonly terminal: Terminal
}

/** The ablations on these files, by the objective of the model's kind. */
async function ablatedIn(
  run: OpenRun,
  files: readonly string[],
  { values, edits, kind, report, terminal }: AblatedOptions,
): Promise<Ablations | ExampleAblations | PairAblations> {
  const { model, engine, tokenizer } = run
  const { windows, holdPatterns: isPatternHeld } = values
  const columns = columnsOf(values)
  if (model.kind === 'decoder') {
    if (run.codec)
      throw new Error(
        'ablate: this model draws pictures and reads no text, on which its loss could be measured. Look at a picture with lens, attribute or patch.',
      )
    const text = await plainText('ablate', files, columns)
    const ids = openingOf(tokenizer, text, { special: !values.noSpecial })
    return ablate({ model, engine, edits, ids, kind, windows, isPatternHeld, report })
  }
  if (model.kind === 'dual-encoder') {
    checkColumns(columns, [], told`pictures are no table`, 'ablate: ')
    checkReadsWhole('ablate', !values.noSpecial)
    const examples = await captionPairs('ablate', { ...run, model }, files, terminal)
    return ablatePairs({ model, engine, edits, examples, kind, most: windows, isPatternHeld, report })
  }
  const settled = await settleEdits({ model, engine, edits })
  const options = { columns, special: !values.noSpecial, terminal, edits: settled }
  const { objective, examples } = await measurementOf('ablate', run, files, options)
  return ablateExamples({ engine, objective, examples, kind, most: windows, isPatternHeld, report })
}

/** By what parts are replaced. Throws where more than one is asked for. */
function kindOf(values: FlagValues<typeof flags>): AblationKind {
  const asked = (['zero', 'mean', 'resample'] as const).filter((kind) => values[kind])
  if (asked.length > 1)
    throw new Error(`ablate: ${asked.map((kind) => `--${kind}`).join(' and ')} exclude each other. Give one of them.`)
  return asked[0] ?? 'mean'
}
