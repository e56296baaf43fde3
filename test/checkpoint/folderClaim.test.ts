// Who may write in a folder: one at a time, and nobody who has died keeps it.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { claimantOf, claimFolder } from '../../src/checkpoint/folderClaim.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { runAt, tiny } from './tiny.ts'

const claimer = fileURLToPath(new URL('claim-forever.ts', import.meta.url))
const name = '.cutaway-claim'
const isLinux = process.platform === 'linux'
let all = ''
let made = 0
before(async () => {
  all = await mkdtemp(join(tmpdir(), 'cutaway-claim-'))
})
after(() => rm(all, { recursive: true, force: true }))

async function fresh(): Promise<string> {
  const folder = join(all, `run${made++}`)
  await mkdir(folder)
  return folder
}

/** A process that claims a folder, and what it said. */
async function start(folder: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [claimer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said) }
}

const save = (folder: string, step: number): Promise<void> =>
  saveFolder(folder, { blueprint: gpt2.blueprint(tiny), weights: runAt(step).weights })

const inUse = (folder: string, id: number): string =>
  `${folder}: process ${id} is writing in this folder. Wait until it has ended, or stop it, or choose another folder.`

describe('a claimed folder', () => {
  test('is refused to others, until its process is killed', async () => {
    const folder = await fresh()
    const { child, said } = await start(folder)
    assert.equal(said, 'claimed')
    const message = inUse(folder, child.pid ?? 0)
    assert.equal((await claimantOf(folder))?.process, child.pid)
    await assert.rejects(claimFolder(folder, 'run'), { message })
    await assert.rejects(save(folder, 1), { message })
    const second = await start(folder)
    assert.equal(second.said, message)
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.equal(await claimantOf(folder), undefined)
    const claim = await claimFolder(folder, 'run')
    await claim.check()
    await claim.release()
    assert.deepEqual(await readdir(folder), [])
  })

  test('is given to one of many who come at once, also when a dead one had it', async () => {
    for (const isLeft of [false, true]) {
      const folder = await fresh()
      if (isLeft) {
        const { child } = await start(folder)
        child.kill('SIGKILL')
        await once(child, 'close')
      }
      const started = await Promise.all([1, 2, 3].map(() => start(folder)))
      for (const { child } of started) child.kill('SIGKILL')
      assert.equal(started.filter(({ said }) => said === 'claimed').length, 1)
    }
  })

  test('takes the saves of its own run, and those of one process in turn', async () => {
    const folder = await fresh()
    const claim = await claimFolder(folder, 'run')
    await saveFolder(folder, { blueprint: gpt2.blueprint(tiny), weights: runAt(1).weights }, { claim })
    await assert.rejects(save(folder, 2), { message: inUse(folder, process.pid) })
    await claim.release()
    await Promise.all([1, 2, 3, 4].map((step) => save(folder, step)))
    assert.deepEqual((await readdir(folder)).sort(), ['config.json', 'generation_config.json', 'model.safetensors'])
  })

  test('that was emptied is claimed anew; that somebody else has taken is left to him', async () => {
    const folder = await fresh()
    const claim = await claimFolder(folder, 'run')
    await rm(join(folder, name))
    await claim.check()
    assert.deepEqual(await readdir(folder), [name])
    const other = JSON.parse(await readFile(join(folder, name), 'utf8'))
    await writeFile(join(folder, name), JSON.stringify({ ...other, process: 4711, token: 'other' }))
    await assert.rejects(claim.check(), { message: inUse(folder, 4711) })
    await claim.release()
    assert.deepEqual(await readdir(folder), [name])
  })
})

describe('a claim that was left', () => {
  /** A claim as this process would make it, changed, and the seconds since its last sign of life. */
  async function left(change: Record<string, unknown> | string, seconds = 0): Promise<string> {
    const folder = await fresh()
    const claim = await claimFolder(folder, 'run')
    const mine = JSON.parse(await readFile(join(folder, name), 'utf8'))
    await claim.release()
    const content = typeof change === 'string' ? change : JSON.stringify({ ...mine, token: 'other', ...change })
    await writeFile(join(folder, name), content)
    const then = Date.now() / 1000 - seconds
    await utimes(join(folder, name), then, then)
    return folder
  }
  // Whoever started the tests lives as long as they do.
  const living = process.ppid
  const cases: [name: string, change: Record<string, unknown> | string, seconds: number, isFree: boolean][] = [
    ['by a process that is gone', { process: 2 ** 30 }, 0, true],
    ['before the machine was started anew', { machine: 'another boot' }, 3600, true],
    ['on another machine, silent for long', { machine: 'another', host: 'far' }, 3600, true],
    ['on another machine, a moment ago', { machine: 'another', host: 'far' }, 5, false],
    ['by a thread of this process that was ended', { process: process.pid }, 3600, true],
    ['by a thread of this process', { process: process.pid }, 5, false],
    ['cut off, for long', '{"pro', 60, true],
    ['empty, for long', '', 60, true],
    ['something else, for long', '[1]', 60, true],
  ]
  for (const [name, change, seconds, isFree] of cases)
    test(`${name}: ${isFree ? 'is taken over' : 'holds'}`, async () => {
      const folder = await left(change, seconds)
      if (isFree) await (await claimFolder(folder, 'run')).release()
      else await assert.rejects(claimFolder(folder, 'run'), /is writing in this folder/)
    })

  test('by a process whose number was given out anew is taken over', { skip: !isLinux }, async () => {
    const folder = await left({ process: living, started: '1' })
    await (await claimFolder(folder, 'run')).release()
  })

  test('on another machine says when it ends', async () => {
    const folder = await left({ process: 7, machine: 'another', host: `not-${hostname()}` })
    await assert.rejects(claimFolder(folder, 'run'), {
      message: `${folder}: process 7 on not-${hostname()} is writing in this folder. Wait until it has ended (if it has died, its claim ends after 3 minutes of silence), or choose another folder.`,
    })
  })
})
