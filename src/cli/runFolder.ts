// The folder that a run is saved in: whether it may be written to, and what it remembers of its text.

import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

/** The files of a run; those of its tokenizer may have come with the model that it began from. */
const filesOfRun = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'training.safetensors',
]

/** The files of its weights, which may be many. */
const weightFiles = /^model(-[\w-]+)?\.safetensors(\.index\.json)?$/

/** What a run remembers of what it learns from. */
export interface SourceRecord {
  readonly files: readonly string[]
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

/** The record in the settings of a run; undefined where there is none. */
export function recordOf(settings: unknown): SourceRecord | undefined {
  const { text } = (settings ?? {}) as { text?: Partial<SourceRecord> }
  const isRecord =
    Array.isArray(text?.files) &&
    text.files.every((file) => typeof file === 'string') &&
    typeof text.sha256 === 'string'
  return isRecord ? (text as SourceRecord) : undefined
}

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

/** Whether a folder holds a run, something else, or nothing. */
export async function contentOf(folder: string): Promise<'run' | 'other' | 'nothing'> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR') throw new Error(`${folder}: this is a file, not a folder. Name a folder with --out.`)
    throw new Error(`${folder}: it cannot be read (${error.message}). Name another folder with --out.`)
  })
  const seen = names.filter((name) => !name.startsWith('.'))
  if (seen.length === 0) return 'nothing'
  return names.includes('config.json') && names.some((name) => name.endsWith('.safetensors')) ? 'run' : 'other'
}

/** Throws if a new run may not be saved there. */
export async function checkIsFree(folder: string, { mayReplace }: { mayReplace: boolean }): Promise<void> {
  const content = await contentOf(folder)
  if (content === 'other') {
    throw new Error(`${folder}: this folder holds other things and is no run. Name another one with --out.`)
  }
  if (content === 'run' && !mayReplace) {
    throw new Error(
      `${folder}: there is a run in it already. Add --resume to go on with it, --force to replace it, or name another folder with --out.`,
    )
  }
}

/** Makes the folder and tries to write in it: it would be a pity to learn only after an hour that nothing can be saved. */
export async function checkIsWritable(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await makeFolder(folder)
    await writeFile(probe, 'x')
    await rm(probe)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      EROFS: 'the disk is read-only',
      EACCES: 'permission is denied',
      EPERM: 'it is not permitted',
      ENOSPC: 'the disk is full',
      ENOENT: 'no folder can be made there',
      ENOTDIR: 'a part of this path is a file',
      EEXIST: 'this is a file, not a folder',
    }
    throw new Error(
      `${folder}: nothing can be saved there: ${reasons[code ?? ''] ?? message}. Name another folder with --out.`,
      { cause: error },
    )
  }
}

/** Makes a folder and those it lies in. (Node's own `recursive` tries forever where the system makes none, in /proc.) */
async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder)
  if (await isFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path)
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Removes a run's files, and nothing else that may be in its folder. */
export async function removeRun(folder: string): Promise<void> {
  const shards = (await readdir(folder).catch((): string[] => [])).filter((name) => weightFiles.test(name))
  for (const name of [...filesOfRun, ...shards]) await rm(join(folder, name), { force: true })
}
