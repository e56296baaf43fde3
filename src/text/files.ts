// Reading text from the disk: files and folders become one string. This needs Node; a page reads its own files.

import { readdir, readlink, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { openFile } from './openFile.ts'
import { nearest } from './spelling.ts'
import { asText, textOfBytes } from './textOfBytes.ts'

export interface FileText {
  /** All files' text, in order; a file whose last line has no end gets one, so that the next file begins a line. */
  readonly text: string
  /** The files that were read, in this order. */
  readonly files: readonly string[]
  /** The number of files in folders that were passed over, being no text. */
  readonly skipped: number
}

/** The longest text read, in bytes: what fits in one JavaScript string. */
const mostBytes = 500_000_000

/**
 * Reads files and folders into one text.
 *
 * A folder gives all of its text files (whatever is valid UTF-8 without zero bytes), those of its folders too, sorted
 * by name; hidden names (`.git`) are passed over and files that are no text are counted. A file that was named itself must
 * be text, and is unpacked when its name ends in `.gz`. A byte order mark is not part of the text.
 *
 * Throws for a path that does not exist, a file that is empty or no UTF-8 text, and a folder without text.
 */
export async function readTexts(paths: readonly string[]): Promise<FileText> {
  if (paths.length === 0) throw new Error('text: no file was named. Give one or several files or folders.')
  const read: { file: string; text: string }[] = []
  let skipped = 0
  let bytes = 0
  const keep = (file: string, text: string, length: number): void => {
    bytes += length
    if (bytes > mostBytes) {
      throw new Error(
        `text: with ${file} the text has ${bytes} bytes, more than the ${mostBytes} that one run can hold. Name fewer files.`,
      )
    }
    read.push({ file, text })
  }
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => describeMissing(path, error))
    if (found.isDirectory()) {
      const before = read.length
      const passedBefore = skipped
      for (const file of await filesBelow(path)) {
        const content = await contentOf(file)
        const text = asText(content)
        if (typeof text === 'number') skipped++
        else if (text !== '') keep(file, text, content.length)
      }
      if (read.length === before) {
        const passed = skipped - passedBefore
        throw new Error(
          `text: there is no text in the folder ${path}${passed === 0 ? '' : ` (${passed} ${passed === 1 ? 'file is' : 'files are'} no text)`}. ` +
            'Name a folder with .txt or .md files, or any other UTF-8 text.',
        )
      }
    } else {
      const { text, length } = await named(path)
      keep(path, text, length)
    }
  }
  return { text: joined(read.map(({ text }) => text)), files: read.map(({ file }) => file), skipped }
}

/**
 * The text of one file; one whose name ends in `.gz` is unpacked. A byte order mark is not part of it.
 *
 * Throws for a path that does not exist or is a folder, and for a file that is empty or no UTF-8 text.
 */
export async function readText(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => describeMissing(path, error))
  if (found.isDirectory()) throw new Error(`text: ${path} is a folder. Name a file.`)
  return (await named(path)).text
}

/** The text of a file that was named itself, and how many bytes it has. */
async function named(path: string): Promise<{ text: string; length: number }> {
  const packed = await contentOf(path)
  const content = path.endsWith('.gz') ? await unpacked(path, packed) : packed
  return { text: textOfBytes(content, path), length: content.length }
}

async function unpacked(path: string, packed: Uint8Array): Promise<Uint8Array> {
  return promisify(gunzip)(packed, { maxOutputLength: mostBytes }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`text: ${path} cannot be unpacked (${reason}). It may be cut off, or no gzip file.`, { cause })
  })
}

function joined(texts: readonly string[]): string {
  return texts.map((text, i) => (i === texts.length - 1 || text.endsWith('\n') ? text : `${text}\n`)).join('')
}

/** Every file below a folder, sorted by name, folder by folder. A link to a file counts, a link to a folder does not. */
async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = []
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error)
  })
  // Sorted by code unit rather than by the machine's language, so that every machine makes the same text of a folder.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) for (const file of await filesBelow(path)) files.push(file)
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isLinkToFile(path)))) files.push(path)
  }
  return files
}

async function isLinkToFile(path: string): Promise<boolean> {
  const target = await stat(path).catch(() => undefined)
  return target?.isFile() ?? false
}

async function contentOf(file: string): Promise<Uint8Array> {
  const handle = await openFile(file).catch((error: unknown) => {
    throw unreadable(file, error)
  })
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) {
      throw new Error(
        `text: ${file} has ${size} bytes, more than the ${mostBytes} that one run can hold. Cut it, and name a part.`,
      )
    }
    return await handle.readFile().catch((error: unknown) => {
      throw unreadable(file, error)
    })
  } finally {
    await handle.close()
  }
}

function unreadable(path: string, error: unknown): Error {
  if (error instanceof Error && !('code' in error)) return new Error(`text: ${error.message}`, { cause: error })
  const reason = error instanceof Error ? error.message : String(error)
  return new Error(`text: ${path} cannot be read (${reason}). Check its permissions, or name another file.`, {
    cause: error,
  })
}

/** Throws the error for a path that cannot be read: the first part that does not exist, and the nearest that does. */
async function describeMissing(path: string, error: unknown): Promise<never> {
  if (path === '') throw new Error('text: the name of a file is empty. Name a file.')
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const link = await readlink(path).catch(() => undefined)
  if (link !== undefined && (code === 'ELOOP' || code === 'ENOENT'))
    throw new Error(
      `text: ${path} is a link to ${link}, ${code === 'ELOOP' ? 'which leads back to it' : 'which does not exist'}. Name another file.`,
    )
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(path, error)
  let missing = resolve(path)
  while (dirname(missing) !== missing && !(await exists(dirname(missing)))) missing = dirname(missing)
  const folder = dirname(missing)
  const names = await readdir(folder).catch((): string[] => [])
  const meant = nearest(basename(missing), names)
  throw new Error(
    `text: ${path} does not exist: there is no "${basename(missing)}" in ${folder}. ` +
      (meant === undefined ? 'Check the name.' : `Did you mean "${meant}"?`),
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
