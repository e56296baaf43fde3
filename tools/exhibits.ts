// Builds the program of exhibits (src/studio/exhibit/program.ts): a page without training, and a worker in parts, of which each model
// needs some.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, type InlineConfig, mergeConfig, type PluginOption } from 'vite'
import { families } from '../src/studio/exhibit/families.ts'
import {
  type ExhibitProgram,
  type ProgramPart,
  type ProgramParts,
  writeExhibitProgram,
} from '../src/studio/exhibit/program.ts'
import { callsArePure } from './bundle.ts'

const source = fileURLToPath(new URL('../src/studio', import.meta.url))

/** Parts that some models need, as they are named for each (src/studio/worker/answers/exhibit.ts). */
const forSome = [
  ...Object.keys(families),
  'tokenizers',
  'loadCodec',
  'loadColours',
  'featureExtractor',
  'preprocessorConfig',
  'sight',
  'pictureParts',
]

/** Parts that are asked for elsewhere: by Node, threads, trainings, the debugging of an engine. */
const forNobody = /^(nodeWorker|pairing|startTogether|startWorker|totals|score|tuneLens|report)$/

/** The program as a file of the Studio. */
export async function exhibitProgram(): Promise<Uint8Array> {
  const [page, start, worker] = await Promise.all([
    builtPage(),
    builtStart(),
    built('worker.ts', inParts([callsArePure], true)),
  ])
  return writeExhibitProgram({ ...page, start, worker: partsOf(worker) })
}

type Output = { readonly fileName: string; readonly name?: string } & (
  | {
      readonly type: 'chunk'
      readonly code: string
      readonly imports: readonly string[]
      readonly isEntry: boolean
      readonly isDynamicEntry: boolean
    }
  | { readonly type: 'asset'; readonly source: string | Uint8Array }
)

async function built(input: string, config: InlineConfig): Promise<readonly Output[]> {
  const all: InlineConfig = {
    root: source,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      minify: true,
      rolldownOptions: {
        input: join(source, 'exhibit', input),
        // One script, which loads nothing: nobody asks where it stands.
        checks: { pluginTimings: false, emptyImportMeta: false },
      },
    },
  }
  const result = await build(mergeConfig(all, config))
  return [result].flat().flatMap((each) => (each as { readonly output: readonly Output[] }).output)
}

async function builtPage(): Promise<Pick<ExhibitProgram, 'page' | 'style'>> {
  const output = await built('page.ts', inParts([svelte({ configFile: false })], false))
  const style = output.find(({ fileName }) => fileName.endsWith('.css'))
  if (style?.type !== 'asset') throw new Error('exhibits: the page was built without its style.')
  return { page: partsOf(output.filter((each) => each !== style)), style: String(style.source) }
}

/** It stands in a page of windows-1252, and in pages that a host calls UTF-8. */
async function builtStart(): Promise<string> {
  const output = await built('start.ts', { build: { rolldownOptions: { output: { format: 'iife' } } } })
  const start = codeOf(output).trim()
  if (/[^\x00-\x7f]|<\/script/i.test(start)) throw new Error('exhibits: what begins them cannot stand in a page.')
  return start
}

/** Scripts that require one another. `ssr`: nothing is preloaded, and components would be made for a server. */
const inParts = (plugins: readonly PluginOption[], ssr: boolean): InlineConfig => ({
  plugins: [...plugins],
  ...(ssr && { ssr: { noExternal: true } }),
  build: {
    ssr,
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      output: { format: 'cjs', esModule: false, entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
})

function partsOf(output: readonly Output[]): ProgramParts {
  const parts = output.flatMap((chunk): [string, ProgramPart][] => {
    if (chunk.type !== 'chunk') throw new Error(`exhibits: a program comes with ${chunk.fileName}, which is no script.`)
    const name = chunk.name ?? ''
    if (forNobody.test(name)) return []
    const isAsked = chunk.isEntry || chunk.isDynamicEntry
    const requires = chunk.imports.map((other) => `./${other}`)
    return [
      [
        `./${chunk.fileName}`,
        { script: chunk.code.trim(), requires, for: !isAsked ? 'others' : forSome.includes(name) ? 'some' : 'all' },
      ],
    ]
  })
  return Object.fromEntries(parts)
}

function codeOf(output: readonly Output[]): string {
  const [first] = output.filter(({ type }) => type === 'chunk')
  return first?.type === 'chunk' ? first.code : ''
}
