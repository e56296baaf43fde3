// Files in a data base of the browser: each is an entry under its path. A transaction is kept as a whole or not at all.

import { type FileStore, gathered, isFull, StoreFull } from './store.ts'

const table = 'files'

/** Throws where the browser has no data base, or lets nothing be written to it. */
export async function indexedStore(): Promise<FileStore> {
  const base = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('cutaway', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(table)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('another page holds an older data base'))
  })
  base.onversionchange = () => base.close()

  const transact = <Result>(
    mode: IDBTransactionMode,
    work: (files: IDBObjectStore) => IDBRequest<Result> | undefined,
  ): Promise<Result | undefined> =>
    new Promise((resolve, reject) => {
      const transaction = base.transaction(table, mode, { durability: 'strict' })
      const request = work(transaction.objectStore(table))
      transaction.oncomplete = () => resolve(request?.result)
      transaction.onabort = () => reject(transaction.error ?? request?.error)
      transaction.onerror = () => reject(transaction.error ?? request?.error)
    })
  /** All paths in a folder. The character after '/' is '0'. */
  const below = (folder: string): IDBKeyRange => IDBKeyRange.bound(`${folder}/`, `${folder}0`, true, true)

  const store: FileStore = {
    kind: 'indexeddb',
    async list(folder) {
      const paths = (await transact('readonly', (files) => files.getAllKeys(below(folder)))) ?? []
      return [
        ...new Set(
          paths.map(
            (path) =>
              String(path)
                .slice(folder.length + 1)
                .split('/')[0],
          ),
        ),
      ]
    },
    async read(path) {
      const bytes: unknown = await transact('readonly', (files) => files.get(path))
      return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : undefined
    },
    async size(path) {
      return (await store.read(path))?.length
    },
    async write(path, write) {
      const bytes = await gathered(write)
      try {
        await transact('readwrite', (files) => files.put(bytes.buffer, path))
      } catch (error) {
        throw isFull(error) ? new StoreFull(`${path}: its ${bytes.length} bytes do not fit`, { cause: error }) : error
      }
    },
    async remove(path) {
      await transact('readwrite', (files) => {
        files.delete(path)
        files.delete(below(path))
        return undefined
      })
    },
  }
  await store.write('trial', (take) => take(Uint8Array.of(1)))
  await store.remove('trial')
  return store
}
