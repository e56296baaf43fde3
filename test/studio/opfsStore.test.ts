// Files in the origin's private file system, held to a browser that forgets what it was asked where nobody holds the handle any more.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { opfsStore } from '../../src/studio/store/opfsStore.ts'
import { chunks } from '../../src/studio/store/store.ts'
import { collect } from '../collect.ts'

/** The answer of a handle, which comes later; none where the collector has taken the handle by then. */
async function later<Answer>(handle: WeakRef<object>, answer: () => Answer): Promise<Answer> {
  await new Promise((resolve) => setTimeout(resolve))
  collect()
  await new Promise((resolve) => setTimeout(resolve))
  if (!handle.deref()) throw new Error('the collector took the handle before it had answered')
  return answer()
}

/** All files by their paths; folders end in a slash. */
type Tree = Map<string, Uint8Array<ArrayBuffer>>

function fileHandle(tree: Tree, path: string): object {
  const handle = {
    getFile: () => later(own, () => new Blob([tree.get(path) ?? new Uint8Array(0)])),
    createSyncAccessHandle: () =>
      later(own, () => ({
        write: (bytes: Uint8Array, { at }: { at: number }) => {
          const before = tree.get(path) ?? new Uint8Array(0)
          const after = new Uint8Array(Math.max(before.length, at + bytes.length))
          after.set(before)
          after.set(bytes, at)
          tree.set(path, after)
          return bytes.length
        },
        truncate: (size: number) => tree.set(path, (tree.get(path) ?? new Uint8Array(0)).slice(0, size)),
        flush: () => {},
        close: () => {},
      })),
  }
  const own = new WeakRef(handle)
  return handle
}

function folderHandle(tree: Tree, path: string): object {
  const missing = (): never => {
    throw Object.assign(new Error('there is none'), { name: 'NotFoundError' })
  }
  const within = (name: string) => [...tree.keys()].filter((each) => each.startsWith(`${path}${name}`))
  const handle = {
    getDirectoryHandle: (name: string, { create }: { create: boolean }) =>
      later(own, () => (create || within(`${name}/`).length > 0 ? folderHandle(tree, `${path}${name}/`) : missing())),
    getFileHandle: (name: string, { create }: { create: boolean }) =>
      later(own, () => (create || tree.has(`${path}${name}`) ? fileHandle(tree, `${path}${name}`) : missing())),
    removeEntry: (name: string) =>
      later(own, () => {
        for (const each of [...within(`${name}/`), `${path}${name}`]) tree.delete(each)
      }),
    keys: async function* () {
      const names = await later(own, () => new Set(within('').map((each) => each.slice(path.length).split('/')[0])))
      yield* names
    },
  }
  const own = new WeakRef(handle)
  return handle
}

describe('the private file system', () => {
  const tree: Tree = new Map()
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  beforeEach(() => {
    tree.clear()
    const storage = { getDirectory: async () => folderHandle(tree, '') }
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { storage } })
  })
  afterEach(() => {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
  })

  test('answers whatever the collector does meanwhile', async () => {
    const store = await opfsStore()
    const bytes = Uint8Array.of(1, 2, 3)
    await store.write('runs/one/weights', chunks(bytes))
    assert.deepEqual(await store.read('runs/one/weights'), bytes)
    assert.equal(await store.size('runs/one/weights'), 3)
    assert.deepEqual(await store.list('runs/one'), ['weights'])
    assert.equal(await store.read('runs/two/weights'), undefined)
    await store.remove('runs/one')
    assert.deepEqual(await store.list('runs'), [])
  })
})
