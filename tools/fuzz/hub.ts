// Target: a hub that answers wrongly. The server is a real one, on this machine.

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBytes } from '../../src/checkpoint/folderFiles.ts'
import { describeFolder } from '../../src/checkpoint.ts'
import { hubFiles } from '../../src/index.ts'
import { folders } from './examples.ts'
import { mutatedBytes } from './mutate.ts'
import { Random } from './random.ts'
import { claim, target } from './target.ts'

const files: Readonly<Record<string, Uint8Array>> = folders[0]

/** How the server is to answer: by whom the next answers are made up. */
let answers = new Random(0)
const server = createServer((request, response) => {
  const name = decodeURIComponent(request.url?.split('/').at(-1) ?? '')
  const isList = request.url?.startsWith('/api/') ?? false
  const list = { siblings: Object.keys(files).map((rfilename) => ({ rfilename })) }
  const whole = isList ? Buffer.from(JSON.stringify(list)) : files[name]
  if (answers.percent(10)) answerOddly(response)
  else if (whole === undefined) response.writeHead(404).end()
  else if (isList) response.end(answers.percent(30) ? mutatedBytes(whole, answers) : whole)
  else sendPart(response, whole, request.headers.range)
}).listen(0, '127.0.0.1')
server.unref()
await new Promise((resolve) => server.once('listening', resolve))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

function answerOddly(response: ServerResponse): void {
  const status = answers.pick([200, 204, 206, 301, 401, 404, 416, 418, 500, 503, 0])
  if (status === 0) return void response.destroy()
  response.writeHead(
    status,
    answers.percent(50) ? {} : { 'content-range': answers.pick(['bytes 0-0/1', '*/x', 'x', 'bytes 0-0/*']) },
  )
  response.end(answers.percent(50) ? undefined : '{"siblings": 3}')
}

function sendPart(response: ServerResponse, whole: Uint8Array, range = 'bytes=0-'): void {
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(range) ?? ['', '0', '']
  let begin = Number(from)
  const end = to === '' ? whole.length : Math.min(whole.length, Number(to) + 1)
  let size = whole.length
  if (answers.percent(5)) begin += answers.pick([-1, 1, 5])
  if (answers.percent(5)) size = answers.pick([0, size - 1, size + 1, 2 ** 40, 2 ** 53])
  response.writeHead(206, { 'content-range': `bytes ${begin}-${end - 1}/${size}` })
  const part = Buffer.from(whole.subarray(Math.max(0, begin), end))
  if (answers.percent(90)) response.end(part)
  else response.write(part.subarray(0, answers.below(part.length + 1)), () => response.destroy())
}

export const hub = target(
  'hub',
  (random) => ({ file: random.pick(Object.keys(files)), seed: random.below(2 ** 31) }),
  async ({ file, seed }) => {
    answers = new Random(seed)
    const folder = hubFiles('owner/name', { base })
    await folder.list()
    await describeFolder(folder)
    const read = await readBytes(folder, file)
    claim(
      read === undefined || Buffer.compare(read, files[file]) === 0,
      `${file} is not what the server has: ${read?.length} bytes for ${files[file].length}`,
    )
  },
)
