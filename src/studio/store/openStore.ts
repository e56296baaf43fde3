// The best place for files that this browser has.

import { indexedStore } from './indexedStore.ts'
import { memoryStore } from './memoryStore.ts'
import { opfsStore } from './opfsStore.ts'
import type { FileStore } from './store.ts'

export interface OpenedStore {
  readonly store: FileStore
  /** The browser's words of why it is no better one. */
  readonly because: string | undefined
}

/** Opens the first of the places that can be written to. */
export async function openStore(): Promise<OpenedStore> {
  let because: string | undefined
  for (const open of [opfsStore, indexedStore]) {
    try {
      return { store: await open(), because }
    } catch (error) {
      because = error instanceof Error ? error.message : String(error)
    }
  }
  return { store: memoryStore(), because }
}
