// Reading a folder of files that words belong to, from the disk: the table in it that says the words of each, or else their names. This
// needs Node.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '../text/files.ts'
import { readFileBytes } from '../text/openFile.ts'
import { someOf } from './leftOut.ts'
import { tableRows } from './table.ts'

/** Is told how many files of how many are read. */
export type Report = (done: number, of: number) => void

/** The files that are read. */
export interface WordedKind {
  /** The name of one, for messages: `picture`. */
  readonly what: string
  /** The name of their format, for messages: `PNG`. */
  readonly format: string
  /** The name of a file that is one of them. */
  readonly pattern: RegExp
  /** Files of other formats, which are not read: their names, what one is (`a sound`), and what is to be done with each. */
  readonly others: { readonly pattern: RegExp; readonly is: string; readonly advice: string }
  /** The name of the table, and what its columns are called: the first is the one to suggest. */
  readonly table: string
  readonly columns: { readonly name: readonly string[]; readonly words: readonly string[] }
  /** The words that a file's name says. */
  readonly wordsOf: (name: string) => string
}

/** A file, and the words that belong to it; they are empty where nothing says them. */
export interface WordedFile {
  readonly name: string
  readonly words: string
  /** Its bytes. Throws where it is named but not there. */
  readonly read: () => Promise<Uint8Array>
}

export interface WordedFolder {
  readonly files: readonly WordedFile[]
  /** Sentences about files of other formats, and folders with names of files, where there is no table, in which whatever is meant is named. */
  readonly leftOut: readonly string[]
}

/** The files of a folder, in the order of the table, or else of their names. Throws for what is no folder, and where none is of the kind. */
export async function wordedFiles(folder: string, kind: WordedKind): Promise<WordedFolder> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${folder}: ${found ? 'this is no folder' : 'there is no such folder'}. Name one with ${kind.format} files, and words as their names or in a ${kind.table}.`,
    )
  // Sorted by code unit, so that every machine reads a folder in one order.
  const entries = await readdir(folder, { withFileTypes: true })
  const folders = new Set(entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])))
  const names = entries.map(({ name }) => name).sort()
  const table = names.includes(kind.table) ? join(folder, kind.table) : undefined
  const like = names.filter((name) => kind.pattern.test(name))
  const own = like.filter((name) => !folders.has(name))
  if (table === undefined && own.length === 0) throw noneOf(folder, kind, names)
  const named =
    table === undefined ? own.map((name) => ({ name, words: kind.wordsOf(name) })) : await rowsOf(table, kind)
  const files = named.map(({ name, words }) => ({
    name,
    words,
    read: () =>
      readFileBytes(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
        throw new Error(
          `${table ?? folder}: there is no ${kind.what} ${name} beside it. Correct the name, or leave out its line.`,
        )
      }),
  }))
  if (table !== undefined) return { files, leftOut: [] }
  const misnamed = like.filter((name) => folders.has(name)).map((name) => `${name}: this is no file, but a folder.`)
  return { files, leftOut: [...othersIn(names, kind), ...misnamed] }
}

/** The error for a folder without a file of the kind: it says what is there. */
function noneOf(folder: string, { format, table, others }: WordedKind, names: readonly string[]): Error {
  const seen = names.filter((name) => !name.startsWith('.'))
  const like = seen.filter((name) => others.pattern.test(name))
  const found = like.length > 0 ? like : seen
  const advice =
    like.length > 0 ? others.advice : `Name one with ${format} files, and words as their names or in a ${table}.`
  return new Error(
    `${folder}: there is no ${format} in it${found.length === 0 ? '' : `, but ${someOf(found)}`}. ${advice}`,
  )
}

/** A sentence about files of other formats. */
function othersIn(names: readonly string[], { format, others }: WordedKind): readonly string[] {
  const [first, ...more] = names.filter((name) => others.pattern.test(name))
  if (first === undefined) return []
  const as = more.length === 0 ? '' : `, as ${more.length === 1 ? 'is' : 'are'} ${more.length} more`
  return [`${first}: this is ${others.is}, but no ${format} by its name${as}.`]
}

async function rowsOf(
  table: string,
  { what, columns }: WordedKind,
): Promise<readonly Pick<WordedFile, 'name' | 'words'>[]> {
  const rows = tableRows(await readText(table), table, [
    { role: what, usual: columns.name, at: 0 },
    { role: 'words', usual: columns.words, at: 1 },
  ])
  return rows.map(({ cells: [name = '', words = ''] }) => ({ name: name.trim(), words: words.trim() }))
}
