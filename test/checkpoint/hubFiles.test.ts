// A model on a server: a stub on this machine answers as Hugging Face's hub does, well and badly.

import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { type FolderFiles, readBytes } from '../../src/checkpoint/folderFiles.ts'
import { hubFiles } from '../../src/checkpoint/hubFiles.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { reference } from '../../src/engine/reference.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { bytesOfFile } from './files.ts'
import { countingWeights, plain, sizesOf, tiny } from './tiny.ts'

const tokenizer = CharacterTokenizer.of('hello, world')
const weights = countingWeights(sizesOf(tiny), 1 / 3)
const stored = new Map<string, Uint8Array>()
const asked: string[] = []
let server: Server
let base = ''

/** Answers requests for somebody/tiny as the hub does; other names misbehave in their own way. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request
  asked.push(`${url} ${headers.range ?? ''}`.trim())
  const [, owner, name, , revision, file] = url.split('/')
  if (owner === 'api') {
    const known = url === '/api/models/somebody/tiny/revision/main'
    response
      .writeHead(known ? 200 : 404)
      .end(known ? JSON.stringify({ siblings: [...stored.keys()].map((rfilename) => ({ rfilename })) }) : 'none')
    return
  }
  if (name === 'secret' && headers.authorization !== 'Bearer open sesame') {
    response.writeHead(401).end()
    return
  }
  if (name === 'moved') {
    response.writeHead(302, { location: url.replace('/moved/', '/tiny/') }).end()
    return
  }
  const bytes = stored.get(decodeURIComponent(file))
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '')
  if (bytes === undefined || revision !== 'main' || name === 'other') response.writeHead(404).end('Entry not found')
  else if (name === 'whole' || range === null) response.writeHead(200).end(bytes)
  else if (name === 'broken') response.writeHead(500).end()
  else {
    const [begin, end] = [Number(range[1]), Math.min(bytes.length, Number(range[2] || Infinity) + 1)]
    const cut = name === 'cut' && headers.range !== 'bytes=0-0' ? end - 1 : end
    if (name === 'stuck' && end - begin > 1) {
      response.writeHead(206, {
        'content-range': `bytes ${begin}-${end - 1}/${bytes.length}`,
        'content-length': end - begin,
      })
      response.write(bytes.subarray(begin, 7), () => setTimeout(() => response.destroy(), 20))
    } else if (begin >= bytes.length) response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    else
      response
        .writeHead(206, { 'content-range': `bytes ${begin}-${end - 1}/${bytes.length}` })
        .end(bytes.subarray(begin, cut))
  }
}

before(async () => {
  const model = { blueprint: plain.blueprint(tiny), tokenizer, weights, shardBytes: 2000 }
  for (const file of await savedFiles(model)) stored.set(file.name, await bytesOfFile(file))
  stored.set('empty', new Uint8Array(0))
  server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

const load = (files: FolderFiles) => loadFolder(files, reference(), { of: [plain] })

test('a model in shards loads from where it is, by ranges', async () => {
  const engine = reference()
  const { model, tokenizer: own } = await loadFolder(hubFiles('somebody/tiny', { base }), engine, { of: [plain] })
  for (const [path, node] of Object.entries(model))
    assert.deepEqual(await engine.get(node), weights.get(path)?.data, path)
  assert.deepEqual(own.encode('hold'), tokenizer.encode('hold'))
  const shard = asked.filter((line) => line.includes('model-00002')).map((line) => line.split(' ').at(-1))
  assert.deepEqual(shard, ['bytes=0-0', 'bytes=0-'], 'one answer is read on and on')
  assert.ok(
    asked.every((line) => line.includes('bytes=') || line.includes('/api/')),
    'nothing is fetched whole',
  )
})

test('redirects are followed, as the hub sends them', async () => {
  assert.deepEqual((await load(hubFiles('somebody/moved', { base }))).blueprint.config, tiny)
})

test('a token opens what is not public', async () => {
  assert.deepEqual((await load(hubFiles('somebody/secret', { base, token: 'open sesame' }))).blueprint.config, tiny)
})

test('an empty file is empty', async () => {
  assert.deepEqual(await readBytes(hubFiles('somebody/tiny', { base }), 'empty'), new Uint8Array(0))
})

test('hub:owner/name names it, where HF_ENDPOINT says', async () => {
  const former = process.env['HF_ENDPOINT']
  process.env['HF_ENDPOINT'] = base
  try {
    assert.deepEqual((await load(filesOf('hub:somebody/tiny'))).blueprint.config, tiny)
    await assert.rejects(load(filesOf('hub:somebody/tiny@v2')), {
      message: `somebody/tiny: there is no such model at ${base}. Check the name and the revision.`,
    })
  } finally {
    if (former === undefined) delete process.env['HF_ENDPOINT']
    else process.env['HF_ENDPOINT'] = former
  }
})

describe('refused', () => {
  const place = (name: string) => `BASE/somebody/${name}/resolve/main/config.json`
  const cases: [name: string, message: string][] = [
    ['other', 'somebody/other: there is no such model at BASE. Check the name and the revision.'],
    [
      'secret',
      `${place('secret')}: the server says 401: the model is not there or not public. Check the name, or give a token.`,
    ],
    ['broken', `${place('broken')}: the server says 500 Internal Server Error. Try again later.`],
    [
      'whole',
      'somebody/whole/config.json: the server sends files only as a whole, not by ranges. Download it, and name the folder.',
    ],
    ['cut', "somebody/cut/config.json: the server sent only CAME of the file's LENGTH bytes. Try again."],
    [
      'stuck',
      'somebody/stuck/config.json: the connection broke at byte 7 of LENGTH: the connection broke (UND_ERR_SOCKET). Try again.',
    ],
  ]
  for (const [name, message] of cases) {
    test(name, async () => {
      const length = stored.get('config.json')?.length ?? 0
      const expected = message
        .replaceAll('BASE', base)
        .replace('LENGTH', String(length))
        .replace('CAME', String(length - 1))
      await assert.rejects(load(hubFiles(`somebody/${name}`, { base, waitMs: 1 })), { message: expected })
    })
  }

  test('a server that is not there', async () => {
    await assert.rejects(load(hubFiles('somebody/tiny', { base: 'http://127.0.0.1:1' })), {
      message:
        'http://127.0.0.1:1/somebody/tiny/resolve/main/config.json: it cannot be reached: bad port. Check the name and the connection.',
    })
  })

  for (const name of ['tiny', 'a/b/c', '../etc', 'a b/c', 'a/..'])
    test(`the name ${name}`, () => {
      assert.throws(() => hubFiles(name), { message: `hub: "${name}" is no model's name. Give it as owner/name.` })
    })
})
