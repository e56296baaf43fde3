// Lists of pairs of words with the likeness that people gave them: a pair and a number a line.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type ScoredPairs = Readonly<Record<string, readonly (readonly [string, string, number])[]>>

/** Every list of a folder, by the name of its file. */
export async function parseSimilarity(folder: string): Promise<ScoredPairs> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()
  const lists = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return Object.fromEntries(
    lists.map((list, i) => [
      names[i].replace('.txt', ''),
      list
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/))
        .map(([one, other, score]) => [one, other, Number(score)] as const),
    ]),
  )
}
