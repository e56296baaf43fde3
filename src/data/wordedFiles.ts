// Reading a folder of files that words belong to, from the disk: the table in it that says the words of each, or else their names. This
// needs Node.

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '../text/files.ts'
import { readFileBytes } from '../text/openFile.ts'
import { tableRows } from './table.ts'

/** The files that are read. */
export interface WordedKind {
  /** The name of one, for messages: `picture`. */
  readonly what: string
  /** The name of their format, for messages: `PNG`. */
  readonly format: string
  /** The name of a file that is one of them. */
  readonly pattern: RegExp
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

/** The files of a folder, in the order of the table, or else of their names. Throws for what is no folder. */
export async function wordedFiles(folder: string, kind: WordedKind): Promise<readonly WordedFile[]> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${folder}: ${found ? 'this is no folder' : 'there is no such folder'}. Name one with ${kind.format} files, and words as their names or in a ${kind.table}.`,
    )
  const names = await readdir(folder)
  const table = names.includes(kind.table) ? join(folder, kind.table) : undefined
  // Sorted by code unit, so that every machine reads a folder in one order.
  const own = (): readonly string[] => names.filter((name) => kind.pattern.test(name)).sort()
  const named =
    table === undefined ? own().map((name) => ({ name, words: kind.wordsOf(name) })) : await rowsOf(table, kind)
  return named.map(({ name, words }) => ({
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
