// <attention-view> as files without imports or exports, for script tags and for pages that hold them: dist/attention-view.js, and what
// is behind all heads in dist/attention-view-more.js.

import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { callsArePure, shortLines } from './bundle.ts'

export interface AttentionViewFiles {
  readonly element: string
  readonly more: string
}

/** The texts of the files. */
export async function attentionViewFiles(root: string): Promise<AttentionViewFiles> {
  const [element, more] = await Promise.all([fileOf(root, 'attention-view'), fileOf(root, 'attention-view-more')])
  return { element, more }
}

/** Both as one script, for pages that load nothing. */
export async function attentionViewScript(root: string): Promise<string> {
  const { element, more } = await attentionViewFiles(root)
  return more + element
}

/** The file beside is loaded as it will be called there. */
const besides: Plugin = {
  name: 'besides',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer && id.endsWith('/attention-view-more.ts') ? { id: './attention-view-more.js', external: true } : undefined,
}

/** The text of a file: a function that is called, by the name that it knows itself by. */
async function fileOf(root: string, name: string): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // Lines as long as a program may show above an error: each end costs a byte, packed.
    plugins: [besides, callsArePure, shortLines(2000)],
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      // Nothing is preloaded.
      ssr: true,
      rolldownOptions: {
        input: join(root, `src/${name}.ts`),
        output: { format: 'es', comments: false },
      },
    },
  })
  const chunks = ([built].flat() as { output: readonly { readonly code?: string }[] }[]).flatMap(({ output }) => output)
  const code = chunks
    .map(({ code: own = '' }) => own)
    .join('\n')
    // It has no names for others: so a module says that it is one.
    .replace(/export\s*\{\s*\};?\s*$/, '')
  if (chunks.length !== 1 || /(?:^|[;}])\s*(?:import|export)\b(?!\()/m.test(code))
    throw new Error(`${name}: ${chunks.length} files came of it, or one with imports. It must be one file alone.`)
  return `(function attentionViewFile(){"use strict";${code.trim()}})();\n`
}
