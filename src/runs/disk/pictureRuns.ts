// Runs of pictures from the disk: their pictures are read, and a run that was stopped is taken up again.

import { weightSizes } from '../../checkpoint/engineWeights.ts'
import { filesOf } from '../../checkpoint/filesOf.ts'
import { missing, placeOf, readBytes } from '../../checkpoint/folderFiles.ts'
import { describeFolder } from '../../checkpoint/load.ts'
import { loadPreparation } from '../../checkpoint/preprocessorConfig.ts'
import { preprocessorName } from '../../checkpoint/savedNames.ts'
import { readTraining } from '../../checkpoint/training.ts'
import { readLabelledPictures } from '../../data/pictureFiles.ts'
import { pictureOf } from '../../model/pictureEncoder.ts'
import { type PictureChoices, type PictureRun, preparePictureRun, type StoppedPictures } from '../pictures.ts'
import { recordFromJSON } from '../record.ts'
import { setting, settingError } from '../settingError.ts'
import { checkIsRun } from './runFolder.ts'
import { withFilesFound } from './whereabouts.ts'

/** A new run on the pictures of a folder, or on "mnist". */
export const beginPictureRun = async (choices: PictureChoices, name: string): Promise<PictureRun> =>
  preparePictureRun(choices, await readLabelledPictures(name), name)

/** The run in a folder, to go on with; `name`: its pictures, if they are named again. */
export async function resumePictureRun(folder: string, choices: PictureChoices, name?: string): Promise<PictureRun> {
  await checkIsRun(folder)
  const stopped = await loadStoppedPictures(folder)
  const { record } = stopped
  const kept = name === undefined && record && record.files.length > 0 ? await withFilesFound(record, folder) : record
  const found = name ?? kept?.task ?? kept?.files[0]
  if (found === undefined)
    throw settingError`${folder}: the run does not say what pictures it was trained on. Name them: ${setting('files', folder)}.`
  return preparePictureRun(choices, await readLabelledPictures(found), found, stopped)
}

async function loadStoppedPictures(folder: string): Promise<StoppedPictures> {
  const files = filesOf(folder)
  const { blueprint } = await describeFolder(files)
  const model = blueprint.build()
  const picture = pictureOf(model)
  if (picture === undefined)
    throw new Error(`${folder}: its model reads no pictures. Leave out what says that it does.`)
  const loaded = (await loadPreparation(files, picture.channel)) ?? (await missing(files, preprocessorName))
  const name = 'training.safetensors'
  const bytes = (await readBytes(files, name)) ?? (await missing(files, name))
  const training = readTraining(bytes, weightSizes(model), placeOf(files, name))
  const record = recordFromJSON(training.settings)
  return { name: folder, blueprint, preparation: loaded.preparation, training, record }
}
