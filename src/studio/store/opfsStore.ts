// Files in the origin's private file system. Only in a worker can they be opened by handles that write where they are told and flush.

import { type FileStore, isFull, StoreFull } from './store.ts'

/** A handle that the browser gives a worker; TypeScript's library of pages does not know it. */
interface SyncHandle {
  write(bytes: Uint8Array, at: { readonly at: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}

type OpenFile = FileSystemFileHandle & { createSyncAccessHandle?(): Promise<SyncHandle> }

/** Throws where the browser has no such files, or lets nothing be written to them. */
export async function opfsStore(): Promise<FileStore> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('cutaway', { create: true })
  const store: FileStore = {
    kind: 'opfs',
    async list(folder) {
      const found = await folderOf(root, folder.split('/'), false)
      const names: string[] = []
      if (found)
        for await (const name of (found as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
      return names
    },
    async read(path) {
      const file = await fileOf(root, path, false)
      return file && new Uint8Array(await (await file.getFile()).arrayBuffer())
    },
    async size(path) {
      return (await (await fileOf(root, path, false))?.getFile())?.size
    },
    async write(path, write) {
      const handle = await opened(root, path)
      try {
        let at = 0
        await write((chunk) => {
          // What threads share no handle takes.
          const own = chunk.buffer instanceof ArrayBuffer ? chunk : chunk.slice()
          const written = handle.write(own, { at })
          if (written < chunk.length) throw new StoreFull(`${path}: only ${at + written} bytes of it fit`)
          at += written
        })
        handle.truncate(at)
        handle.flush()
      } catch (error) {
        throw isFull(error) ? new StoreFull(`${path}: it does not fit`, { cause: error }) : error
      } finally {
        handle.close()
      }
    },
    async remove(path) {
      const parts = path.split('/')
      const name = parts.pop() ?? ''
      const folder = await folderOf(root, parts, false)
      await folder?.removeEntry(name, { recursive: true }).catch(ifMissing)
    },
  }
  await store.write('trial', (take) => take(Uint8Array.of(1)))
  await store.remove('trial')
  return store
}

const ifMissing = (error: unknown): undefined => {
  if (error instanceof Error && error.name === 'NotFoundError') return undefined
  throw error
}

async function folderOf(
  root: FileSystemDirectoryHandle,
  parts: readonly string[],
  create: boolean,
): Promise<FileSystemDirectoryHandle | undefined> {
  let folder: FileSystemDirectoryHandle | undefined = root
  for (const part of parts) folder = await folder?.getDirectoryHandle(part, { create }).catch(ifMissing)
  return folder
}

async function fileOf(root: FileSystemDirectoryHandle, path: string, create: boolean): Promise<OpenFile | undefined> {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  return (await folderOf(root, parts, create))?.getFileHandle(name, { create }).catch(ifMissing)
}

async function opened(root: FileSystemDirectoryHandle, path: string): Promise<SyncHandle> {
  try {
    const handle = await (await fileOf(root, path, true))?.createSyncAccessHandle?.()
    if (handle) return handle
  } catch (error) {
    throw isFull(error) ? new StoreFull(`${path}: it does not fit`, { cause: error }) : error
  }
  throw new Error('this browser gives workers no handles of files')
}
