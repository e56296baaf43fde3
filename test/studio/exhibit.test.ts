// Exhibits: every byte comes back out of a page, and a page in one file opens from a disk.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { fromHTML, toHTML } from '../../src/studio/exhibit/bytesInHTML.ts'
import { exhibitParts } from '../../src/studio/exhibit/exhibit.ts'
import { packFiles, unpackFiles } from '../../src/studio/exhibit/pack.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'

/** Every byte beside every other. */
const everything = Uint8Array.from({ length: 2 ** 17 }, (_, i) => (i % 2 === 0 ? i >> 9 : i >> 1))

describe('bytes in a page', () => {
  test('come back, and take little more room', () => {
    const written = toHTML(everything)
    assert.deepEqual(fromHTML(written), everything)
    assert.ok(written.length < everything.length * 1.02)
    for (const byte of [0x00, 0x0d, 0x3c]) assert.ok(!written.includes(byte))
  })

  test('come back as files', async () => {
    const files = new Map([
      ['a', everything],
      ['empty', new Uint8Array(0)],
      ['née', Uint8Array.of(1, 2, 3)],
    ])
    const packed = (await packFiles(files)) as Uint8Array<ArrayBuffer>
    assert.deepEqual(await unpackFiles(packed), files)
  })
})

describe('an exhibit', { skip: noChromium }, () => {
  test('opens from a disk and from a host that calls it UTF-8, asks for nothing, and has all its bytes', async () => {
    const page = await builtStudio()
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-exhibit-'))
    try {
      const parts = await exhibitParts({
        title: '</title><script>alert(1)</script> née',
        hash: '#view=look&text=<script>',
        model: new Map([['bytes', everything]]),
        read: async (name) => new Uint8Array(await readFile(join(page, name))),
      })
      await writeFile(join(folder, 'index.html'), Buffer.concat(parts))
      await using server = await serve({ root: folder, isolated: false })
      await using browser = await driveChromium()
      for (const [url, allowed] of [
        [pathToFileURL(join(folder, 'index.html')).href, 1],
        // The file itself once more, to read its bytes.
        [server.url, 2],
      ] as const) {
        const opened = await browser.newPage()
        const asked: string[] = []
        opened.on('request', (request) => /^(file|http)/.test(request.url()) && asked.push(request.url()))
        opened.on('pageerror', (error) => asked.push(String(error)))
        await opened.goto(url)
        await opened.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor({ timeout: 100_000 })
        assert.equal(await opened.title(), '</title><script>alert(1)</script> née')
        const brought = await opened.evaluate(() => {
          const { exhibited } = globalThis as unknown as { exhibited: { model: Map<string, Uint8Array> } }
          return [...(exhibited.model.get('bytes') ?? [])]
        })
        assert.deepEqual(Uint8Array.from(brought), everything)
        assert.ok(asked.length <= allowed, asked.join('\n'))
        await opened.close()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
