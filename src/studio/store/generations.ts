// Two generations of a folder: a new one is written beside the one that is there, and only when all of it is on the disk a small file says
// so. Whatever ends in between, a kill or a full disk, leaves the other one as it was.
//
//   FOLDER/first/…      files of one generation        FOLDER/first/whole.json     { number, files: { name: bytes }, about }
//   FOLDER/second/…     files of the other             FOLDER/second/whole.json
//
// The one with the highest number counts, of those whose files are all there and as long as is said.

import { type FileStore, readStored, type WriteChunks, writeJSON } from './store.ts'

/** A file to be kept. */
export interface KeptFile {
  readonly name: string
  readonly write: WriteChunks
}

/** A generation that is whole. */
export interface Generation {
  readonly number: number
  /** Bytes by name. */
  readonly files: Readonly<Record<string, number>>
  /** Whatever was to be known of it without opening its files. */
  readonly about: unknown
  /** The folder of its files. */
  readonly folder: string
}

const sides = ['first', 'second'] as const
const mark = 'whole.json'

/** The newest generation in a folder that is whole; undefined where there is none. */
export async function newestGeneration(store: FileStore, folder: string): Promise<Generation | undefined> {
  const found = await Promise.all(sides.map((side) => generationIn(store, `${folder}/${side}`)))
  return found.filter((each) => each !== undefined).sort((a, b) => b.number - a.number)[0]
}

/** Writes the next generation. Rejects where it cannot be written; then the one before is as it was, and what was written is gone. */
export async function writeGeneration(
  store: FileStore,
  folder: string,
  { files, about }: { readonly files: readonly KeptFile[]; readonly about: unknown },
): Promise<Generation> {
  const before = await newestGeneration(store, folder)
  const side = before?.folder.endsWith(sides[0]) ? sides[1] : sides[0]
  const own = `${folder}/${side}`
  try {
    // What is about to change is no generation any more.
    await store.remove(`${own}/${mark}`)
    const written: Record<string, number> = {}
    for (const { name, write } of files) {
      let bytes = 0
      await store.write(`${own}/${name}`, (take) =>
        write((chunk) => {
          bytes += chunk.length
          take(chunk)
        }),
      )
      written[name] = bytes
    }
    const generation = { number: (before?.number ?? 0) + 1, files: written, about }
    await writeJSON(store, `${own}/${mark}`, generation)
    return { ...generation, folder: own }
  } catch (error) {
    await store.remove(own).catch(() => {})
    throw error
  }
}

/** The bytes of all files of a generation. */
export const bytesOfGeneration = ({ files }: Generation): number =>
  Object.values(files).reduce((sum, bytes) => sum + bytes, 0)

async function generationIn(store: FileStore, folder: string): Promise<Generation | undefined> {
  const said = await readStored(store, `${folder}/${mark}`)
  if (typeof said !== 'object' || said === null) return undefined
  const { number, files, about } = said as Partial<Generation>
  if (typeof number !== 'number' || typeof files !== 'object' || files === null) return undefined
  const there = new Set(await store.list(folder))
  for (const [name, bytes] of Object.entries(files))
    if (!there.has(name) || (await store.size(`${folder}/${name}`)) !== bytes) return undefined
  return { number, files, about, folder }
}
