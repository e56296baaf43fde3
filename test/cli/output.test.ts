// What is printed may lose its reader: a training goes on and saves, what only prints ends, and nobody sees a stack trace.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Output, type PrintedStream } from '../../src/cli/output.ts'
import { cutaway, tinySizes, type Workshop, workshopWithRun } from './run.ts'

/** A process whose streams can be lost, and what it did. */
function fakeProcess() {
  const did: string[] = []
  const lose: Record<string, (code: string) => void> = {}
  const stream = (name: string): PrintedStream => ({
    write: (text) => did.push(`${name}: ${text}`),
    on: (_, listener) => {
      lose[name] = (code) => listener(Object.assign(new Error(`${code}: no more`), { code }))
    },
  })
  const [stdout, stderr] = [stream('out'), stream('err')]
  const output = new Output({ stdout, stderr, exit: (code) => did.push(`exit ${code}`) })
  return { did, output, stdout, stderr, lose }
}

describe('an output that is lost', () => {
  test('ends what only prints, without a word where nobody reads', () => {
    for (const code of ['EPIPE', 'EIO']) {
      const { did, output, stdout, lose } = fakeProcess()
      lose['out'](code)
      output.write(stdout, 'more')
      assert.deepEqual(did, ['exit 0'])
      assert.equal(output.hasFailed, false)
    }
  })

  test('is said where somebody may have wanted it', () => {
    const { did, output, lose } = fakeProcess()
    lose['out']('ENOSPC')
    assert.deepEqual(did, ['err: cutaway: what is printed cannot be written (ENOSPC: no more).\n', 'exit 1'])
    assert.equal(output.hasFailed, true)
  })

  test('does not end what saves something', () => {
    const { did, output, stdout, stderr, lose } = fakeProcess()
    output.goOn()
    lose['out']('ENOSPC')
    lose['out']('ENOSPC')
    output.write(stdout, 'unread')
    lose['err']('EPIPE')
    output.write(stderr, 'unread')
    assert.deepEqual(did, [
      'err: cutaway: what is printed cannot be written (ENOSPC: no more). The work goes on without it.\n',
    ])
    assert.equal(output.hasFailed, true)
  })

  test('matters little where it is what is noted beside', () => {
    const { did, output, stdout, lose } = fakeProcess()
    lose['err']('EPIPE')
    output.write(stdout, 'read')
    assert.deepEqual(did, ['out: read'])
  })
})

describe('cutaway', () => {
  let place: Workshop
  before(async () => {
    place = await workshopWithRun()
  })
  after(() => place[Symbol.asyncDispose]())

  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

  /** Runs a command whose output is closed once something was read of it, or goes to a file. */
  function unread(words: readonly string[], to?: number): Promise<{ code: number | null; stderr: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [main, ...words], {
        cwd: place.path,
        stdio: ['ignore', to ?? 'pipe', 'pipe'],
      })
      let stderr = ''
      child.stdout?.once('data', () => child.stdout?.destroy())
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        stderr += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stderr }))
    })
  }

  const training = (out: string) => ['train', 'cat.txt', ...tinySizes, '--steps', '40', '--out', out]

  test('train goes on and saves when nobody reads it any more', async () => {
    for (const [out, more] of [
      ['runs/unread', []],
      ['runs/json', ['--json']],
    ] as const) {
      assert.deepEqual(await unread([...training(out), ...more]), { code: 0, stderr: '' })
      assert.ok((await readdir(join(place.path, out))).includes('training.safetensors'))
    }
    const { stderr } = await cutaway(['train', '--out', 'runs/unread', '--resume'], { folder: place.path })
    assert.match(stderr, /the run has taken its 40 steps already/)
  })

  test('train goes on and saves when the disk of its output is full', async (t) => {
    if (!existsSync('/dev/full')) return t.skip('there is no /dev/full')
    const { code, stderr } = await unread(training('runs/full'), openSync('/dev/full', 'w'))
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^cutaway: what is printed cannot be written \(ENOSPC[^\n]*\)\. The work goes on without it\.\n$/,
    )
    assert.ok((await readdir(join(place.path, 'runs/full'))).includes('training.safetensors'))
  })

  test('generate ends when nobody reads it any more', async () => {
    assert.deepEqual(await unread(['generate', 'runs/cat', '--tokens', '4000']), { code: 0, stderr: '' })
  })

  test('what ends a process lets train save first', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const out = `runs/${signal}`
      const ended = await cutaway(['train', 'cat.txt', ...tinySizes, '--steps', '1000000', '--out', out], {
        folder: place.path,
        interruptAt: 'step       0 ',
        signal,
      })
      assert.equal(ended.code, code)
      assert.match(ended.stderr, new RegExp(`Stopped after step \\d+ of 1000000; saved in ${out}\\.`))
    }
  })
})
