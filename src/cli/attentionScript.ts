// The text of <attention-view>, for pages that hold it: in the package a file beside the command, in a clone made anew.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export async function attentionScript(): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return readFile(new URL('../attention-view.js', import.meta.url), 'utf8')
  // The package has no tools: their names are not for bundlers.
  const [tools, root] = ['../../tools/attentionView.ts', '../../'].map((path) => new URL(path, import.meta.url))
  const { attentionViewScript } = await import(tools.href)
  return attentionViewScript(fileURLToPath(root))
}
