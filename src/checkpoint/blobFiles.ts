// Files in a page: those that a person has chosen (`<input type="file" webkitdirectory>`) or dropped, or that were stored before.
// They are read by slices, so that no file need fit into memory. And the other way round: what is saved, as blobs to offer or to store.

import type { FolderFiles } from './folderFiles.ts'
import type { SavedFile } from './saveWeights.ts'

/**
 * A folder of blobs.
 *
 * - `files`: the blobs by name, or the list that a file input has; of paths only the last part counts
 * - `name`: the folder's name, for errors
 */
export function blobFiles(files: ReadonlyMap<string, Blob> | Iterable<File>, name = 'files'): FolderFiles {
  const blobs = files instanceof Map ? files : new Map([...(files as Iterable<File>)].map((file) => [file.name, file]))
  return {
    name,
    list: async () => [...blobs.keys()],
    async open(file) {
      const blob: Blob | undefined = blobs.get(file)
      if (blob === undefined) return undefined
      return {
        size: blob.size,
        async read(offset, into) {
          const bytes = new Uint8Array(await blob.slice(offset, offset + into.length).arrayBuffer())
          if (bytes.length < into.length)
            throw new Error(`${name}/${file}: it has only ${blob.size} bytes. Choose it again.`)
          into.set(bytes)
        },
        close: async () => {},
      }
    },
  }
}

/** Files that are to be saved, as blobs by name. */
export async function blobsOf(files: readonly SavedFile[]): Promise<Map<string, Blob>> {
  const blobs = new Map<string, Blob>()
  for (const file of files) {
    const chunks: Uint8Array<ArrayBuffer>[] = []
    // A blob takes no memory that threads share, and a chunk holds good only here.
    await file.write((chunk) => {
      chunks.push(chunk.slice())
    })
    blobs.set(file.name, new Blob(chunks))
  }
  return blobs
}
