// A folder whose files are bytes in memory. WebKit's worker of a page from a disk can read no blob, not even one of its own.

import type { FolderFiles } from '../../checkpoint/folderFiles.ts'

/** A folder of bytes. */
export const bytesFiles = (files: ReadonlyMap<string, Uint8Array>, name: string): FolderFiles => ({
  name,
  list: async () => [...files.keys()],
  async open(file) {
    const bytes = files.get(file)
    return (
      bytes && {
        size: bytes.length,
        async read(offset, into) {
          if (offset + into.length > bytes.length)
            throw new Error(`${name}/${file}: it has only ${bytes.length} bytes. Get the page again.`)
          into.set(bytes.subarray(offset, offset + into.length))
        },
        close: async () => {},
      }
    )
  },
})
