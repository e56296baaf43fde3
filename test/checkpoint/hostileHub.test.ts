// Servers that answer wrongly, late, or not at all: none is believed, none is waited for without end, and what broke off for a
// moment goes on where it was.

import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { after, describe, test } from 'node:test'
import { readBytes } from '../../src/checkpoint/folderFiles.ts'
import { type HubOptions, hubFiles } from '../../src/checkpoint/hubFiles.ts'
import { describeFolder } from '../../src/checkpoint/load.ts'

/** What goes wrong below HTTP, and what is said of it. */
const networkReasons = [
  ['ENOTFOUND', 'there is no host of this name'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up now'],
  ['ECONNREFUSED', 'the connection was refused: nothing listens there'],
  ['ECONNRESET', 'the connection broke'],
  ['ENETUNREACH', 'there is no way to this host'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it did not answer in time'],
  ['CERT_HAS_EXPIRED', 'its certificate is not to be trusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not to be trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not to be trusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is not to be trusted'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no secure connection could be made'],
  ['HPE_INVALID_CONSTANT', 'its answer is no HTTP'],
] as const

const whole = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7)
const servers: Server[] = []
after(() => {
  for (const server of servers) server.close()
})

interface Range {
  readonly begin: number
  /** The byte before which it ends. */
  readonly end: number
  /** Which request this is, from 0. */
  readonly time: number
}

type Answer = (response: ServerResponse, range: Range, request: IncomingMessage) => void

/** The files of a server that answers so; and what was asked. */
async function hub(answer: Answer, options: HubOptions = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    response.on('error', () => {})
    const [, from = 0, to = whole.length - 1] = /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '') ?? []
    asked.push(request.headers.range ?? request.url ?? '')
    answer(response, { begin: Number(from), end: Number(to) + 1, time: asked.length - 1 }, request)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  server.unref()
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, base, files: hubFiles('a/b', { base, waitMs: 1, silenceMs: 20_000, ...options }) }
}

const rangeText = ({ begin, end }: Range, size: number | string = whole.length): string =>
  `bytes ${begin}-${end - 1}/${size}`

/** Answers as it should be. */
const well: Answer = (response, range) =>
  response.writeHead(206, { 'content-range': rangeText(range) }).end(whole.subarray(range.begin, range.end))

const isProbe = ({ begin, end }: Range): boolean => begin === 0 && end === 1

/** Reads 4 bytes from 100 on. */
async function readSome(answer: Answer, options: HubOptions = {}): Promise<string> {
  const { files } = await hub(answer, options)
  const file = await files.open('x')
  if (file === undefined) return 'no file'
  try {
    const into = new Uint8Array(4)
    await file.read(100, into)
    return String(into)
  } finally {
    await file.close()
  }
}
const right = String(whole.subarray(100, 104))

/** A header in place of what would be right, for all that is asked, or for all but the first byte. */
const saying =
  (status: number, headers: (range: Range) => Record<string, string>, body?: (range: Range) => Uint8Array): Answer =>
  (response, range) =>
    response.writeHead(status, headers(range)).end(body?.(range) ?? whole.subarray(range.begin, range.end))
const later =
  (answer: Answer): Answer =>
  (response, range, request) =>
    (isProbe(range) ? well : answer)(response, range, request)

