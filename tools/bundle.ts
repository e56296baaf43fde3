// The JavaScript of the package: all of src/ in a few files, small, with the entries' names kept.
//
//   dist/<entry>.js         one for each name that a program can import, and nothing in it but exports
//   dist/cli/main.js        the command, which loads what it needs when it knows what that is
//   dist/cli/labWorker.js   a thread of its own for a measurement of the lab
//   dist/parts/core.js      what runs anywhere, and loads nothing on demand: from texts to engines
//   dist/parts/library.js   what runs anywhere, and loads some of these on demand:
//   dist/parts/chats.js       chat templates
//   dist/parts/codecs.js      what models write that is no text; tasks.js is all tasks, of which some are drawn
//   dist/parts/features.js    what models hear of a sound; sounds.js is what is known of sounds
//   dist/parts/edits.js       edits; addresses.js and inputValues.js are what they share with what looks inside
//   dist/parts/lending.js     parameters lent and moved, for checkpoints and searches
//   dist/parts/adjust.js, typical.js, search.js, sources.js   what few settings and models ask of generation
//   dist/parts/threads.js, worker.js, workerSource.js   several threads, where a memory can be shared
//   dist/parts/choices.js, pairing.js, nodeWorker.js, report.js, webAssemblyError.js   what few machines and people ask of an engine
//   dist/parts/window.js, hiding.js, pieces.js, stream.js, bfloat16.js, functions.js   what few models ask of its kernels (cpu/rare.ts)
//   dist/parts/resumed.js, totals.js, finite.js, overfitting.js, score.js   runs that go on, add batches up, go wrong, score answers
//   dist/parts/looking.js   what looks into models, and shows what it saw
//   dist/parts/lab.js       questions, and how they are answered
//   dist/parts/disk.js      files and folders, which need Node
//   dist/parts/terminal.js  what looks at a command line, and the terminal it speaks to
//   dist/parts/commands.js  the commands
//
// Few files, because equal words in one file cost next to nothing once it is packed, and every file of a package has a header.
// A bundler that takes one function still leaves the rest out: nothing in these files happens when they are loaded. Two things keep
// it so where something is loaded on demand (Rolldown 1.2, measured). What is loaded takes nothing from a file that loads on demand,
// or it is kept in a page that never asks for it: so the core is apart from the library, and the file that is asked for is alone its
// part's entry. And what it takes from a file that is loaded anyway is kept there: so what only such parts need stands in parts of its own.

import { join } from 'node:path'
import ts from 'typescript'
import { build, type Plugin } from 'vite'

/** What a program can import from the package, and the file in src/ and in dist/ that has it. */
export const entries = ['index', 'inspect', 'tensor', 'checkpoint', 'tasks', 'media', 'lab', 'node'] as const

