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

/** All that is asked of handles and not answered yet. */
const asked = new Set<object>()

/**
 * Asks something of a handle and holds it until the answer is there: where the collector takes a handle before, Chromium drops the answer, and whoever
 * waits for it waits for ever.
 */
async function ask<Handle extends FileSystemHandle, Answer>(
  handle: Handle,
  question: (handle: Handle) => Promise<Answer>,
): Promise<Answer> {
  const held = { handle }
  asked.add(held)
  try {
    return await question(handle)
  } finally {
    asked.delete(held)
  }
}

/** Throws where the browser has no such files, or lets nothing be written to them. */
export async function opfsStore(): Promise<FileStore> {
  const origin = await navigator.storage.getDirectory()
  const root = await ask(origin, (origin) => origin.getDirectoryHandle('cutaway', { create: true }))
  const store: FileStore = {
    kind: 'opfs',
    async list(folder) {
      const found = await folderOf(root, folder.split('/'), false)
      return found ? ask(found, namesIn) : []
    },
    async read(path) {
      const file = await fileOf(root, path, false)
      return file && new Uint8Array(await (await ask(file, contentOf)).arrayBuffer())
    },
    async size(path) {
      const file = await fileOf(root, path, false)
      return file && (await ask(file, contentOf)).size
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
      if (folder) await ask(folder, (folder) => folder.removeEntry(name, { recursive: true })).catch(ifMissing)
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
  for (const part of parts)
    folder = folder && (await ask(folder, (folder) => folder.getDirectoryHandle(part, { create })).catch(ifMissing))
  return folder
}

async function fileOf(root: FileSystemDirectoryHandle, path: string, create: boolean): Promise<OpenFile | undefined> {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  const folder = await folderOf(root, parts, create)
  return folder && ask(folder, (folder) => folder.getFileHandle(name, { create })).catch(ifMissing)
}

const contentOf = (file: OpenFile): Promise<File> => file.getFile()

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = []
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name)
  return names
}

async function opened(root: FileSystemDirectoryHandle, path: string): Promise<SyncHandle> {
  try {
    const file = await fileOf(root, path, true)
    const handle = file && (await ask(file, async (file) => file.createSyncAccessHandle?.()))
    if (handle) return handle
  } catch (error) {
    throw isFull(error) ? new StoreFull(`${path}: it does not fit`, { cause: error }) : error
  }
  throw new Error('this browser gives workers no handles of files')
}