describe('what a server says of a range', () => {
  const download = 'Download it, and name the folder.'
  const all = whole.length
  const cases: [name: string, answer: Answer, message: string][] = [
    [
      'is another range',
      later(
        saying(
          206,
          () => ({ 'content-range': `bytes 0-${all - 1}/${all}` }),
          () => whole,
        ),
      ),
      `a/b/x: the server sends "bytes 0-199999/200000" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'is one byte further',
      later(saying(206, (range) => ({ 'content-range': rangeText({ ...range, begin: range.begin + 1 }) }))),
      `a/b/x: the server sends "bytes 101-199999/200000" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'is of a longer file',
      later(saying(206, (range) => ({ 'content-range': rangeText(range, all + 1) }))),
      `a/b/x: the server sends "bytes 100-199999/200001" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'has no length',
      later(saying(206, (range) => ({ 'content-range': rangeText(range, '*') }))),
      `a/b/x: the server sends "bytes 100-199999/*" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'goes beyond the end',
      later(saying(206, (range) => ({ 'content-range': `bytes ${range.begin}-${all}/${all}` }))),
      `a/b/x: the server sends "bytes 100-200000/200000" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'runs backwards',
      later(saying(206, (range) => ({ 'content-range': `bytes ${range.begin}-99/${all}` }))),
      `a/b/x: the server sends "bytes 100-99/200000" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'is nonsense',
      later(saying(206, () => ({ 'content-range': 'all of it' }))),
      `a/b/x: the server sends "all of it" where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'is nothing',
      later(saying(206, () => ({}))),
      `a/b/x: the server sends nothing where the bytes from 100 of 200000 on were asked for. ${download}`,
    ],
    [
      'is another number of bytes',
      later((response, range) =>
        response.writeHead(206, { 'content-range': rangeText(range), 'content-length': 10 }).end('0123456789'),
      ),
      `a/b/x: the server sends "10" bytes, but calls them "bytes 100-199999/200000". ${download}`,
    ],
    [
      'is 200 after 206',
      later(saying(200, () => ({}))),
      `a/b/x: the server sends files only as a whole, not by ranges. ${download}`,
    ],
    [
      'is 416 after 206',
      later(saying(416, () => ({ 'content-range': 'bytes */50' }))),
      `a/b/x: the server says 416 for byte 100, after it said that there are 200000 bytes. ${download}`,
    ],
    [
      'is 404 after 206',
      later(saying(404, () => ({}))),
      `a/b/x: the server says 404 for byte 100, after it said that there are 200000 bytes. ${download}`,
    ],
    [
      'is compressed',
      saying(206, (range) => ({ 'content-range': rangeText(range), 'content-encoding': 'br' })),
      `a/b/x: the server sends it compressed ("br"), not as it is. ${download}`,
    ],
    [
      'is more than it said',
      later((response, range) => {
        response.writeHead(206, { 'content-range': `bytes ${range.begin}-101/${all}` }).end(whole.subarray(range.begin))
      }),
      `a/b/x: the server sends more than the bytes up to 101 that it announced. ${download}`,
    ],
    [
      'is all at once, at first',
      saying(200, () => ({})),
      `a/b/x: the server sends files only as a whole, not by ranges. ${download}`,
    ],
    [
      'is more than the first byte',
      saying(
        206,
        () => ({ 'content-range': `bytes 0-${all - 1}/${all}` }),
        () => whole,
      ),
      `a/b/x: the server sends bytes 0 to 199999 where byte 0 was asked for. ${download}`,
    ],
    [
      'is no size',
      saying(206, (range) => ({ 'content-range': rangeText(range, '*') })),
      `a/b/x: the server does not say how long it is (status 206, content-range "bytes 0-0/*"). ${download}`,
    ],
    [
      'is a size beyond all numbers',
      saying(206, () => ({ 'content-range': `bytes 0-0/${'9'.repeat(30)}` })),
      `a/b/x: the server does not say how long it is (status 206, content-range "bytes 0-0/999999999999999999999999999999"). ${download}`,
    ],
    [
      'is 416 for a file of 9 bytes',
      saying(416, () => ({ 'content-range': 'bytes */9' })),
      `a/b/x: the server does not say how long it is (status 416, content-range "bytes */9"). ${download}`,
    ],
    [
      'is nothing at all (204)',
      (response) => response.writeHead(204).end(),
      `a/b/x: the server does not say how long it is (status 204, content-range nothing). ${download}`,
    ],
  ]
  for (const [name, answer, message] of cases)
    test(`${name}: refused`, async () => {
      await assert.rejects(readSome(answer), { message })
    })

  test('is right: believed', async () => {
    assert.equal(await readSome(well), right)
    assert.equal(await readSome(saying(404, () => ({}))), 'no file')
    const { files } = await hub((response) => response.writeHead(200, { 'content-length': 0 }).end())
    assert.deepEqual(await readBytes(files, 'empty'), new Uint8Array(0))
  })

  test('is a size that no machine has', async () => {
    const { files } = await hub(
      saying(
        206,
        () => ({ 'content-range': 'bytes 0-0/9007199254740991' }),
        () => whole.subarray(0, 1),
      ),
    )
    await assert.rejects(readBytes(files, 'x'), {
      message:
        'a/b/x: it has 9007199254740991 bytes, more than can be read at once. It may be damaged, or another file.',
    })
    await assert.rejects(describeFolder(files), {
      message:
        'a/b/config.json: it has 9007199254740991 bytes, more than can be read at once. It may be damaged, or another file.',
    })
  })

  test('is less than was asked for: the rest is asked for', async () => {
    const { files, asked } = await hub((response, range, request) =>
      well(response, { ...range, end: Math.min(range.end, range.begin + 70_000) }, request),
    )
    assert.deepEqual(await readBytes(files, 'x'), whole)
    assert.deepEqual(asked, ['bytes=0-0', 'bytes=0-', 'bytes=70000-', 'bytes=140000-'])
  })

  test('is next to nothing each time: it ends', async () => {
    const { files, asked } = await hub((response, range, request) =>
      well(response, { ...range, end: range.begin + 1 }, request),
    )
    await assert.rejects(readBytes(files, 'x'), {
      message: "a/b/x: the server sent only 5 of the file's 200000 bytes. Try again.",
    })
    assert.equal(asked.length, 6)
  })
})

describe('a server that fails for a moment', () => {
  const busy =
    (status: number, headers: Record<string, string> = {}): Answer =>
    (response, range, request) =>
      range.time < 2 ? response.writeHead(status, headers).end('busy') : well(response, range, request)
  for (const status of [408, 425, 429, 500, 502, 503, 504])
    test(`${status} is asked again`, async () => assert.equal(await readSome(busy(status)), right))
  test('and says when it will be back', async () => {
    const begun = performance.now()
    assert.equal(await readSome(busy(429, { 'retry-after': '1' })), right)
    assert.ok(performance.now() - begun >= 1900)
  })
  test('and says so by a date that is over', async () =>
    assert.equal(await readSome(busy(503, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' })), right))
  test('and closes the connection', async () =>
    assert.equal(
      await readSome((response, range, request) =>
        range.time < 2 ? void response.socket?.destroy() : well(response, range, request),
      ),
      right,
    ))
  test('and breaks off: the reading goes on where it was', async () => {
    const { files, asked } = await hub((response, range, request) => {
      if (range.time === 0 || range.time > 2) return well(response, range, request)
      response.writeHead(206, { 'content-range': rangeText(range) })
      response.write(whole.subarray(range.begin, range.begin + 50_000), () => setTimeout(() => response.destroy(), 20))
    })
    assert.deepEqual(await readBytes(files, 'x'), whole)
    assert.deepEqual(asked, ['bytes=0-0', 'bytes=0-', 'bytes=50000-', 'bytes=100000-'])
  })
  test('and says nothing: asked again', async () =>
    assert.equal(
      await readSome((response, range, request) => (range.time < 1 ? undefined : well(response, range, request)), {
        silenceMs: 500,
      }),
      right,
    ))
})

describe('a server that goes on failing', () => {
  const cases: [name: string, answer: Answer, message: string, options?: HubOptions][] = [
    [
      'busy',
      (response) => response.writeHead(503).end(),
      'BASE/a/b/resolve/main/x: the server says 503 Service Unavailable. Try again later.',
    ],
    [
      'busy for an hour',
      (response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
      'BASE/a/b/resolve/main/x: the server says 429 Too Many Requests. Try again later.',
    ],
    [
      'silent',
      () => {},
      'BASE/a/b/resolve/main/x: it cannot be reached: it was silent for 0.2 seconds. Check the name and the connection.',
      { silenceMs: 200, tries: 2 },
    ],
    [
      'that closes every connection',
      (response) => void response.socket?.destroy(),
      'BASE/a/b/resolve/main/x: it cannot be reached: the connection broke (UND_ERR_SOCKET). Check the name and the connection.',
    ],
    [
      'that leads in a circle',
      (response) => response.writeHead(302, { location: '/a/b' }).end(),
      'BASE/a/b/resolve/main/x: it cannot be reached: redirect count exceeded. Check the name and the connection.',
    ],
    [
      'that leads nowhere',
      (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'BASE/a/b/resolve/main/x: it cannot be reached: URL scheme must be a HTTP(S) scheme. Check the name and the connection.',
    ],
    [
      'that says I am a teapot',
      (response) => response.writeHead(418).end(),
      "BASE/a/b/resolve/main/x: the server says 418 I'm a Teapot. Try again later.",
    ],
    [
      'silent in the middle',
      later((response, range) => {
        response.writeHead(206, { 'content-range': rangeText(range) })
        response.write('abc')
      }),
      'a/b/x: the connection broke at byte 103 of 200000: it was silent for 0.2 seconds. Try again.',
      { silenceMs: 200, tries: 1 },
    ],
    [
      'that sends next to nothing',
      later((response, range) => {
        response.writeHead(206, { 'content-range': rangeText(range) })
        const timer = setInterval(() => response.write('a'), 50)
        response.on('close', () => clearInterval(timer))
      }),
      'it was silent for 0.4 seconds',
      { tries: 1, silenceMs: 400 },
    ],
    [
      'that stops early',
      later((response, range) => response.writeHead(206, { 'content-range': rangeText(range) }).end('abc')),
      "a/b/x: the server sent only 103 of the file's 200000 bytes. Try again.",
      { tries: 1 },
    ],
  ]
  for (const [name, answer, message, options] of cases)
    test(name, async () => {
      const { files, base } = await hub(answer, options)
      const read = async () => {
        const file = await files.open('x')
        await file?.read(100, new Uint8Array(40_000))
      }
      await assert.rejects(read(), (error: Error) => {
        assert.ok(error.message.includes(message.replace('BASE', base)), error.message)
        return true
      })
    })

  test('no HTTP at all', async () => {
    const server = createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1')
    servers.push(server)
    server.unref()
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await assert.rejects(hubFiles('a/b', { base: `http://127.0.0.1:${port}` }).open('x'), (error: Error) => {
      assert.match(error.message, /it cannot be reached: .*HTTP.*\. Check/)
      assert.ok(error.cause instanceof Error)
      return true
    })
    await assert.rejects(hubFiles('a/b', { base: `https://127.0.0.1:${port}` }).open('x'), (error: Error) => {
      assert.match(error.message, /it cannot be reached: no secure connection could be made \(ERR_SSL_\w+\)\. Check/)
      return true
    })
  })

  test('none that listens', async () => {
    const { base, files } = await hub(well)
    servers.at(-1)?.close()
    await assert.rejects(files.open('x'), {
      message: `${base}/a/b/resolve/main/x: it cannot be reached: the connection was refused: nothing listens there (ECONNREFUSED). Check the name and the connection.`,
    })
  })

  for (const [code, reason] of networkReasons)
    test(`${code} is named`, async () => {
      const fetch = async (): Promise<never> => {
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(`system: ${code}`), { code }) })
      }
      await assert.rejects(
        hubFiles('a/b', { base: 'https://hub.test', waitMs: 1, fetch }).open('x'),
        (error: Error) => {
          assert.equal(
            error.message,
            `https://hub.test/a/b/resolve/main/x: it cannot be reached: ${reason} (${code}). Check the name and the connection.`,
          )
          assert.equal(((error.cause as Error).cause as { code: string }).code, code)
          return true
        },
      )
    })
})

