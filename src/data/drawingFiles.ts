// Reading drawings from the disk: a folder of pictures, and what says in words what they are. This needs Node.
//
//   pictures.tsv     seven-1.png⇥a bold seven        a line for each picture, where there is such a file
//   file names       bold-seven_12.png               otherwise: "bold seven"

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { withChannels } from '../image/picture.ts'
import { readPng } from '../image/readPng.ts'
import { readText } from '../text/files.ts'
import { readFileBytes } from '../text/openFile.ts'
import { checkedDrawings, type Drawing, type Drawings, wordsOfName } from './drawings.ts'
import { tableRows } from './table.ts'

const tableName = 'pictures.tsv'

/** The file in the folder that says what its pictures are, or undefined. */
const tableOf = async (folder: string): Promise<string | undefined> =>
  (await readdir(folder)).includes(tableName) ? join(folder, tableName) : undefined

/**
 * Reads the pictures of a folder with their words. They are in grey where all of them are, else in colours; what shines through lies on
 * white.
 *
 * Throws for what is no folder, for pictures of different sizes, and for one that is named but is not there.
 */
export async function readDrawings(folder: string): Promise<Drawings> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${folder}: this is no folder. Name one with PNG files, and words as their names or in a ${tableName}.`,
    )
  const table = await tableOf(folder)
  const named = table === undefined ? await byNames(folder) : await byTable(table)
  const said = named.filter(({ words }) => words !== '')
  const drawings: Drawing[] = []
  for (const { name, words } of said) {
    const place = join(folder, name)
    const bytes = await readFileBytes(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw new Error(
        `${table ?? folder}: there is no picture ${name} beside it. Correct the name, or leave out its line.`,
      )
    })
    drawings.push({ name, words, picture: await readPng(bytes, place) })
  }
  const isGrey = drawings.every(({ picture }) => picture.channels <= 2)
  const alike = drawings.map((each) => ({ ...each, picture: withChannels(each.picture, isGrey ? 1 : 3) }))
  return { drawings: checkedDrawings(alike, folder), skipped: named.length - said.length }
}

type Named = Pick<Drawing, 'name' | 'words'>

async function byTable(table: string): Promise<readonly Named[]> {
  const rows = tableRows(await readText(table), table, [
    { role: 'picture', usual: ['picture', 'file', 'name', 'file_name', 'image'], at: 0 },
    { role: 'words', usual: ['words', 'text', 'caption'], at: 1 },
  ])
  return rows.map(({ cells: [name = '', words = ''] }) => ({ name: name.trim(), words: words.trim() }))
}

async function byNames(folder: string): Promise<readonly Named[]> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.png$/i.test(name))
  // Sorted by code unit, so that every machine reads a folder in one order.
  return names.sort().map((name) => ({ name, words: wordsOfName(name) }))
}
