// The text of <attention-view>, for pages that hold it: in the package files beside the command, in a clone made anew.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export async function attentionScript(): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) {
    const files = ['attention-view-more.js', 'attention-view.js'].map((name) => new URL(`../${name}`, import.meta.url))
    return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('')
  }
  // The package has no tools: their names are not for bundlers.
  const [tools, root] = ['../../tools/attentionView.ts', '../../'].map((path) => new URL(path, import.meta.url))
  const { attentionViewScript } = await import(tools.href)
  return attentionViewScript(fileURLToPath(root))
}
