// The README's map of the folders is the tree: each folder that a reader meets is in it, and each path in it exists.
//
// The map is the table below the heading "## The map". Each row begins with one path in backticks; a folder's ends in "/".

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The paths in the map's first column. */
function mapped(readme: string): string[] {
  const [, section] = readme.split(/^## The map\s*$/m)
  assert.ok(section, 'README.md: there is no heading "## The map". Add it, with a table of the folders below it.')
  const [table = ''] = section.split(/^#+ /m)
  return [...table.matchAll(/^\|\s*`([^`]+)`/gm)].map(([, path = '']) => path)
}

/** Top-level folders, and every folder below src/, of the files that git tracks or would track. Hidden folders are left out. */
function folders(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const found = new Set<string>()
  for (const file of listed.split('\n')) {
    if (!file.includes('/') || file.startsWith('.') || !existsSync(join(root, file))) continue
    const parts = file.split('/').slice(0, -1)
    const depth = parts[0] === 'src' ? parts.length : 1
    for (let n = 1; n <= depth; n++) found.add(`${parts.slice(0, n).join('/')}/`)
  }
  return [...found].sort()
}

describe('the map in README.md', () => {
  test('lists every folder', { skip: existsSync(join(root, '.git')) ? false : 'this is no git checkout' }, () => {
    const map = mapped(readFileSync(join(root, 'README.md'), 'utf8'))
    const missing = folders().filter((folder) => !map.includes(folder))
    assert.deepEqual(
      missing,
      [],
      `README.md: the map lacks ${missing.join(', ')}. Add a row for each, or delete the folder.`,
    )
  })

  test('lists nothing that is not there', () => {
    const map = mapped(readFileSync(join(root, 'README.md'), 'utf8'))
    const gone = map.filter((path) => !existsSync(join(root, path)))
    assert.deepEqual(
      gone,
      [],
      `README.md: the map has ${gone.join(', ')}, which is not there. Correct the path, or delete the row.`,
    )
    const unslashed = map.filter((path) => !path.endsWith('/') && statSync(join(root, path)).isDirectory())
    assert.deepEqual(
      unslashed,
      [],
      `README.md: in the map a folder's path ends in "/"; ${unslashed.join(', ')} does not.`,
    )
  })
})
