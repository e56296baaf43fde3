// The folders of src/ are rooms in the order of the way of the data: a file imports only from its own room and from those before
// it, and files do not import one another in circles. Imports of types count: they say what must be known to read a file.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Each may import from itself and from those before it. A folder within one of them belongs to it, unless it is named here. */
const rooms = [
  'text',
  'image',
  'sound',
  'data',
  'tensor',
  'engine',
  'engine/lower',
  'engine/cpu',
  'model',
  'edit',
  'checkpoint',
  'evaluate',
  'train',
  'generate',
  'encode',
  'inspect',
  'inspect/stream',
  'inspect/shapes',
  'inspect/cells',
  'inspect/heads',
  'inspect/graph',
  'inspect/circuits',
  'inspect/embeddings',
  'inspect/journey',
  'inspect/interventions',
  'inspect/watch',
  'inspect/proofs',
  'runs',
  'show',
  'lab',
  'cli',
  'studio',
] as const

const source = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => /\.(ts|svelte|json|css)$/.test(file) && !/tsconfig\.json$/.test(file))
  .sort()

/** The files that a file imports, or exports something from; behind a `?` stands what a build makes of them. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s(?:[^'"]*?\sfrom\s)?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm)
  return [...found].map(([, plain, dynamic]) =>
    posix.normalize(posix.join(posix.dirname(file), (plain ?? dynamic).replace(/\?.*$/, ''))),
  )
}

const imports = new Map(files.map((file) => [file, importsOf(file)]))

/** The place of a file's room in the order; the entries, which are in none, come last. */
function roomOf(file: string): number {
  const folder = `${dirname(file)}/`
  const found = rooms.indexOf(longest(rooms.filter((room) => folder.startsWith(`${room}/`))))
  assert.ok(found >= 0 || !file.includes('/'), `src/${file} is in no room. Name its folder in test/imports.test.ts.`)
  return found < 0 ? rooms.length : found
}

/** The longest of some names, so that a room within a room is meant before that. */
const longest = <N extends string>(names: readonly N[]): N => names.toSorted((a, b) => b.length - a.length)[0]

test('no file imports from a later room', () => {
  const back = [...imports].flatMap(([file, own]) =>
    own.filter((other) => roomOf(other) > roomOf(file)).map((other) => `${file} → ${other}`),
  )
  assert.deepEqual(back, [])
})

test('models do not know what runs them, and tensors of texts no more than spelling', () => {
  const across = (from: string, to: string): string[] =>
    [...imports].flatMap(([file, own]) => (file.startsWith(from) ? own.filter((other) => other.startsWith(to)) : []))
  assert.deepEqual(across('model/', 'engine/'), [])
  assert.deepEqual([...new Set(across('tensor/', 'text/'))], ['text/spelling.ts'])
})

test('no files import one another in a circle', () => {
  const circles = circlesOf(imports).map((circle) => circle.sort().join(' '))
  assert.deepEqual(circles, [])
})

/** The files that need Node: the command, and what reads and writes a disk. */
const needNode =
  /^(cli|runs\/disk)\/|^checkpoint\/(diskFiles|filesOf|folderClaim|formerWeights|makeFolders|saveFolder)\.ts$|^(text|data)\/(files|\w+Files)\.ts$|^(text|data)\/open(File|Picture)\.ts$|^node\.ts$/

test('what runs in a page takes nothing of Node, but for types', () => {
  const taken: string[] = []
  for (const file of files.filter((each) => !needNode.test(each))) {
    const text = readFileSync(join(source, file), 'utf8')
    for (const [, other] of text.matchAll(/^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?'([^']+)'/gm)) {
      const named = other.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), other)) : other
      if (named.startsWith('node:') || needNode.test(named)) taken.push(`${file} → ${named}`)
    }
  }
  assert.deepEqual(taken, [])
})

test('every import is a file, and is found', () => {
  for (const [file, own] of imports)
    for (const other of own) assert.ok(imports.has(other), `src/${file} imports ${other}, which is not there`)
  assert.ok([...imports.values()].flat().length > 2 * files.length)
})

/** The groups of files that reach one another. Tarjan 1972: strongly connected components of more than one file. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const numbers = new Map<string, number>()
  const waiting: string[] = []
  /** Gives the lowest number that is reached from a file and still waits. */
  const visit = (file: string): number => {
    const number = numbers.size
    numbers.set(file, number)
    waiting.push(file)
    let lowest = number
    for (const other of graph.get(file) ?? [])
      if (!numbers.has(other)) lowest = Math.min(lowest, visit(other))
      else if (waiting.includes(other)) lowest = Math.min(lowest, numbers.get(other) ?? number)
    if (lowest === number) {
      const circle = waiting.splice(waiting.indexOf(file))
      if (circle.length > 1) circles.push(circle)
    }
    return lowest
  }
  for (const file of graph.keys()) if (!numbers.has(file)) visit(file)
  return circles
}
