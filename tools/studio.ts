// Builds the Studio: src/studio/ becomes dist/studio/, static files that any host serves.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, type Plugin } from 'vite'
import { policy } from '../src/cli/studioServer.ts'
import { programName } from '../src/studio/exhibit/program.ts'
import { emmaSample } from './emmaSample.ts'
import { exhibitProgram } from './exhibits.ts'
import { renderedBeginning } from './studioBeginning.ts'

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
    plugins: [svelte({ configFile: false }), withEmma, withPolicy, begun(await beginning()), namedByContent, exhibited],
    worker: { format: 'iife' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      // The page's HTML names all scripts that it begins with; whatever is loaded later says itself what it needs.
      modulePreload: {
        polyfill: false,
        resolveDependencies: (_, names, { hostType }) => (hostType === 'html' ? names : []),
      },
      cssCodeSplit: false,
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: { index: join(source, 'index.html'), serviceWorker: join(source, 'serviceWorker.ts') },
        output: {
          entryFileNames: ({ name }) => (name === 'serviceWorker' ? 'serviceWorker.js' : 'assets/[name]-[hash].js'),
        },
      },
    },
  })
}

/** What is seen of the novel at first: its field is no higher than this is long. */
const beginningLength = 900

/** `cutaway:emma` is the address of the novel, which comes with the page; `cutaway:emma/beginning` its first lines. */
const withEmma: Plugin = {
  name: 'with-emma',
  resolveId: (id) => (id.startsWith('cutaway:emma') ? `\0${id}` : undefined),
  async load(id) {
    if (!id.startsWith('\0cutaway:emma')) return undefined
    const novel = await emmaSample()
    if (id.endsWith('/beginning')) return `export default ${JSON.stringify(novel.slice(0, beginningLength))}`
    const source = deflateRawSync(novel, { level: 9 })
    const file = this.emitFile({ type: 'asset', name: 'emma.deflate', source })
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

/** The service worker knows its build by the names of all files, which come from what is in them, and what the page may ask for later. */
const namedByContent: Plugin = {
  name: 'named-by-content',
  // After the style has been made.
  enforce: 'post',
  generateBundle(_, files) {
    const worker = files['serviceWorker.js']
    if (worker?.type !== 'chunk') throw new Error('studio: the service worker was not built.')
    const names = Object.keys(files).sort().join(' ')
    const digest = createHash('sha256').update(names).digest('hex').slice(0, 12)
    const others = names.split(' ').filter((name) => name !== 'index.html' && name !== 'serviceWorker.js')
    worker.code = worker.code.replace('__build__', `cutaway-${digest}`).replace('__files__', others.join(' '))
  },
}

/** The page stands in its HTML as it begins, with its style, so that nothing else is waited for before it is seen. */
const begun = (beginning: string): Plugin => ({
  name: 'begun',
  enforce: 'post',
  generateBundle(_, files) {
    const page = files['index.html']
    const style = Object.values(files).find(({ fileName }) => fileName.endsWith('.css'))
    if (page?.type !== 'asset' || style?.type !== 'asset') throw new Error('studio: the page has not been built whole.')
    page.source = String(page.source)
      .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style.source}</style>`)
      .replace('<div id="studio" inert>', (element) => element + beginning)
  },
})

/** The page as it begins, rendered by its own components. */
async function beginning(): Promise<string> {
  const result = await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: false }), withEmma],
    ssr: { noExternal: true },
    build: {
      ssr: join(source, 'page/beginning.ts'),
      write: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  return renderedBeginning(codeOf(result))
}

/** The script that was built first. */
function codeOf(result: Awaited<ReturnType<typeof build>>): string {
  const [{ output }] = [result].flat() as { readonly output: readonly { readonly code?: string }[] }[]
  return output[0].code ?? ''
}

/** The program of exhibits, beside the page that makes them. */
const exhibited: Plugin = {
  name: 'exhibited',
  async buildStart() {
    this.emitFile({ type: 'asset', fileName: programName, source: await exhibitProgram() })
  },
}

if (import.meta.filename === process.argv[1]) await buildStudio(join(root, 'dist/studio'))
