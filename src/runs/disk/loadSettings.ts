// The settings that a run was trained with, for those who need none of its numbers.

import { filesOf } from '../../checkpoint/filesOf.ts'
import { placeOf } from '../../checkpoint/folderFiles.ts'
import { readHeader } from '../../checkpoint/tensorFiles.ts'
import { readSettings } from '../../checkpoint/training.ts'
import { settingsFromJSON } from '../../train/pastFromJSON.ts'
import type { TrainSettings } from '../../train/settings.ts'

/**
 * The settings that a run was trained with, from the header of its training.safetensors; nothing where there is none.
 *
 * Throws for a damaged file: with other settings in their place something else would be shown than what was trained.
 */
export async function loadSettings(folder: string): Promise<Partial<TrainSettings>> {
  const files = filesOf(folder)
  const name = 'training.safetensors'
  const file = await files.open(name)
  if (file === undefined) return {}
  try {
    const place = placeOf(files, name)
    const { metadata } = await readHeader(file, place)
    return settingsFromJSON(readSettings(metadata, place))
  } finally {
    await file.close()
  }
}
