// The package as users get it: built, packed, unpacked elsewhere, then imported by a Node script and by a page.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { entries } from '../tools/bundle.ts'
import { measureBundle, tooHeavy, weightLines } from '../tools/measure.ts'
import { type Package, pack } from '../tools/pack.ts'
import { driveChromium, drivePage, noChromium } from './browser/chromium.ts'
import { repository, serve } from './browser/server.ts'

const run = promisify(execFile)

/** What a program writes to import an entry. */
const named = (entry: string): string => (entry === 'index' ? 'cutaway' : `cutaway/${entry}`)

/** A few of the names that every user's first program needs. */
const expected = ['GPT2', 'generate', 'train']

/** What a page imports that trains and writes. */
const writing = ['train', 'generate', 'cpu', 'GPT2', 'CharacterTokenizer', 'splitCorpus']

/** The bytes, after gzip, that a page which trains and writes loads at once: what it measures, rounded up. */
const pageLimit = 76_000

/** The bytes of <attention-view>, after gzip, and of what is loaded when somebody comes near. */
const elementLimits = { 'attention-view.js': 12_000, 'attention-view-more.js': 12_000 }

describe('the package', () => {
  let folder: string
  let unpacked: string
  let packed: Package

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'cutaway-package-')))
    unpacked = join(folder, 'node_modules', 'cutaway')
    packed = pack(folder)
    await mkdir(unpacked, { recursive: true })
    await run('tar', ['-xzf', packed.file, '--strip-components=1', '-C', unpacked])
    // What it depends on is the repository's own copy, so that nothing is downloaded here.
    for (const name of Object.keys((await manifest()).dependencies ?? {})) {
      const place = join(folder, 'node_modules', name)
      await mkdir(join(place, '..'), { recursive: true })
      await symlink(join(repository, 'node_modules', name), place, 'junction')
    }
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const manifest = async () =>
    JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
      readonly scripts?: Record<string, string>
      readonly dependencies?: Record<string, string>
      readonly bin: Record<string, string>
    }

  test('weighs no more than it may', async (t) => {
    const bundle = await measureBundle(repository)
    for (const line of weightLines(packed, bundle)) t.diagnostic(line)
    assert.deepEqual(tooHeavy(packed), [])
    // The library in one bundle, without the command and without what looks inside.
    assert.ok(bundle.gzippedBytes <= 200_000, `${bundle.gzippedBytes} bytes; "npm run size" says more`)
  })

  test('has nothing of Node in what a page loads', async () => {
    for (const part of ['core', 'library']) {
      const text = await readFile(join(unpacked, 'dist', 'parts', `${part}.js`), 'utf8')
      assert.doesNotMatch(
        text,
        /\bfrom ?"node:/,
        `${part}.js imports a module of Node's: tools/bundle.ts says what goes to "disk"`,
      )
    }
  })

  test('holds what was built, and nothing native', () => {
    assert.ok(packed.paths.includes('dist/index.js') && packed.paths.includes('dist/index.d.ts'))
    const surprising = packed.paths.filter(
      (path) => !/^(dist\/.+\.(js|d\.ts)|dist\/studio\/.+|package\.json|README\.md|LICENSE)$/.test(path),
    )
    assert.deepEqual(surprising, [])
  })

  test('runs no script when it is installed, nor does anything it depends on', async () => {
    const installing = ['preinstall', 'install', 'postinstall', 'prepare']
    assert.deepEqual(
      Object.keys((await manifest()).scripts ?? {}).filter((name) => installing.includes(name)),
      [],
    )
    const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>
    }
    const scripted = Object.entries(lock.packages).filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev)
    assert.deepEqual(scripted, [])
  })

  test('is imported by a Node script', async () => {
    const script = join(folder, 'script.js')
    const imports = entries.map((entry) => `import * as ${entry} from '${named(entry)}'\n`).join('')
    await writeFile(script, `${imports}console.log(JSON.stringify([${entries}].map((each) => Object.keys(each))))\n`)
    const { stdout, stderr } = await run(process.execPath, [script])
    assert.equal(stderr, '')
    const exported = JSON.parse(stdout)
    assertExports(exported[0])
    for (const [i, entry] of entries.entries()) {
      const source: object = await import(`../src/${entry}.ts`)
      assert.deepEqual(exported[i].sort(), Object.keys(source).sort())
    }
  })

  test('has types that a stranger can use', async () => {
    const names = expected.join(', ')
    const imports = entries.map((entry) => `import * as ${entry} from '${named(entry)}'\n`).join('')
    await writeFile(
      join(folder, 'typed.ts'),
      `${imports}import type { AttentionView } from 'cutaway/attention-view'\nimport { ${names} } from 'cutaway'\nexport const shown = (view: AttentionView) => view.exported('svg')\nexport const all = [${names}, ${entries}]\n`,
    )
    assert.equal(await compiled(folder, ['typed.ts']), '')
  })

  test('has all that the examples and the README import', async () => {
    const shown = join(folder, 'shown')
    await mkdir(shown)
    const readme = await readFile(join(repository, 'README.md'), 'utf8')
    const programs = [...readme.matchAll(/```ts\n([^`]*?from 'cutaway'[\s\S]*?)```/g)].map(([, code]) => code)
    for (const [i, code] of programs.entries()) await writeFile(join(shown, `readme${i}.ts`), code)
    for (const name of await readdir(join(repository, 'examples'))) {
      const code = await readFile(join(repository, 'examples', name), 'utf8')
      const imported = code.replace(/'\.\.\/src\/(\w+)\.ts'/g, (_, entry: string) => `'${named(entry)}'`)
      assert.doesNotMatch(imported, /\.\.\/src\//, `examples/${name} imports what no package has`)
      await writeFile(join(shown, name), imported)
    }
    const types = ['--types', 'node', '--typeRoots', join(repository, 'node_modules', '@types'), '--skipLibCheck']
    const flags = [...types, '--allowImportingTsExtensions', '--lib', 'esnext,dom,dom.iterable,dom.asynciterable']
    const files = (await readdir(shown)).map((name) => join('shown', name))
    assert.equal(await compiled(folder, [...flags, ...files]), '')
  })

  test('shows little of itself above an error that nobody catches', async () => {
    await writeFile(join(folder, 'wrong.js'), "import { cpu } from 'cutaway'\nawait cpu({ threads: 0.5 })\n")
    const said = await run(process.execPath, ['wrong.js'], { cwd: folder }).then(
      () => '',
      ({ stderr }) => String(stderr),
    )
    assert.match(said, /^Error: engine: threads is 0\.5; allowed are whole numbers from 1 to \d+\.$/m)
    assert.ok(said.length < 3000, `${said.length} characters`)
    for (const path of packed.paths.filter((each) => /^dist\/(?!studio\/).+\.js$/.test(each))) {
      const lines = (await readFile(join(unpacked, path), 'utf8')).split('\n')
      const longest = Math.max(...lines.map(({ length }) => length))
      assert.ok(longest < 6000, `${path}: a line of ${longest} characters`)
    }
  })

  test('has <attention-view> in two small files, which scripts may import too', async (t) => {
    for (const [name, limit] of Object.entries(elementLimits)) {
      const text = await readFile(join(unpacked, 'dist', name), 'utf8')
      const { length } = gzipSync(text, { level: 9 })
      t.diagnostic(`${name}: ${length} bytes`)
      assert.ok(length <= limit, `${name}: ${length} bytes`)
      assert.doesNotMatch(text, /^\s*(?:import|export)\b/m)
    }
    await writeFile(join(folder, 'element.js'), "import 'cutaway/attention-view'\n")
    const { stdout, stderr } = await run(process.execPath, ['element.js'], { cwd: folder })
    assert.equal(stdout + stderr, '')
  })

  test('brings the command', async () => {
    const command = join(unpacked, (await manifest()).bin['cutaway'] ?? '')
    const { stdout } = await run(process.execPath, [command, '--help'])
    assert.match(stdout, /^cutaway COMMAND /)
    const { version } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'))
    assert.equal((await run(process.execPath, [command, '--version'])).stdout, `${version}\n`)
  })

  test('leaves out of a page what it does not import', async () => {
    const bytes = gzipped((await pageChunks(folder, ['cosine'])).initial)
    assert.ok(bytes <= 3000, `one function of three lines comes with ${bytes} bytes`)
  })

  test(`weighs at most ${pageLimit} bytes in a page that trains and writes, without what is loaded on demand`, async () => {
    const { initial, later } = await pageChunks(folder, writing)
    // Where tools/bundle.ts gives a part no file of its own, the page has all of it at once.
    const atOnce = initial.map(({ fileName }) => fileName)
    const inVain = later.filter((chunk) => handsOn(chunk) && chunk.imports?.some((name) => atOnce.includes(name)))
    assert.deepEqual(
      inVain.map(({ fileName }) => fileName),
      [],
    )
    const bytes = gzipped(initial)
    assert.ok(bytes <= pageLimit, `${bytes} bytes are loaded at once`)
  })

  test('is imported by a page that Vite built', async (t) => {
    await writeFile(
      join(folder, 'index.html'),
      `<!doctype html><html lang="en"><title>A page</title><body><script type="module">
        import * as cutaway from 'cutaway'
        document.body.dataset.exported = JSON.stringify(Object.keys(cutaway))
      </script></body></html>`,
    )
    await build({ root: folder, configFile: false, logLevel: 'error' })
    if (noChromium) {
      t.diagnostic(`built, but not opened: ${noChromium}`)
      return
    }
    await using server = await serve({ root: join(folder, 'dist') })
    await using browser = await driveChromium()
    const page = await drivePage(browser, server)
    const body = page.locator('body[data-exported]')
    await body.waitFor({ state: 'attached', timeout: 200_000 })
    assertExports(JSON.parse((await body.getAttribute('data-exported')) ?? '[]'))
  })
})

/** What the compiler says of files in a folder. */
async function compiled(folder: string, words: readonly string[]): Promise<string> {
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc')
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023']
  // tsc prints what is wrong to its standard output, which the error of a failed command does not show.
  const { stdout } = await run(process.execPath, [compiler, ...flags, ...words], { cwd: folder }).catch(
    (error) => error,
  )
  return stdout
}

/** The files of a page that imports these names from the package: those that it loads at once, and those that it may ask for later. */
async function pageChunks(
  folder: string,
  names: readonly string[],
): Promise<{ readonly initial: readonly Chunk[]; readonly later: readonly Chunk[] }> {
  const input = join(folder, 'page.js')
  await writeFile(input, `import { ${names} } from 'cutaway'\nglobalThis.imported = [${names}]\n`)
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, modulePreload: false, rolldownOptions: { input } },
  })
  const chunks = ([built].flat() as { output: readonly Chunk[] }[]).flatMap(({ output }) => output)
  const initial = new Set<string>()
  const follow = (name: string): void => {
    if (initial.has(name)) return
    initial.add(name)
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) follow(imported)
  }
  for (const { fileName, isEntry } of chunks) if (isEntry) follow(fileName)
  const isInitial = ({ fileName }: Chunk): boolean => initial.has(fileName)
  return { initial: chunks.filter(isInitial), later: chunks.filter((chunk) => !isInitial(chunk)) }
}

/** The bytes of files, each after gzip. */
const gzipped = (chunks: readonly Chunk[]): number =>
  chunks.reduce((bytes, { code = '' }) => bytes + gzipSync(code, { level: 9 }).length, 0)

/** True for a file that has nothing of its own: it hands on what others have. */
const handsOn = ({ code = '' }: Chunk): boolean =>
  code !== '' && code.replace(/\b(?:import|export)\s*\{[^}]*\}(?:\s*from\s*["'`][^"'`]*["'`])?;?/g, '').trim() === ''

/** A file that Vite wrote: those in `imports` are loaded with it, others on demand. */
interface Chunk {
  readonly fileName: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly code?: string
}

function assertExports(names: readonly string[]): void {
  const missing = expected.filter((name) => !names.includes(name))
  assert.deepEqual(missing, [], `cutaway exports only ${names.join(', ')}`)
}
