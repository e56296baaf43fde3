// Runs in a store: what each follows from, its last two states, and the weights that were kept for looking back.
//
//   last.json                    the run that was open last
//   runs/K3/run.json             its name, its recipe without the text, its arithmetic
//   runs/K3/text.txt             the text
//   runs/K3/doing.json           whether it trains: what the page was doing when it ended
//   runs/K3/first/, second/      the folders of its states, as Hugging Face has them, with past.json (generations.ts)
//   runs/K3/weights/120          the weights after 120 steps

import { blobFiles } from '../../checkpoint/blobFiles.ts'
import type { FolderFiles } from '../../checkpoint/folderFiles.ts'
import { type Generation, type KeptFile, newestGeneration, writeGeneration } from './generations.ts'
import { chunks, type FileStore, readStored, StoreFull, writeJSON } from './store.ts'

/** A run as it is begun. */
export interface StoredRun {
  readonly name: string
  /** Everything that it follows from but its text, as JSON. */
  readonly recipe: unknown
  readonly text: string
}

/** A run as it is found: its text is read by itself. */
export interface FoundRun extends Omit<StoredRun, 'text'> {
  readonly id: string
  /** Its last state, where it has one. */
  readonly state: Generation | undefined
  readonly isTraining: boolean
}

/** The number of steps that weights are kept of, as a name. */
const weightsFolder = (id: string): string => `runs/${id}/weights`

export class Runs {
  readonly store: FileStore

  constructor(store: FileStore) {
    this.store = store
  }

  /** Puts down a run that begins; its key. */
  async begin({ text, ...run }: StoredRun): Promise<string> {
    const there = new Set(await this.store.list('runs'))
    let number = Date.now()
    while (there.has(number.toString(36))) number++
    const id = number.toString(36)
    await this.store.write(`runs/${id}/text.txt`, chunks(new TextEncoder().encode(text)))
    await writeJSON(this.store, `runs/${id}/run.json`, run)
    return id
  }

  /** A run; undefined where there is none of this key, or where it was not put down whole. */
  async find(id: string): Promise<FoundRun | undefined> {
    const said = await readStored(this.store, `runs/${id}/run.json`)
    if (typeof said !== 'object' || said === null) return undefined
    const { name, recipe } = said as Partial<StoredRun>
    if (typeof name !== 'string') return undefined
    const doing = await readStored(this.store, `runs/${id}/doing.json`)
    const state = await newestGeneration(this.store, `runs/${id}`)
    return { id, name, recipe, state, isTraining: doing === 'training' }
  }

  async text(id: string): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.store.read(`runs/${id}/text.txt`))
  }

  /** The keys of all runs, the newest first. */
  async keys(): Promise<readonly string[]> {
    return (await this.store.list('runs')).toSorted((a, b) => Number.parseInt(b, 36) - Number.parseInt(a, 36))
  }

  /** Says what a run is doing, in case that the page ends. */
  doing(id: string, what: 'training' | 'resting'): Promise<void> {
    return writeJSON(this.store, `runs/${id}/doing.json`, what)
  }

  /** Gives a run another name, or its recipe what was changed in it. */
  async rewrite(id: string, change: Partial<Pick<StoredRun, 'name' | 'recipe'>>): Promise<void> {
    const found = await this.find(id)
    if (!found) throw unknownRun()
    const { name, recipe } = found
    await writeJSON(this.store, `runs/${id}/run.json`, { name, recipe, ...change })
  }

  forget(id: string): Promise<void> {
    return this.store.remove(`runs/${id}`)
  }

  /** The run that was open last. */
  async last(): Promise<string | undefined> {
    const said = await readStored(this.store, 'last.json')
    return typeof said === 'string' ? said : undefined
  }

  setLast(id: string): Promise<void> {
    return writeJSON(this.store, 'last.json', id)
  }

  /**
   * Saves a state. Where there is no room the weights for looking back give way. Rejects where even that is not enough; the state before
   * is kept then.
   */
  async save(id: string, state: { readonly files: readonly KeptFile[]; readonly about: unknown }): Promise<Generation> {
    try {
      return await writeGeneration(this.store, `runs/${id}`, state)
    } catch (error) {
      if (!(error instanceof StoreFull) || (await this.store.list(weightsFolder(id))).length === 0) throw error
      await this.store.remove(weightsFolder(id))
      return writeGeneration(this.store, `runs/${id}`, state)
    }
  }

  /** The files of a state, and their bytes. */
  async files({ folder, files }: Generation, name: string): Promise<FolderFiles> {
    const blobs = new Map<string, Blob>()
    for (const file of Object.keys(files)) {
      const bytes = await this.store.read(`${folder}/${file}`)
      if (bytes) blobs.set(file, new Blob([bytes]))
    }
    return blobFiles(blobs, name)
  }

  /** The steps whose weights are kept. */
  async keptSteps(id: string): Promise<number[]> {
    const names = await this.store.list(weightsFolder(id))
    return names.filter((name) => /^\d+$/.test(name)).map(Number)
  }

  keepWeights(id: string, step: number, bytes: readonly Uint8Array[]): Promise<void> {
    return this.store.write(`${weightsFolder(id)}/${step}`, chunks(...bytes))
  }

  weights(id: string, step: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.store.read(`${weightsFolder(id)}/${step}`)
  }

  forgetWeights(id: string, step: number): Promise<void> {
    return this.store.remove(`${weightsFolder(id)}/${step}`)
  }
}

export const unknownRun = (): Error =>
  new Error('studio: this run is not here any more. Another tab may have forgotten it; open another one.')