describe('a signal', () => {
  const reason = new Error('enough')
  const ended: [name: string, answer: Answer][] = [
    ['while nothing answers', () => {}],
    ['while it is waited for a busy server', (response) => response.writeHead(503, { 'retry-after': '30' }).end()],
    [
      'while a file is read',
      later((response, range) => {
        response.writeHead(206, { 'content-range': rangeText(range) })
        response.write('abc')
      }),
    ],
  ]
  for (const [name, answer] of ended)
    test(`ends it ${name}`, async () => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 50)
      const reading = readSome(answer, { signal: controller.signal, silenceMs: 30_000, waitMs: 1 })
      await assert.rejects(reading, (error) => error === reason)
    })

  test('that was given before ends everything', async () => {
    await assert.rejects(readSome(well, { signal: AbortSignal.abort(reason) }), (error) => error === reason)
  })
})

describe('the list of files', () => {
  const place = 'a/b: the list of its files'
  const cases: [name: string, body: string, message: string][] = [
    [
      'a page',
      '<html>',
      `${place}: BASE/api/models/a/b/revision/main gave a page instead. Check that the address is that of a hub.`,
    ],
    [
      'no JSON',
      'files',
      `${place}: this is not JSON (Unexpected token 'i', "files" is not valid JSON). The file may be cut off or damaged; restore it or save it again.`,
    ],
    [
      'a list',
      '[]',
      `${place}: expected an object {…}, but found a list of 0. The file may be damaged, or another one.`,
    ],
    ['without files', '{}', `${place}: siblings is nothing, not a list. Check that the address is that of a hub.`],
    [
      'with a number',
      '{"siblings":[{"rfilename":7}]}',
      `${place}: the name of a file is 7, not a text. Check that the address is that of a hub.`,
    ],
    [
      'with nothing',
      '{"siblings":[null]}',
      `${place}: the name of a file is nothing, not a text. Check that the address is that of a hub.`,
    ],
  ]
  for (const [name, body, message] of cases)
    test(`that is ${name}`, async () => {
      const { files, base } = await hub((response) => response.end(body))
      await assert.rejects(files.list(), { message: message.replace('BASE', base) })
    })
})

