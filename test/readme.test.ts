// What the README and the docs show runs: their programs are taken out and run.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

describe('README.md', () => {
  test('its program trains, writes, reads a value and writes with another', () => {
    const [program] = [...readme.matchAll(/```ts\n([^`]*?from 'cutaway'[\s\S]*?)```/g)].map(([, code]) => code)
    assert.ok(program, 'there is a program that imports cutaway')
    const folder = mkdtempSync(join(tmpdir(), 'cutaway-readme-'))
    try {
      const source = (entry: string): string => pathToFileURL(join(root, 'src', `${entry}.ts`)).href
      const imported = program.replace(/'cutaway(?:\/(\w+))?'/g, (_, entry = 'index') => `'${source(entry)}'`)
      writeFileSync(join(folder, 'program.ts'), imported)
      const printed = execFileSync(process.execPath, [join(folder, 'program.ts')], { encoding: 'utf8' })
      const lines = printed.trim().split('\n')
      const losses = lines.slice(0, -3).map((line) => Number(line.split(' ')[1]))
      assert.ok(losses.length >= 2 && losses[losses.length - 1] < losses[0] / 2, `the loss falls: ${losses}`)
      const [written, seen, changed] = lines.slice(-3)
      assert.equal(written.length, 40, `it writes 40 characters: ${written}`)
      const shares = seen.split(' ').slice(1).map(Number)
      assert.equal(shares.length, 'the cat'.length)
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-5, `shares are a whole: ${seen}`)
      assert.equal(changed.length, 40, `it writes 40 characters: ${changed}`)
      assert.notEqual(changed, written)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('its formula of attention is the one that runs', () => {
    const [shown] = [...readme.matchAll(/```ts\n(const scaled[\s\S]*?)```/g)].map(([, code]) => code.trim())
    const source = readFileSync(join(root, 'src/tensor/attention.ts'), 'utf8').replaceAll(/\s+/g, ' ')
    for (const line of shown.split('\n'))
      assert.ok(source.includes(line.trim()), `src/tensor/attention.ts has: ${line}`)
  })

  test('the files that it links to are there', () => {
    for (const [, link] of readme.matchAll(/\]\(([^)#:]+)\)/g)) assert.ok(existsSync(join(root, link)), link)
  })
})
