// A folder of pictures with words as a model of texts and pictures in one space reads it: pairs that belong together.

import { captionExamples } from '../data/captions.ts'
import { readDrawings } from '../data/drawingFiles.ts'
import type { Examples } from '../data/examples.ts'
import { toldLeftOut } from '../data/leftOut.ts'
import { reducedPicture } from '../image/prepare.ts'
import type { DualEncoderModel } from '../model/language.ts'
import { captionOptions, checkIsKnown } from './captionOf.ts'
import { type OpenRun, tellWarnings } from './openRun.ts'
import { readingProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** The pairs of a folder. Throws for several folders, for words that the model never met, and where nothing says how pictures are prepared. */
export async function captionPairs(
  command: string,
  run: OpenRun<DualEncoderModel>,
  [folder, ...more]: readonly string[],
  terminal: Terminal,
): Promise<Examples> {
  const { preparation } = run
  if (preparation === undefined)
    throw new Error(`${command}: nothing says how pictures are prepared. Restore preprocessor_config.json.`)
  if (more.length > 0)
    throw new Error(
      `${command}: this model takes one folder of pictures with words, but got also ${more.join(', ')}. Name one.`,
    )
  const { drawings, leftOut = [] } = await readDrawings(folder, {
    keep: (picture) => reducedPicture(picture, preparation),
    report: readingProgress(command, terminal),
    areAlike: false,
  })
  tellWarnings(toldLeftOut(leftOut, 'pictures'), terminal)
  for (const { words } of drawings) checkIsKnown(folder, run, words)
  return captionExamples(drawings, { ...captionOptions(run), preparation })
}
