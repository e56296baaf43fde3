// The fields that say how pictures or sounds become a model's numbers: a file of their own, or a part of the file that transformers 5
// writes for a model that reads texts too (CLIPProcessor, WhisperProcessor). Where both are there, the part counts, as it does there.
//
//   preprocessor_config.json   { "image_mean": …, … }
//   processor_config.json      { "image_processor": { "image_mean": …, … } }     or "feature_extractor"

import { ConfigFields } from '../text/configFields.ts'
import { type FolderFiles, placeOf, readJSON } from './folderFiles.ts'
import { preprocessorName, processorName } from './savedNames.ts'

/** The fields of a folder's preprocessor; undefined where it has none. */
export async function preprocessorFields(
  files: FolderFiles,
  part: 'image_processor' | 'feature_extractor',
): Promise<ConfigFields | undefined> {
  const processor = await readJSON(files, processorName)
  const within =
    processor === undefined ? undefined : new ConfigFields(processor, placeOf(files, processorName)).inner(part)
  if (within) return within
  const own = await readJSON(files, preprocessorName)
  return own === undefined ? undefined : new ConfigFields(own, placeOf(files, preprocessorName))
}
