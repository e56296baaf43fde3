// The folder that a run is saved in: whether it may be written to, and what it remembers of its text.

import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { claimFolder, type FolderClaim } from '../../checkpoint/folderClaim.ts'
import { contentOf as contentOfNames, unfinished } from '../../checkpoint/savedNames.ts'
import { checkIsObject, kindOf } from '../../text/json.ts'
import { cannotSave, withFolder } from './newFolder.ts'

/** What a run remembers of what it learns from. */
export interface SourceRecord {
  readonly files: readonly string[]
  /** Where the files are, seen from the run's folder: the run may be taken up again from elsewhere. */
  readonly beside?: readonly string[]
  readonly characters: number
  /** Of the text in UTF-8. */
  readonly sha256: string
  /** The task whose questions it learns from, in place of files. */
  readonly task?: string
  /** The names of a table's columns, where they were said. */
  readonly columns?: { readonly source?: string; readonly target?: string; readonly label?: string }
  /** The share of targets that is given to all entries alike. */
  readonly smoothing?: number
}

export function recordText(text: string, files: readonly string[]): SourceRecord {
  return { files, characters: text.length, sha256: createHash('sha256').update(text).digest('hex') }
}

/** The record in the settings of a run; undefined where there is none, as in a state that a program of one's own has saved. */
export function recordOf(settings: unknown): SourceRecord | undefined {
  checkIsObject(settings, 'settings')
  const { text } = settings
  if (text === undefined) return undefined
  checkIsObject(text, 'settings: text')
  const { files, beside = [], characters, sha256, task, columns = {}, smoothing } = text
  checkIsObject(columns, 'settings: text: columns')
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every(isText)
  const wrong = Object.entries({
    files: areTexts(files),
    beside: areTexts(beside),
    characters: Number.isSafeInteger(characters),
    sha256: isText(sha256) && /^[0-9a-f]{64}$/.test(sha256),
    task: task === undefined || isText(task),
    columns: Object.values(columns).every(isText),
    smoothing: smoothing === undefined || (typeof smoothing === 'number' && smoothing >= 0 && smoothing < 1),
  }).find(([, isRight]) => !isRight)
  if (wrong)
    throw new Error(
      `settings: text: ${wrong[0]} is ${kindOf(text[wrong[0]])}. The training state is damaged; start the training anew.`,
    )
  return text as unknown as SourceRecord
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Throws unless a text is the one that a run has learnt from so far: with another one it would be another run. */
export function checkSameText(text: SourceRecord, run: SourceRecord | undefined, folder: string): void {
  if (run === undefined || run.sha256 === text.sha256) return
  throw new Error(
    `${folder}: it was trained on another text (${named(run)}, ${run.characters} characters) than ` +
      `${named(text)} is now (${text.characters} characters). Give that text, or begin a new run with --out.`,
  )
}

const named = ({ task, files }: SourceRecord): string => (task === undefined ? files.join(', ') : `the task ${task}`)

/** `runs/shakespeare` for `texts/shakespeare.txt` */
export function usualFolder(path: string): string {
  const name = basename(path).replace(/\.[^.]+$/, '')
  return join('runs', /^[.\s]*$/.test(name) ? 'text' : name)
}

/** Whether a folder holds a run or another model, something else, or nothing. */
export async function contentOf(folder: string): Promise<'run' | 'other' | 'nothing'> {
  const content = contentOfNames(await namesIn(folder))
  return content === 'model' ? 'run' : content
}

/** The names in a folder; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') throw new Error(`${folder}: this is a file, not a folder. Name a folder with --out.`)
    throw new Error(`${folder}: it cannot be read (${error.message}). Name another folder with --out.`, {
      cause: error,
    })
  })
}

/** Throws if a new run may not be saved there. */
export async function checkIsFree(folder: string, { mayReplace }: { mayReplace: boolean }): Promise<void> {
  const content = await contentOf(folder)
  if (content === 'other') {
    throw new Error(`${folder}: this folder holds other things and is no run. Name another one with --out.`)
  }
  if (content !== 'run') return
  const isOurs = (await namesIn(folder)).some((name) => (unfinished(name) ?? name) === 'training.safetensors')
  if (mayReplace && !isOurs) {
    throw new Error(
      `${folder}: there is a model in it that was not trained there (it has no training.safetensors). Name another folder with --out.`,
    )
  }
  if (!mayReplace) {
    throw new Error(
      `${folder}: there is a run in it already. Add --resume to go on with it, --force to replace it, or name another folder with --out.`,
    )
  }
}

/** Throws unless there is a run to go on with. */
export async function checkIsRun(folder: string): Promise<void> {
  const content = await contentOf(folder)
  if (content === 'run') return
  const wasBegun = (await namesIn(folder)).some((name) => unfinished(name) !== undefined)
  throw new Error(
    content === 'nothing' && wasBegun
      ? `${folder}: the run in it was killed before its first checkpoint was complete. Begin it again without --resume.`
      : `${folder}: there is no run in it to go on with. Begin one without --resume, or name its folder with --out.`,
  )
}

/** Makes the folder and claims it for a run, as long as `work` lasts: two runs would save over one another. */
export function withRunFolder<T>(folder: string, work: (claim: FolderClaim) => Promise<T>): Promise<T> {
  return withFolder(folder, async () => {
    const claim = await claimFolder(folder, 'run').catch((error: unknown) => {
      throw cannotSave(folder, error)
    })
    try {
      return await work(claim)
    } finally {
      await claim.release()
    }
  })
}
