// Builds the Studio: src/studio/ becomes dist/studio/, static files that any host serves.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, type Plugin } from 'vite'
import { readNovel } from '../src/cli/novel.ts'
import { policy } from '../src/cli/studioServer.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/studio')

/** Writes the Studio's files into a folder. */
export async function buildStudio(folder: string): Promise<void> {
  await build({
    root: source,
    base: './',
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: false }), withEmma, withPolicy, namedByContent],
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { index: join(source, 'index.html'), serviceWorker: join(source, 'serviceWorker.ts') },
        output: {
          entryFileNames: ({ name }) => (name === 'serviceWorker' ? 'serviceWorker.js' : 'assets/[name]-[hash].js'),
        },
      },
    },
  })
}

/** Characters of the sample: about a third of the novel, up to the end of a paragraph. */
const longestSample = 300_000

/** `cutaway:emma` is the address of the novel, which comes with the page. */
const withEmma: Plugin = {
  name: 'with-emma',
  resolveId: (id) => (id === 'cutaway:emma' ? `\0${id}` : undefined),
  async load(id) {
    if (id !== '\0cutaway:emma') return undefined
    const beginning = (await readNovel('studio', 'build it there')).slice(0, longestSample)
    const text = beginning.slice(0, beginning.lastIndexOf('\n\n') + 1)
    const file = this.emitFile({ type: 'asset', name: 'emma.deflate', source: deflateRawSync(text, { level: 9 }) })
    return `export default import.meta.ROLLUP_FILE_URL_${file}`
  },
}

/** The page says itself what may run in it, for hosts that do not. */
const withPolicy: Plugin = {
  name: 'with-policy',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
}

/** The service worker knows its build by the names of all files, which come from what is in them. */
const namedByContent: Plugin = {
  name: 'named-by-content',
  generateBundle(_, files) {
    const worker = files['serviceWorker.js']
    if (worker?.type !== 'chunk') throw new Error('studio: the service worker was not built.')
    const names = Object.keys(files).sort().join(' ')
    const digest = createHash('sha256').update(names).digest('hex').slice(0, 12)
    worker.code = worker.code.replace('__build__', `cutaway-${digest}`)
  },
}

if (import.meta.filename === process.argv[1]) await buildStudio(join(root, 'dist/studio'))