describe('a name that leads out of the folder', () => {
  const names = ['../x', 'a/../../x', '/etc/passwd', 'a//b', './x', '..', '', 'a\\b', 'C:x', 'x\0', 'a/']
  for (const name of names)
    test(JSON.stringify(name), async () => {
      const { files, asked } = await hub(well)
      await assert.rejects(files.open(name), {
        message: `a/b: ${JSON.stringify(name)} is no name of a file in it. Do not use what names it; fetch it again from where you trust.`,
      })
      assert.deepEqual(asked, [])
    })
})

describe('what is given', () => {
  test('an address that is none', () => {
    for (const base of ['huggingface.co', '', 'ftp://x', 'file:///models'])
      assert.throws(() => hubFiles('a/b', { base }), {
        message: `hub: "${base}" is no address of a server. Give one that begins with https://.`,
      })
  })

  test('a token with the end of its line', async () => {
    let sent: string | undefined
    const { files } = await hub(
      (response, range, request) => {
        sent = request.headers.authorization
        well(response, range, request)
      },
      { token: 'hf_abc\n' },
    )
    await files.open('x')
    assert.equal(sent, 'Bearer hf_abc')
    assert.throws(() => hubFiles('a/b', { token: 'hf_abc\nx: y' }), {
      message: 'hub: the token has characters that no token has. Give it as the hub showed it.',
    })
  })
})
