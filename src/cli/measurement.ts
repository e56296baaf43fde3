// The files that a command measures by the loss of a model that does not write on: texts with hidden tokens, pairs, labelled texts,
// labelled pictures, drawings, recordings.

import { readDrawings } from '../data/drawingFiles.ts'
import { readPairs } from '../data/files.ts'
import type { LabelledText } from '../data/labelledTexts.ts'
import { toldLeftOut } from '../data/leftOut.ts'
import { readAllPictures } from '../data/pictureFiles.ts'
import { readRecordings } from '../data/recordingFiles.ts'
import type { Edit } from '../edit/edit.ts'
import type { Picture } from '../image/picture.ts'
import { reducedPicture } from '../image/prepare.ts'
import type { ClassifyingModel, MaskedModel, SequenceModel } from '../model/language.ts'
import type { Columns } from '../runs/choices.ts'
import { checkColumns, checkLabelledColumns, checkPairColumns } from '../runs/columns.ts'
import { readLabelledColumns } from '../runs/disk/readSource.ts'
import {
  checkIsOneOfSeveral,
  type Measurement,
  measureDrawings,
  measureLabelled,
  measureMasked,
  measurePairs,
  measurePictures,
  measureRecordings,
} from '../runs/evaluations.ts'
import { told } from '../runs/settingError.ts'
import { readTexts } from '../text/files.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import { type OpenRun, tellWarnings } from './openRun.ts'
import { readingProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface MeasurementOptions {
  readonly columns: Columns
  /** False where the texts were to be read without special tokens, which these models do not do. */
  readonly special: boolean
  /** Is told what is left out, and how many files of many are read. */
  readonly terminal: Terminal
  /** With nothing left that must be run first. */
  readonly edits: readonly Edit[]
  /** The text that is measured of one that was read; the same if not given. */
  readonly kept?: (text: string) => string
}

/** Throws where the texts of a model that always reads whole ones were to be read without special tokens. */
export function checkReadsWhole(command: string, special: boolean): void {
  if (special) return
  throw new Error(
    `${command}: --no-special is for models that write on; this one always reads whole texts. Leave it out.`,
  )
}

/** The measurement of some files, by what the model of a run is asked. `command`: who asks, for messages. */
export async function measurementOf(
  command: string,
  run: OpenRun,
  files: readonly string[],
  { columns, special, terminal, edits, kept = (text) => text }: MeasurementOptions,
): Promise<Measurement> {
  checkReadsWhole(command, special)
  const asker = `${command}: `
  const report = readingProgress(command, terminal)
  const { kind } = run.model
  if (run.features || run.codec?.kind === 'speech') {
    checkColumns(columns, [], told`recordings are no table`, asker)
    if (files.length !== 1)
      throw new Error(
        `${command}: this model takes one folder of recordings, but ${files.length} were named. Name one.`,
      )
    const { recordings, leftOut } = await readRecordings(files[0], { report })
    tellWarnings(toldLeftOut(leftOut, 'recordings'), terminal)
    return measureRecordings(run as OpenRun<SequenceModel>, recordings, edits)
  }
  if (run.codec?.kind === 'picture' && kind === 'encoder-decoder') {
    checkColumns(columns, [], told`pictures are no table`, asker)
    if (files.length !== 1)
      throw new Error(
        `${command}: this model takes one folder of pictures with words, but ${files.length} were named. Name one.`,
      )
    const { drawings, leftOut = [] } = await readDrawings(files[0], { report })
    tellWarnings(toldLeftOut(leftOut, 'pictures'), terminal)
    for (const { words } of drawings) checkWordsAreKnown(files[0], words, run.tokenizer)
    return measureDrawings(run as OpenRun<SequenceModel>, drawings, edits)
  }
  if (run.preparation) {
    checkColumns(columns, [], told`pictures are no table`, asker)
    const [name, ...more] = files
    if (kind !== 'classifier')
      throw new Error(
        `${command}: this model sees pictures, but knows no classes by which it is measured. Name a classifier.`,
      )
    if (more.length > 0)
      throw new Error(
        `${command}: this model takes one folder of pictures, or mnist, but got also ${more.join(', ')}. Name one.`,
      )
    const { preparation } = run
    const keep = (picture: Picture): Picture => reducedPicture(picture, preparation)
    const read = await readAllPictures(name, { keep, report })
    tellWarnings([...read.leftOut, ...toldLeftOut(read.broken, 'pictures')], terminal)
    return measurePictures({ ...(run as OpenRun<ClassifyingModel>), preparation }, read, name, edits)
  }
  if (kind === 'encoder-decoder') {
    checkPairColumns(columns, files, asker)
    const { pairs } = await readPairs(files, columns)
    const own = pairs.map(({ source, target }) => ({ source: kept(source), target: kept(target) }))
    return measurePairs(run as OpenRun<SequenceModel>, own, edits)
  }
  if (kind === 'classifier') {
    const classifier = run as OpenRun<ClassifyingModel>
    checkLabelledColumns(columns, asker)
    checkIsOneOfSeveral(classifier.model)
    return measureLabelled(classifier, (await labelledIn(command, files, columns)).map(keptOf(kept)), edits)
  }
  return measureMasked(run as OpenRun<MaskedModel>, kept(await plainText(command, files, columns)), edits)
}

/** The text of some files, for a model that is given plain text. Throws for columns of a table. */
export async function plainText(command: string, files: readonly string[], columns: Columns): Promise<string> {
  checkColumns(columns, [], told`this model is given plain text`, `${command}: `)
  return (await readTexts(files)).text
}

async function labelledIn(
  command: string,
  [file, ...more]: readonly string[],
  columns: Columns,
): Promise<readonly LabelledText[]> {
  if (more.length > 0)
    throw new Error(
      `${command}: a classifier takes one file, but got also ${more.join(', ')}. Measure them one by one.`,
    )
  return (await readLabelledColumns(file, columns, { leastLabels: 1 })).texts
}

const keptOf =
  (kept: (text: string) => string) =>
  ({ text, second, ...rest }: LabelledText): LabelledText => ({
    ...rest,
    text: kept(text),
    ...(second !== undefined && { second: kept(second) }),
  })
