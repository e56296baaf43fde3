// The text that the Studio begins with: the first third of the novel, up to the end of a paragraph.

import { readNovel } from '../src/cli/novel.ts'

const longest = 300_000

export async function emmaSample(): Promise<string> {
  const beginning = (await readNovel('studio', 'build it there')).slice(0, longest)
  return beginning.slice(0, beginning.lastIndexOf('\n\n') + 1)
}
