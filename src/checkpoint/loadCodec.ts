// Reading the codec of a run from its folder; codecFiles.ts writes it.

import { Codebook } from '../data/codebook.ts'
import { type Codec, codecFromJSON } from '../data/codec.ts'
import { type FolderFiles, missing, placeOf, readBytes, readJSON } from './folderFiles.ts'
import { readSafetensors } from './safetensors.ts'
import { codecNames } from './savedNames.ts'

const [description, codes] = codecNames

/** The codec in a folder; undefined where there is none. Throws for one that is damaged. */
export async function loadCodec(files: FolderFiles): Promise<Codec | undefined> {
  const json = await readJSON(files, description)
  if (json === undefined) return undefined
  const bytes = (await readBytes(files, codes)) ?? (await missing(files, codes))
  const place = placeOf(files, codes)
  const vectors = readSafetensors(bytes, place).tensors.get('vectors')
  if (vectors?.shape.length !== 2)
    throw new Error(`${place}: it has no tensor "vectors" of two axes. The file may be damaged; restore it.`)
  return codecFromJSON(json, new Codebook(vectors.data, vectors.shape[1]), placeOf(files, description))
}
