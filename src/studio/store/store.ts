// Files in a browser, by path: `runs/k3/first/config.json`. Three places can have them, the first that works is taken (openStore.ts):
//
//   opfs        the origin's private files, written by handles that can flush      a worker of Chrome 102, Firefox 111, Safari 15.2
//   indexeddb   a data base, a file to an entry                                     where there are none, as in WebKitGTK
//   memory      gone with the page                                                  where the browser lets nothing be kept
//
// Whoever writes says when it is whole: generations.ts builds on nothing but that a file which was written is there.

import { joinedBytes } from '../../text/joinedBytes.ts'

/** Hands out all that a file is to hold, in order; a chunk holds good until the one who takes it has returned. */
export type WriteChunks = (take: (chunk: Uint8Array) => void) => void | Promise<void>

export interface FileStore {
  readonly kind: 'opfs' | 'indexeddb' | 'memory'
  /** The names in a folder, of files and folders; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** All bytes of a file; undefined where there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** The bytes of a file; undefined where there is none. */
  size(path: string): Promise<number | undefined>
  /** Writes a file, in place of the one that is there. It is on the disk when this resolves. Rejects with `StoreFull` where no room is left. */
  write(path: string, write: WriteChunks): Promise<void>
  /** Takes away a file, or a folder with all that is in it. */
  remove(path: string): Promise<void>
}

/** Says that a file does not fit. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull'
}

/** Writes the chunks that one has already. */
export const chunks =
  (...all: readonly Uint8Array[]): WriteChunks =>
  (take) => {
    for (const chunk of all) take(chunk)
  }

/** Writes a value as JSON. */
export const writeJSON = (store: FileStore, path: string, value: unknown): Promise<void> =>
  store.write(path, chunks(new TextEncoder().encode(JSON.stringify(value))))

/** The value of a file of JSON; undefined where there is none, or where it is not whole. */
export async function readStored(store: FileStore, path: string): Promise<unknown> {
  const bytes = await store.read(path)
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** All chunks as one array. */
export async function gathered(write: WriteChunks): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = []
  await write((chunk) => {
    all.push(chunk.slice())
  })
  return joinedBytes(all)
}

/** True for the errors by which browsers say that there is no room. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error &&
  /QuotaExceeded|NS_ERROR_FILE_NO_DEVICE_SPACE|NS_ERROR_DOM_QUOTA/.test(`${error.name} ${error.message}`)
