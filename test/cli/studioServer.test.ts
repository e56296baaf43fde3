// The Studio's server: what it gives, to whom, and what it refuses; the page with its run in a browser is in test/studio/.

import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { hubFiles } from '../../src/checkpoint/hubFiles.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { policy, type StudioServer, serveStudio } from '../../src/cli/studioServer.ts'
import { reference } from '../../src/engine/reference.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('the server of the Studio', () => {
  let made: Workshop
  let server: StudioServer
  before(async () => {
    made = await workshopWithRun()
    const page = join(made.path, 'page')
    await mkdir(join(page, 'assets'), { recursive: true })
    await writeFile(join(page, 'index.html'), '<!doctype html><html><head></head></html>')
    await writeFile(join(page, 'assets/a.js'), 'export {}')
    const run = { name: 'runs/cat', files: diskFiles(join(made.path, 'runs/cat')) }
    server = await serveStudio({ page: diskFiles(page), run, port: 0 })
  })
  after(async () => {
    await server.close()
    await made[Symbol.asyncDispose]()
  })

  test('gives the page, which is told of the run, with all that it needs for threads and nothing that runs others’ code', async () => {
    const answer = await fetch(server.url)
    assert.equal(
      await answer.text(),
      '<!doctype html><html><head>\n    <meta name="cutaway-run" content="runs/cat"></head></html>',
    )
    assert.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(answer.headers.get('cross-origin-embedder-policy'), 'require-corp')
    assert.equal(answer.headers.get('content-security-policy'), `${policy}; frame-ancestors 'none'`)
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/)
    // A microphone may be asked for, by this page alone; recordings are played as the page has them.
    assert.match(answer.headers.get('permissions-policy') ?? '', /^microphone=\(self\), camera=\(\)/)
    assert.match(policy, /media-src blob:;/)
    const script = await fetch(`${server.url}assets/a.js`)
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(script.headers.get('cache-control'), 'max-age=31536000, immutable')
  })

  test('gives the run as a hub does: it is opened from there, to the same bits', async () => {
    const engine = reference()
    const there = hubFiles('runs/cat', { base: server.url })
    const { model } = await loadFolder(there, engine)
    assert.equal(model.kind, 'decoder')
    const own = await readFile(join(made.path, 'runs/cat/model.safetensors'))
    const file = await there.open('model.safetensors')
    assert.ok(file)
    const bytes = new Uint8Array(100)
    await file.read(own.length - 150, bytes)
    await file.close()
    assert.deepEqual(bytes, new Uint8Array(own.subarray(own.length - 150, own.length - 50)))
    assert.equal(await there.open('none.json'), undefined)
  })

  test('gives nothing from elsewhere, and nothing to a page that comes by another name', async () => {
    for (const path of ['../package.json', '..%2fcat.txt', 'runs/cat/resolve/main/..%2f..%2fcat.txt', 'none.js', '%'])
      assert.ok([400, 404].includes((await fetch(server.url + path)).status), path)
    assert.equal((await fetch(server.url, { method: 'POST', body: 'x' })).status, 405)
    assert.equal((await fetch(`${server.url}assets/a.js`, { headers: { range: 'bytes=100-' } })).status, 416)
    const status = await new Promise((resolve, reject) => {
      request(server.url, { headers: { host: 'example.org' } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end()
    })
    assert.equal(status, 403)
  })

  test('says in one line what is wrong', async () => {
    assert.equal(
      await complaint(['studio', 'a', 'b']),
      'cutaway: studio takes one run, but got also "b". Leave it out.',
    )
    assert.equal(
      await complaint(['studio', '--port', '70000']),
      'cutaway: --port needs a whole number from 0 to 65535, but got "70000".',
    )
    assert.match((await cutaway(['studio', '--help'])).stdout, /cutaway studio runs\/emma/)
  })
})
