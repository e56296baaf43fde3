// Exhibits: every byte comes back out of a page, and a page in one file opens from a disk.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { architectures } from '../../src/checkpoint/architectures.ts'
import { fromHTML, toHTML } from '../../src/studio/exhibit/bytesInHTML.ts'
import { exhibitParts } from '../../src/studio/exhibit/exhibit.ts'
import type { Exhibited } from '../../src/studio/exhibit/exhibited.ts'
import { families, familyOf } from '../../src/studio/exhibit/families.ts'
import { deflated, inflated, packFiles, unpackFiles } from '../../src/studio/exhibit/pack.ts'
import { joinedParts, programName } from '../../src/studio/exhibit/program.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { driveChromium, noChromium } from '../browser/chromium.ts'
import { serve } from '../browser/server.ts'
import { builtStudio } from './built.ts'
import { allFaultsOf, bringAxe } from './faults.ts'
import { savedExhibit } from './savedExhibit.ts'
import { go, patienceMs } from './visit.ts'
import { openWorkshop } from './workshop.ts'

const title = '</title><script>alert(1)</script> née'

const gpt2 = { step: 0, family: 'gpt2', tokenizer: 'characters', parts: ['gpt2'] } as const

/** Every byte beside every other. */
const everything = Uint8Array.from({ length: 2 ** 17 }, (_, i) => (i % 2 === 0 ? i >> 9 : i >> 1))

describe('bytes in a page', () => {
  test('come back, and take little more room', () => {
    const written = toHTML(everything)
    assert.deepEqual(fromHTML(written), everything)
    assert.ok(written.length < everything.length * 1.02)
    for (const byte of [0x00, 0x0d, 0x3c]) assert.ok(!written.includes(byte))
  })

  test('come back as files, compressed or not', async () => {
    const files = new Map([
      ['a', everything],
      ['empty', new Uint8Array(0)],
      ['née', Uint8Array.of(1, 2, 3)],
    ])
    const packed = packFiles(files)
    assert.deepEqual(unpackFiles(packed), files)
    assert.deepEqual(await inflated(await deflated(packed)), packed)
  })
})

describe('the program of an exhibit', () => {
  const worker = {
    './worker.js': {
      script: 'exports.a=1;said.push("worker",require("./shared.js").b)',
      requires: ['./shared.js'],
      for: 'all',
    },
    './shared.js': { script: 'exports.b=require("./worker.js").a', requires: [], for: 'others' },
    './gpt2.js': { script: 'said.push("gpt2")', requires: ['./deep.js'], for: 'some' },
    './deep.js': { script: '', requires: [], for: 'others' },
    './llama.js': { script: 'said.push("llama")', requires: [], for: 'some' },
  } as const

  test('has the parts that its model needs, each begun once, by whoever asks first', () => {
    const joined = joinedParts(worker, './worker.js', ['gpt2', 'elsewhere'])
    const said: unknown[] = []
    new Function('said', joined)(said)
    assert.deepEqual(said, ['worker', 1])
    assert.ok(joined.includes('./deep.js') && !joined.includes('llama'))
  })

  test('has a part for every architecture that the Studio opens', async () => {
    for (const { name } of architectures.filter((each) => !/clip/i.test(each.name))) {
      const own = await families[familyOf(name)]()
      assert.ok(
        own.some((each) => each.name === name),
        name,
      )
    }
    assert.throws(() => familyOf('clip'), {
      message:
        'exhibit: a page in one file has no parts for a model of the architecture clip. Give away its folder instead: the Studio opens it.',
    })
  })

  test('says what it lacks', () => {
    const asks = { './worker.js': { script: 'require("./llama.js")', requires: [], for: 'all' } } as const
    assert.throws(() => new Function(joinedParts(asks, './worker.js', []))(), {
      message: 'exhibit: this page was saved without ./llama.js. Open the model in the Studio.',
    })
  })
})

describe('an exhibit', { skip: noChromium }, () => {
  test('of the usual model is at most 1.4 times its weights in eight bits, and 150 kB', async (t) => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const material = { kind: 'text', name: 'cat.txt', text: 'the cat sat on the mat. '.repeat(40) } as const
    const choices = { as: 'decoder', layer: 4, head: 4, model: 64, context: 64, batch: 4, steps: 30 } as const
    const { parameters } = await answers.begin(workshop, { material, choices })
    const program = new Uint8Array(await readFile(join(await builtStudio(), programName)))
    const { page } = await answers.exhibit(workshop, { program, hash: '' })
    const empty = { ...gpt2, name: '', files: new Map() }
    const app = new Blob(await exhibitParts({ model: empty, hash: '', program })).size
    t.diagnostic(`${page.size} bytes for ${parameters} weights: ${app} without the model`)
    assert.ok(page.size <= 1.4 * parameters + 150_000)
    assert.ok(app <= 229_000)
  })

  test('opens from a disk and from a host that calls it UTF-8, asks for nothing, and has all its bytes', async () => {
    const page = await builtStudio()
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-exhibit-'))
    try {
      const parts = await exhibitParts({
        model: { ...gpt2, name: title, files: new Map([['bytes', everything]]) },
        hash: '#view=look&text=<script>',
        program: new Uint8Array(await readFile(join(page, programName))),
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
        await opened.getByRole('heading', { name: 'Cutaway', exact: true }).waitFor({ timeout: patienceMs })
        assert.equal(await opened.title(), `${title} – Cutaway`)
        const brought = await opened.evaluate(() => {
          const { exhibited } = globalThis as unknown as { exhibited: Exhibited }
          return [...(exhibited.model.files.get('bytes') ?? [])]
        })
        assert.deepEqual(Uint8Array.from(brought), everything)
        assert.ok(asked.length <= allowed, asked.join('\n'))
        await opened.close()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('is open to everybody in every state, in both lights on a desk and on a phone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cutaway-exhibit-'))
    try {
      const file = await savedExhibit(folder)
      await using browser = await driveChromium()
      const page = await browser.newPage({ reducedMotion: 'reduce' })
      page.setDefaultTimeout(patienceMs)
      const unseen: string[] = []
      page.on('pageerror', (error) => unseen.push(error.message))
      await page.goto(pathToFileURL(file).href)
      await page.locator('[data-lattice]').first().waitFor()
      await page.getByRole('button', { name: 'One more letter' }).waitFor({ state: 'attached' })
      await bringAxe(page)
      const attention = 'blocks.1.attention'
      const states: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
        ['the model', {}],
        ['the ledger', { as: 'ledger' }],
        ['the journey', { as: 'journey' }],
        ['attention', { at: attention }],
        ['a head', { at: `${attention} {head: 1}` }],
        ['a product', { at: `${attention}.scores {head: 1}` }],
        ['a cell', { at: `${attention}.scores {head: 1, position: 3, source: 1}` }],
        ['the lens', { instrument: 'lens' }],
        ['writing', { view: 'write' }],
      ]
      const faults: string[] = []
      for (const [name, standpoint] of states) {
        await go(page, { view: 'look', text: 'the cat', ...standpoint })
        faults.push(...(await allFaultsOf(page)).map((each) => `${name}: ${each}`))
      }
      assert.deepEqual(faults, [])
      assert.deepEqual(unseen, [])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
