// Reading the codec of a run from its folder; codecFiles.ts writes it.

import { Codebook } from '../data/codebook.ts'
import { type Codec, codecFromJSON } from '../data/codec.ts'
import { type FolderFiles, missing, placeOf, readJSON } from './folderFiles.ts'
import { numbersIn } from './numbers.ts'
import { codecNames } from './savedNames.ts'
import { readHeader } from './tensorFiles.ts'

const [description, codes] = codecNames

/** The codec in a folder; undefined where there is none. Throws for one that is damaged. */
export async function loadCodec(files: FolderFiles): Promise<Codec | undefined> {
  const json = await readJSON(files, description)
  return json === undefined ? undefined : codecFromJSON(json, await loadCodebook(files), placeOf(files, description))
}

async function loadCodebook(files: FolderFiles): Promise<Codebook> {
  const file = (await files.open(codes)) ?? (await missing(files, codes))
  const place = placeOf(files, codes)
  try {
    const { tensors, data } = await readHeader(file, place)
    const { dtype, shape, begin, end } = tensors.get('vectors') ?? { dtype: 'none', shape: [], begin: 0, end: 0 }
    if (dtype !== 'F32' || shape.length !== 2)
      throw new Error(`${place}: it has no tensor "vectors" of two axes in F32. The file may be damaged; restore it.`)
    const bytes = new Uint8Array(end - begin)
    await file.read(data + begin, bytes)
    return new Codebook(numbersIn('f32', bytes).data, shape[1], place)
  } finally {
    await file.close()
  }
}
