// Opening a run whose model reads pictures, and reading pictures for it.

import { filesOf } from '../checkpoint/filesOf.ts'
import { describeFolder, type Loaded, loadModel } from '../checkpoint/load.ts'
import { loadPreparation, usualPreparation } from '../checkpoint/preprocessorConfig.ts'
import { preprocessorName } from '../checkpoint/savedNames.ts'
import { openPicture } from '../data/pictureFiles.ts'
import type { Engine } from '../engine/engine.ts'
import type { Picture } from '../image/picture.ts'
import { framedPicture, type Preparation, type Prepared, preparedPicture } from '../image/prepare.ts'
import type { AnyModel, ClassifyingModel } from '../model/language.ts'
import { ofPictures, pictureOf } from '../model/pictureEncoder.ts'
import { runContent } from '../runs/disk/runFolder.ts'
import { openEngine } from './openEngine.ts'
import { type RunFlags, tellWarnings } from './openRun.ts'
import type { Terminal } from './terminal.ts'

/** A run of pictures: its model is for pictures as they are when they are prepared. */
export interface OpenPictures extends Omit<Loaded, 'model'> {
  readonly model: AnyModel
  readonly engine: Engine
  readonly preparation: Preparation
}

/** True for a folder whose model reads pictures; false for any other, and where there is no model that can be opened. */
export async function readsPictures(folder: string): Promise<boolean> {
  if ((await runContent(folder).catch(() => 'other')) !== 'run') return false
  return describeFolder(filesOf(folder)).then(
    ({ blueprint }) => pictureOf(blueprint.build()) !== undefined,
    () => false,
  )
}

/** Loads a run's model into a new engine. Throws for one that reads no pictures. */
export async function openPictures(
  command: string,
  folder: string,
  flags: RunFlags,
  terminal: Terminal,
): Promise<OpenPictures> {
  const engine = await openEngine(flags)
  try {
    const files = filesOf(folder)
    const loaded = await loadModel(files, engine, flags.weights && { weights: flags.weights })
    const picture = pictureOf(loaded.model)
    if (!picture) throw new Error(`${command}: ${folder} holds a model that reads no pictures. Name a run of pictures.`)
    const said = await loadPreparation(files, picture.channel)
    const size = { width: picture.across, height: picture.down }
    const preparation = said?.preparation ?? usualPreparation(picture.channel === 1 ? 1 : 3, size)
    const missing = `${folder}: it has no ${preprocessorName}; pictures are prepared as is usual for ViT.`
    tellWarnings([...loaded.warnings, ...(said ? said.warnings : [missing])], terminal)
    const seen = framedSize(preparation)
    // Prepared to another size than its places were learnt for.
    const isOther = seen !== undefined && (seen.width !== picture.across || seen.height !== picture.down)
    const model = isOther ? ofPictures(loaded.model, { down: seen.height, across: seen.width }) : loaded.model
    return { ...loaded, model, engine, preparation }
  } catch (error) {
    engine.close()
    throw error
  }
}

/** Loads a run that tells pictures apart. Throws for any other. */
export async function openPictureClassifier(
  command: string,
  folder: string,
  flags: RunFlags,
  terminal: Terminal,
): Promise<OpenPictures & { readonly model: ClassifyingModel }> {
  const run = await openPictures(command, folder, flags, terminal)
  const { model } = run
  if (model.kind === 'classifier') return { ...run, model }
  run.engine.close()
  throw new Error(`${command}: ${folder} holds an encoder of pictures, which knows no classes. Name a classifier.`)
}

/** The size that all pictures have when they are prepared; undefined where each has its own. */
function framedSize({ resize, crop }: Preparation) {
  return crop ?? (resize && !('shortest' in resize.size) ? resize.size : undefined)
}

/** A picture of a file as its model reads it, and as it then looks. Throws for one that is no picture, or of another size. */
export async function readForModel(
  path: string,
  { model, preparation }: Pick<OpenPictures, 'model' | 'preparation'>,
): Promise<Prepared & { readonly seen: Picture }> {
  const picture = await openPicture(path)
  const prepared = preparedPicture(picture, preparation)
  const wanted = pictureOf(model)
  if (wanted && (wanted.down !== prepared.down || wanted.across !== prepared.across))
    throw new Error(
      `${path}: it has ${prepared.across} × ${prepared.down} pixels when it is prepared, and the model reads ${wanted.across} × ${wanted.down}. ` +
        `Say in ${preprocessorName} how pictures are resized, or give one of that size.`,
    )
  return { ...prepared, seen: framedPicture(picture, preparation) }
}
