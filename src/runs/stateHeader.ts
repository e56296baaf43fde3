// The header of a run's training.safetensors, for those who need none of its numbers: with which settings it was trained, from what, and what
// became of it.

import { type FolderFiles, placeOf } from '../checkpoint/folderFiles.ts'
import { readHeader } from '../checkpoint/tensorFiles.ts'

/** Reads something of the header; undefined where there is no such file. Throws for a damaged one. */
export async function inStateHeader<T>(
  files: FolderFiles,
  read: (metadata: Readonly<Record<string, string>>, place: string) => T,
): Promise<T | undefined> {
  const name = 'training.safetensors'
  const file = await files.open(name)
  if (file === undefined) return undefined
  try {
    const place = placeOf(files, name)
    return read((await readHeader(file, place)).metadata, place)
  } finally {
    await file.close()
  }
}
