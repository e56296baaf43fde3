// A docstring begins with the thing that it describes ("The share of …", "True where …", "Throws where …"), and so does what it says
// of each parameter: a reader who looks for a thing finds it by its first words.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The beginnings, as `file: beginning`, that may stay. */
const exceptions: readonly string[] = []

const source = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts'))
  .sort()

/** The beginnings in a docstring: its own, and those of the items of its list, each without the names before the colon. */
function beginningsIn(docstring: string): string[] {
  const lines = docstring
    .slice('/**'.length, -'*/'.length)
    .trim()
    .split(/\s*\n\s*\*[^\S\n]?/)
  const starts = [lines[0].replace(/^\*\s*/, ''), ...lines.slice(1).filter((line) => line.startsWith('- '))]
  return starts.map((start) => start.replace(/^(?:- )?(?:`[^`]*`[^`:]*)+: /, '').replace(/^- /, ''))
}

/** The beginnings in a text of a program that ask instead of naming. */
function asking(text: string): string[] {
  const docstrings = text.match(/\/\*\*\s.*?\*\//gs) ?? []
  return docstrings.flatMap(beginningsIn).filter((start) => /^(?:what|how|whether|which)\b/i.test(start))
}

test('docstrings begin with the thing', () => {
  const found = files.flatMap((file) =>
    asking(readFileSync(join(source, file), 'utf8')).map((start) => `src/${file}: ${start}`),
  )
  assert.deepEqual(
    found.filter((each) => !exceptions.includes(each)),
    [],
    'A docstring begins with the thing: "The share of …", "True where …", "Throws where …".',
  )
})

test('questions are found at the beginnings, and only there', () => {
  const text = [
    '/** What a thing is. */',
    '/**',
    ' * The share of rows that says',
    ' * how many are right.',
    ' *',
    ' * - `rows`: how many there are',
    ' * - `left`, `right` (position): which sides',
    ' * - `edits`: the replacements; what another run had is read first',
    ' */',
    '/**',
    ' * Whether it is so.',
    ' */',
    '/** `most`: how many. */',
    '/** Whatever it may be. */',
    '/* What is no docstring. */',
    '// How it is done.',
  ].join('\n')
  assert.deepEqual(asking(text), [
    'What a thing is.',
    'how many there are',
    'which sides',
    'Whether it is so.',
    'how many.',
  ])
})
