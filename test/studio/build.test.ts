// The Studio as files: what a browser loads at once is little, nothing is asked of other servers, and no number is made up.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { builtStudio } from './built.ts'

/** Bytes, after gzip, of what is loaded before the page can be used; the engine comes after. */
const limits = { html: 14_000, css: 12_000, js: 69_000 }

const source = fileURLToPath(new URL('../../src/studio', import.meta.url))

describe('the Studio as files', () => {
  let folder: string
  let html: string
  before(async () => {
    folder = await builtStudio()
    html = readFileSync(join(folder, 'index.html'), 'utf8')
  })

  test('is little at first', (t) => {
    const linked = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file)
    const weight = (ending: string): number =>
      linked
        .filter((file) => file.endsWith(ending))
        .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0)
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? []
    const found = { html: gzipSync(html).length, css: gzipSync(style).length, js: weight('.js') }
    t.diagnostic(JSON.stringify(found))
    // No script needs another one that its page does not name.
    const scripts = linked.filter((file) => file.endsWith('.js'))
    for (const file of scripts)
      for (const [, other] of readFileSync(join(folder, file), 'utf8').matchAll(
        /\b(?:from|import)\s*[`"']\.\/([^`"']+)[`"']/g,
      ))
        assert.ok(scripts.includes(`assets/${other}`), `${file} needs ${other}, which the page does not name`)
    for (const [kind, limit] of Object.entries(limits)) {
      const bytes = found[kind as keyof typeof found]
      assert.ok(bytes <= limit, `${kind}: ${bytes} bytes are loaded at once, more than ${limit}`)
    }
  })

  test('is seen before its script is there, with its style and its text, and cannot be used before', () => {
    const [, page = ''] = /<div id="studio" inert>(.*)<\/div>/s.exec(html) ?? []
    assert.match(page, /<h2 id="text-head"/)
    assert.match(page, /Emma Woodhouse, handsome, clever, and rich/)
    assert.match(page, /<h2 id="train-head"/)
  })

  test('asks no other server for anything', () => {
    for (const file of globSync('**/*.{html,css,js}', { cwd: folder })) {
      const text = readFileSync(join(folder, file), 'utf8')
      const loaded = /(?:src|href)=["']?(?:https?:)?\/\/|@import|url\(\s*["']?(?:https?:)?\/\/|importScripts\(/.exec(
        text,
      )
      assert.equal(loaded, null, `${file}: ${loaded}`)
    }
  })

  test('makes no number up, and computes none: its numbers come from what looks inside', () => {
    const forbidden = [
      [/\bMath\.random\b/, 'chance'],
      [/\bMath\.(exp|log|tanh|sqrt|pow)\b/, 'arithmetic on values'],
      [/\bnew Float(32|64)Array\((?!0?\))/, 'arrays of values'],
      [/\.innerHTML\b|\{@html\b/, 'HTML made of texts'],
    ] as const
    const files = globSync('**/*.{ts,svelte}', { cwd: source })
    assert.ok(files.length > 10)
    for (const file of files)
      for (const [pattern, what] of forbidden)
        assert.ok(!pattern.test(readFileSync(join(source, file), 'utf8')), `src/studio/${file} has ${what}`)
  })
})
