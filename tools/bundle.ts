// The JavaScript of the package: all of src/ in a few files, small, with the entries' names kept.
//
//   dist/<entry>.js         one for each name that a program can import, and nothing in it but exports
//   dist/cli/main.js        the command, which loads what it needs when it knows what that is
//   dist/parts/core.js      texts, data, tensors, models and their way to loops
//   dist/parts/library.js   everything else that runs anywhere
//   dist/parts/edits.js     edits, which are loaded where there are any
//   dist/parts/addresses.js values by their addresses: for edits, and for what looks inside
//   dist/parts/looking.js   what looks into models, and shows what it saw
//   dist/parts/beams.js     beam search, which is loaded when something is searched
//   dist/parts/lending.js   parameters lent and moved, for checkpoints and searches
//   dist/parts/chats.js     chat templates, which are loaded when a chat is written
//   dist/parts/disk.js      files and folders, which need Node
//   dist/parts/terminal.js  what looks at a command line, and the terminal it speaks to
//   dist/parts/commands.js  the commands
//
// Few files, because equal words in one file cost next to nothing once it is packed, and every file of a package has a header.
// A bundler that takes one function still leaves the rest out: nothing in these files happens when they are loaded. Two things keep
// it so where something is loaded on demand (Rolldown 1.2, measured). It takes nothing from the part that asks for it, or it is kept
// in a page that never asks: so the core asks for nothing. And what it takes from a part that is loaded anyway is kept there, so what
// only such parts need stands in parts of its own.

import { join } from 'node:path'
import ts from 'typescript'
import { build, type Plugin } from 'vite'

/** What a program can import from the package, and the file in src/ and in dist/ that has it. */
export const entries = ['index', 'inspect', 'tensor', 'checkpoint', 'tasks', 'node'] as const

/** Which file of dist/parts/ a module of src/ goes to: the first whose pattern it has. The command's own file stands alone. */
const parts = [
  { name: 'beams', test: /\/src\/generate\/beams\.ts$/ },
  { name: 'edits', test: /\/src\/edit\/(?!(edited|reached)\.ts)/ },
  { name: 'addresses', test: /\/src\/(tensor\/(address|placed)|model\/pass)\.ts$/ },
  { name: 'looking', test: /\/src\/(inspect|show)\// },
  { name: 'lending', test: /\/src\/engine\/(lending|boxes|hostRows|rowCopies)\.ts$/ },
  { name: 'chats', test: /\/src\/text\/chat\// },
  { name: 'spelling', test: /\/src\/text\/spelling\.ts$/ },
  { name: 'terminal', test: /\/src\/cli\/(commandLine|permission|terminal|controls|output)\.ts$/ },
  { name: 'commands', test: /\/src\/(cli\/(?!main\.ts)|runs\/)/ },
  {
    name: 'disk',
    test: /\/src\/(text\/(files|openFile)|data\/files|checkpoint\/(diskFiles|filesOf|saveFolder|folderClaim|formerWeights))\.ts$/,
  },
  { name: 'nodeVersion', test: /\/src\/engine\/nodeVersion\.ts$/ },
  // All that asks for nothing on demand.
  {
    name: 'core',
    test: /\/src\/(text\/(?!chat\.)|data\/|tensor\/|model\/|engine\/(?!cpu\/|hostParameters\.|reference\.))/,
  },
  { name: 'library', test: /\/src\/(?!cli\/|[^/]*$)/ },
]

/** Writes the package's JavaScript into `dist`. */
export async function bundle(root: string, dist: string): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [callsArePure, shortLines],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2023',
      // Not for a page of ours: imports stay as they are, and nothing is preloaded.
      ssr: true,
      minify: true,
      rolldownOptions: {
        input: Object.fromEntries([...entries, 'cli/main'].map((name) => [name, join(root, 'src', `${name}.ts`)])),
        external: [/^node:/, 'picocolors', 'ml-matrix'],
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
 */
const callsArePure: Plugin = {
  name: 'calls-are-pure',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('.ts')) return undefined
    const places: number[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) return
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) places.push(node.getStart())
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

/** Lines end where they have so many characters, at the next statement. */
const lineLength = 120

/**
 * Ends lines between statements: where nobody catches an error, Node prints all of the line that threw it, above what the error
 * says.
 */
const shortLines: Plugin = {
  name: 'short-lines',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue
      const { code } = file
      const starts: number[] = []
      const visit = (node: ts.Node): void => {
        if (ts.isSourceFile(node) || ts.isBlock(node)) starts.push(...node.statements.map((each) => each.getStart()))
        if (ts.isClassLike(node)) starts.push(...node.members.map((each) => each.getStart()))
        node.forEachChild(visit)
      }
      visit(ts.createSourceFile('chunk.js', code, ts.ScriptTarget.Latest, true))
      const lines: string[] = []
      let begin = 0
      for (const start of starts.sort((a, b) => a - b)) {
        if (start - Math.max(begin, code.lastIndexOf('\n', start)) < lineLength) continue
        lines.push(code.slice(begin, start))
        begin = start
      }
      file.code = [...lines, code.slice(begin)].join('\n')
    }
  },
}
