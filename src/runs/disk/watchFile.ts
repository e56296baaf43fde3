// The record of what was watched, in the folder of a run. Every look is added when it was taken. Until the first checkpoint of a run is
// there the record has a hidden name, since the folder holds no run yet, or another one's.

import { access, appendFile, open, readFile, rename, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RecordHead, recordFrom, recordHead, recordLook, type WatchRecord } from '../../inspect/watch/record.ts'
import type { WatchedRow } from '../../inspect/watch/watched.ts'
import { cannotSave } from './newFolder.ts'

/** The name of the record in a run's folder, and that before its first checkpoint. */
const watchName = 'watched.bin'
const beginningName = '.watched.part'

/** The record in a run's folder; undefined where there is none. `last`: looks after this step are left out. */
export async function readRecord(folder: string, last?: number): Promise<WatchRecord | undefined> {
  const place = join(folder, watchName)
  const bytes = await readFile(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw new Error(`${place}: it cannot be read (${error.code}). Delete it, or begin a new run.`, { cause: error })
  })
  return bytes && recordFrom(bytes, place, last)
}

/** True where a run that is watched has begun, and has not come to its first checkpoint. */
export const hasBegun = (folder: string): Promise<boolean> =>
  access(join(folder, beginningName)).then(
    () => true,
    () => false,
  )

/** A sentence about looks that cannot be read; undefined where all can. */
export const damageOf = (folder: string, { damaged }: WatchRecord): string | undefined =>
  damaged === 0
    ? undefined
    : `${join(folder, watchName)}: ${damaged} ${damaged === 1 ? 'look is' : 'looks are'} damaged and left out.`

/** Gives the record its name where a kill came between the first checkpoint and that. */
export async function adoptRecord(folder: string): Promise<void> {
  const isThere = await readFile(join(folder, watchName)).then(
    () => true,
    () => false,
  )
  if (!isThere) await rename(join(folder, beginningName), join(folder, watchName)).catch(() => {})
}

/** Throws where the disk has no room for so many bytes. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (bytes > free)
    throw new Error(
      `${folder}: the disk has ${Math.floor(free / 1e6)} MB left, but what is watched would take ${Math.ceil(bytes / 1e6)} MB. Look at fewer steps or places.`,
    )
}

/** Writes a record. */
export class RecordFile {
  readonly #folder: string
  #name: string

  private constructor(folder: string, name: string) {
    this.#folder = folder
    this.#name = name
  }

  /** A new record; the run's former one stays until the first checkpoint. */
  static begin(folder: string, head: RecordHead): Promise<RecordFile> {
    return noted(folder, async () => {
      await writeFile(join(folder, beginningName), recordHead(head))
      return new RecordFile(folder, beginningName)
    })
  }

  /** The record that is there, without what stands behind the looks that were read. */
  static goOn(folder: string, { bytes }: WatchRecord): Promise<RecordFile> {
    return noted(folder, async () => {
      await truncate(join(folder, watchName), bytes)
      return new RecordFile(folder, watchName)
    })
  }

  /** Adds a look. */
  add(step: number, rows: readonly WatchedRow[]): Promise<void> {
    return noted(this.#folder, () => appendFile(join(this.#folder, this.#name), recordLook(step, rows)))
  }

  /** Saves a checkpoint when all looks are on the disk; with the first of a run its record takes its name. */
  async around(save: () => Promise<void>): Promise<void> {
    await noted(this.#folder, () => synced(join(this.#folder, this.#name)))
    const isNew = this.#name === beginningName
    if (isNew) await rm(join(this.#folder, watchName), { force: true })
    await save()
    if (isNew) await rename(join(this.#folder, beginningName), join(this.#folder, watchName))
    this.#name = watchName
  }

  /** Leaves nothing of a run without a checkpoint. */
  async close(): Promise<void> {
    if (this.#name === beginningName) await forgetRecord(this.#folder, [beginningName])
  }
}

/** Waits until a file is on the disk. Node's --permission allows nobody to wait. */
async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.datasync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_ACCESS_DENIED') throw error
    })
  } finally {
    await file.close()
  }
}

/** Removes the record of a run that is replaced by one which is not watched, and what a killed one has left. */
export async function forgetRecord(
  folder: string,
  names: readonly string[] = [watchName, beginningName],
): Promise<void> {
  for (const name of names) await rm(join(folder, name), { force: true })
}

async function noted<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw cannotSave(folder, error)
  }
}