/** Which file of dist/parts/ a module of src/ goes to: the first whose pattern it has. The command's own file stands alone. */
const parts = [
  { name: 'adjust', test: /\/src\/generate\/adjust\.ts$/ },
  { name: 'search', test: /\/src\/generate\/(beams|search)\.ts$/ },
  { name: 'typical', test: /\/src\/generate\/typical\.ts$/ },
  { name: 'sources', test: /\/src\/generate\/sources\.ts$/ },
  // What the core takes nothing from: two files that take from each other are none.
  { name: 'codecs', test: /\/src\/(checkpoint\/load(Codec|Colours)|data\/(codec|codebook|codebookOf|\w+Codec))\.ts$/ },
  { name: 'features', test: /\/src\/checkpoint\/featureExtractor\.ts$/ },
  { name: 'sounds', test: /\/src\/(sound\/|data\/recordings\.ts)/ },
  { name: 'tasks', test: /\/src\/data\/tasks\/(scenes|tasks)\.ts$/ },
  { name: 'edits', test: /\/src\/edit\/(?!(edited|reached)\.ts)/ },
  { name: 'addresses', test: /\/src\/(tensor\/(address|placed|replacing)|model\/pass)\.ts$/ },
  { name: 'inputValues', test: /\/src\/model\/inputValues\.ts$/ },
  { name: 'looking', test: /\/src\/(inspect|show)\// },
  { name: 'lab', test: /\/src\/lab\// },
  { name: 'lending', test: /\/src\/engine\/(lending|boxes|hostRows|rowCopies)\.ts$/ },
  { name: 'resumed', test: /\/src\/train\/(resumed|pastFromJSON)\.ts$/ },
  { name: 'totals', test: /\/src\/train\/totals\.ts$/ },
  { name: 'finite', test: /\/src\/train\/finite\.ts$/ },
  { name: 'warnings', test: /\/src\/train\/warnings\.ts$/ },
  { name: 'score', test: /\/src\/evaluate\/score\.ts$/ },
  { name: 'json', test: /\/src\/text\/json\.ts$/ },
  { name: 'window', test: /\/src\/engine\/cpu\/loops\/window\.ts$/ },
  { name: 'hiding', test: /\/src\/engine\/cpu\/attention\/hiding\.ts$/ },
  { name: 'pieces', test: /\/src\/engine\/cpu\/product\/pieces\.ts$/ },
  { name: 'stream', test: /\/src\/engine\/cpu\/product\/stream\.ts$/ },
  { name: 'bfloat16', test: /\/src\/engine\/cpu\/values\/bfloat16\.ts$/ },
  { name: 'functions', test: /\/src\/engine\/cpu\/values\/rareFunctions\.ts$/ },
  { name: 'report', test: /\/src\/engine\/(lower\/describe|cpu\/program\/report)\.ts$/ },
  { name: 'choices', test: /\/src\/engine\/cpu\/machine\/choices\.ts$/ },
  { name: 'webAssemblyError', test: /\/src\/engine\/cpu\/machine\/webAssemblyError\.ts$/ },
  { name: 'pairing', test: /\/src\/engine\/cpu\/machine\/pairing\.ts$/ },
  { name: 'threads', test: /\/src\/engine\/cpu\/threads\/(startTogether|meeting)\.ts$/ },
  { name: 'worker', test: /\/src\/engine\/cpu\/threads\/startWorker\.ts$/ },
  { name: 'workerSource', test: /\/src\/engine\/cpu\/threads\/workerSource\.ts$/ },
  { name: 'nodeWorker', test: /\/src\/engine\/cpu\/threads\/nodeWorker\.ts$/ },
  { name: 'chats', test: /\/src\/text\/chat\// },
  { name: 'spelling', test: /\/src\/text\/spelling\.ts$/ },
  { name: 'terminal', test: /\/src\/cli\/(commandLine|permission|terminal|controls|output)\.ts$/ },
  { name: 'commands', test: /\/src\/(cli\/(?!(main|labWorker)\.ts)|runs\/)/ },
  {
    name: 'disk',
    test: /\/src\/(text\/(files|openFile)|data\/(files|openPicture|\w+Files)|checkpoint\/(diskFiles|filesOf|saveFolder|makeFolders|folderClaim|formerWeights))\.ts$/,
  },
  { name: 'nodeVersion', test: /\/src\/engine\/nodeVersion\.ts$/ },
  { name: coreOrLibrary, test: /\/src\/(?!cli\/|[^/]*$)/ },
]

/** The core has what loads nothing on demand, nor imports what does; the library what does either. */
function coreOrLibrary(file: string, modules: Modules): string {
  const seen = new Set<string>()
  const asks = (id: string): boolean => {
    if (seen.has(id)) return false
    seen.add(id)
    const { importedIds = [], dynamicallyImportedIds = [] } = modules.getModuleInfo(id) ?? {}
    return dynamicallyImportedIds.length > 0 || importedIds.some(asks)
  }
  return asks(file) ? 'library' : 'core'
}

interface Modules {
  getModuleInfo(id: string): Partial<Record<'importedIds' | 'dynamicallyImportedIds', readonly string[]>> | null
}

/** Writes the package's JavaScript into `dist`. */
export async function bundle(root: string, dist: string): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [callsArePure, shortLines()],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2023',
      // Not for a page of ours: imports stay as they are, and nothing is preloaded.
      ssr: true,
      minify: true,
      rolldownOptions: {
        input: Object.fromEntries(
          [...entries, 'cli/main', 'cli/labWorker'].map((name) => [name, join(root, 'src', `${name}.ts`)]),
        ),
        external: [/^node:/, 'picocolors', 'ml-matrix', 'jpeg-js'],
        preserveEntrySignatures: 'allow-extension',
        output: {
          format: 'es',
          comments: { annotation: true, legal: false, jsdoc: false },
          entryFileNames: '[name].js',
          chunkFileNames: 'parts/[name].js',
          codeSplitting: { includeDependenciesRecursively: false, groups: parts },
        },
      },
    },
  })
}

/**
 * Marks what a module calls while it is loaded as pure, which in src/ it is (package.json says so, for whole files). In a file of
 * many modules a bundler would otherwise keep every table that is made by a call, and all that it is made of.
 *
 * Throws for a call that is divided by: without the blank between them, the stroke and the mark would begin a comment.
 */
export const callsArePure: Plugin = {
  name: 'calls-are-pure',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('.ts')) return undefined
    const places: number[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) return
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        if (/\/\s*$/.test(code.slice(0, node.getStart())))
          throw new Error(`${id}: a call is divided by while the module is loaded. Make a function of it.`)
        places.push(node.getStart())
      }
      node.forEachChild(visit)
    }
    for (const statement of ts.createSourceFile(id, code, ts.ScriptTarget.Latest, true).statements)
      if (ts.isVariableStatement(statement)) visit(statement.declarationList)
    let marked = code
    for (const place of places.sort((a, b) => b - a))
      marked = `${marked.slice(0, place)}/* @__PURE__ */ ${marked.slice(place)}`
    return { code: marked, map: null }
  },
}

/** Lines end where they have so many characters, at the next statement or declaration. */
const lineLength = 120

/**
 * Ends lines between statements: where nobody catches an error, Node prints all of the line that threw it, above what the error
 * says.
 */
export const shortLines = (length = lineLength): Plugin => ({
  name: 'short-lines',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue
      const { code } = file
      const starts: number[] = []
      const visit = (node: ts.Node): void => {
        if (ts.isSourceFile(node) || ts.isBlock(node)) starts.push(...node.statements.map((each) => each.getStart()))
        if (ts.isClassLike(node)) starts.push(...node.members.map((each) => each.getStart()))
        if (ts.isVariableDeclarationList(node))
          starts.push(...node.declarations.slice(1).map((each) => each.getStart()))
        node.forEachChild(visit)
      }
      visit(ts.createSourceFile('chunk.js', code, ts.ScriptTarget.Latest, true))
      const lines: string[] = []
      let begin = 0
      for (const start of starts.sort((a, b) => a - b)) {
        if (start - Math.max(begin, code.lastIndexOf('\n', start)) < length) continue
        lines.push(code.slice(begin, start))
        begin = start
      }
      file.code = [...lines, code.slice(begin)].join('\n')
    }
  },
})
