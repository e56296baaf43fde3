// The best place for files that this browser has.

import { messageOf } from '../talk/messageOf.ts'
import { Turns } from '../worker/turns.ts'
import { indexedStore } from './indexedStore.ts'
import { memoryStore } from './memoryStore.ts'
import { opfsStore } from './opfsStore.ts'
import type { FileStore } from './store.ts'

export interface OpenedStore {
  readonly store: FileStore
  /** The browser's words of why it is no better one. */
  readonly because: string | undefined
}

/** A store of which one thing is asked after the other: browsers do not let a file be read while it is written. */
function inTurn(store: FileStore): FileStore {
  const turns = new Turns()
  return {
    kind: store.kind,
    list: (folder) => turns.take(() => store.list(folder)),
    read: (path) => turns.take(() => store.read(path)),
    size: (path) => turns.take(() => store.size(path)),
    write: (path, write) => turns.take(() => store.write(path, write)),
    remove: (path) => turns.take(() => store.remove(path)),
  }
}

/** Opens the first of the places that can be written to. */
export async function openStore(): Promise<OpenedStore> {
  let because: string | undefined
  for (const open of [opfsStore, indexedStore]) {
    try {
      return { store: inTurn(await open()), because }
    } catch (error) {
      because = messageOf(error)
    }
  }
  return { store: memoryStore(), because }
}
