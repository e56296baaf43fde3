// <attention-view> as one file without imports or exports, for script tags and for pages that hold it: dist/attention-view.js.

import { join } from 'node:path'
import { build } from 'vite'
import { callsArePure, shortLines } from './bundle.ts'

/** The text of the file: a function that is called, by the name that src/attention-view.ts knows it by. */
export async function attentionViewScript(root: string): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // Lines as long as a program may show above an error: each end costs a byte, packed.
    plugins: [callsArePure, shortLines(2000)],
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      modulePreload: false,
      rolldownOptions: {
        input: join(root, 'src/attention-view.ts'),
        output: { format: 'es', comments: false },
      },
    },
  })
  const chunks = ([built].flat() as { output: readonly { readonly code?: string }[] }[]).flatMap(({ output }) => output)
  const code = chunks.map(({ code: own = '' }) => own).join('\n')
  if (chunks.length !== 1 || /^\s*(?:import|export)\b/m.test(code))
    throw new Error(
      `attention-view: ${chunks.length} files came of it, or one with imports. It must be one file alone.`,
    )
  return `(function attentionViewFile(){"use strict";${code.trim()}})()\n`
}
