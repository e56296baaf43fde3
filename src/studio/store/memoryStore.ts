// Files in memory: as long as the page is there.

import { type FileStore, gathered, StoreFull } from './store.ts'

/** - `most`: the bytes of all files, at most */
export function memoryStore({ most = Infinity }: { readonly most?: number } = {}): FileStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    kind: 'memory',
    async list(folder) {
      const before = `${folder}/`
      const below = [...files.keys()].filter((path) => path.startsWith(before))
      return [...new Set(below.map((path) => path.slice(before.length).split('/')[0]))]
    },
    read: async (path) => files.get(path)?.slice(),
    size: async (path) => files.get(path)?.length,
    async write(path, write) {
      const bytes = await gathered(write)
      const others = [...files].filter(([other]) => other !== path)
      if (others.reduce((sum, [, { length }]) => sum + length, bytes.length) > most)
        throw new StoreFull(`${path}: its ${bytes.length} bytes do not fit`)
      files.set(path, bytes)
    },
    async remove(path) {
      for (const each of [...files.keys()]) if (each === path || each.startsWith(`${path}/`)) files.delete(each)
    },
  }
}
