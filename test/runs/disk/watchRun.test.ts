// A run that is watched: its record grows look by look, survives a kill, and of a run that goes on is what it would have been.

import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { beginRun, type DiskChoices, resumeRun } from '../../../src/runs/disk/beginRun.ts'
import { withRunFolder } from '../../../src/runs/disk/runFolder.ts'
import { saverIn } from '../../../src/runs/disk/saveRun.ts'
import { readRecord } from '../../../src/runs/disk/watchFile.ts'
import { watchRun } from '../../../src/runs/disk/watchRun.ts'
import { trainRun } from '../../../src/runs/trainRun.ts'
import type { WatchChoices } from '../../../src/runs/watch.ts'

const sizes = { layer: 2, head: 2, model: 8, context: 8, batch: 2, steps: 8, checkpointEvery: 3, evaluateEvery: 8 }
const watched: WatchChoices = {
  what: ['heads', 'composition-k', 'norms', 'in-context', 'blocks.0.attention.pattern {head: 1}'],
  every: 2,
  at: [5],
}

describe('a run that is watched', () => {
  let place: string
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'cutaway-watch-'))
    await writeFile(join(place, 'cat.txt'), 'the cat sat on the mat. '.repeat(30))
    await writeFile(join(place, 'pairs.tsv'), Array.from({ length: 40 }, (_, i) => `${i % 7}a${i}b\tb${i}a\n`).join(''))
    await writeFile(
      join(place, 'labelled.tsv'),
      Array.from({ length: 40 }, (_, i) => `${i % 2}\tab${i % 5}ba${i}\n`).join(''),
    )
  })
  after(() => rm(place, { recursive: true, force: true }))
  const cat: DiskChoices = { ...sizes, files: [] }

  interface Session {
    /** The session goes on with a run, to this step. */
    readonly resumes?: number
    readonly replaces?: boolean
    /** The session is killed when this step was taken. */
    readonly killedAt?: number
    readonly choices?: DiskChoices
  }

  /** Trains in a folder, as the command does; gives its losses. */
  function session(
    name: string,
    watch: WatchChoices,
    { resumes, replaces = false, killedAt, choices = { ...cat, files: [join(place, 'cat.txt')] } }: Session = {},
  ) {
    const folder = join(place, name)
    return withRunFolder(folder, async (claim) => {
      const run = resumes !== undefined ? await resumeRun(folder, { steps: resumes }) : await beginRun(choices)
      const engine = await cpu({ threads: 1 })
      const own = await watchRun(folder, run, engine, watch)
      const save = saverIn(folder, run, { claim, replaces, record: own?.record })
      const losses: number[] = []
      for await (const event of trainRun(run, { engine, save, between: own?.between })) {
        if (event.kind === 'step') losses.push(event.loss)
        if (event.step === killedAt && event.kind === 'step') break
      }
      if (killedAt === undefined) await own?.close()
      engine.close()
      return losses
    })
  }
  const record = (name: string) => readFile(join(place, name, 'watched.bin'))

  test('keeps every look, and learns what it learns', async () => {
    const losses = await session('whole', watched)
    const { head, looks } = (await readRecord(join(place, 'whole'))) ?? assert.fail()
    assert.deepEqual(head.what, watched.what)
    assert.deepEqual(
      looks.map(([{ step }]) => step),
      [0, 2, 4, 5, 6, 8],
    )
    assert.deepEqual(await session('unwatched', { what: [] }), losses)
    assert.ok(!(await readdir(join(place, 'unwatched'))).includes('watched.bin'))
  })

  test('that was killed has the looks of a whole one when it goes on', async () => {
    await session('killed', watched, { killedAt: 5 })
    const torn = await record('killed')
    await appendFile(join(place, 'killed', 'watched.bin'), torn.subarray(-100))
    const readable = (await readRecord(join(place, 'killed'))) ?? assert.fail()
    assert.deepEqual(
      readable.looks.map(([{ step }]) => step),
      [0, 2, 4],
    )
    await session('killed', { what: [] }, { resumes: 8 })
    assert.deepEqual(await record('killed'), await record('whole'))
    assert.deepEqual(
      (await readdir(join(place, 'killed'))).filter((name) => name.startsWith('.')),
      [],
    )
  })

  test('that was killed before its first checkpoint leaves nothing that counts', async () => {
    await session('early', watched, { killedAt: 2 })
    assert.deepEqual(await readdir(join(place, 'early')), ['.watched.part'])
    await session('early', watched)
    assert.deepEqual(await record('early'), await record('whole'))
  })

  test('that is replaced loses its record', async () => {
    await session('early', { what: ['norms'], every: 4 }, { replaces: true })
    assert.deepEqual((await readRecord(join(place, 'early')))?.head.what, ['norms'])
    await session('early', { what: [] }, { replaces: true })
    assert.equal(await readRecord(join(place, 'early')), undefined)
  })

  test('is not watched otherwise when it goes on', async () => {
    await assert.rejects(session('whole', { what: ['norms'] }, { resumes: 16 }), {
      message: `${join(place, 'whole')}: the run is watched already (heads, composition-k, norms, in-context, blocks.0.attention.pattern {head: 1}), and its record goes on as it began. Leave out watch and what belongs to it, or begin a new run with out.`,
    })
  })

  test('keeps no more than is allowed', async () => {
    await assert.rejects(session('large', { ...watched, limit: 1000 }), {
      message:
        /^watch: 6 looks would keep \d+ bytes in all, but the limit is 1000 bytes\. Look at fewer steps or places, or raise watchLimit\.$/,
    })
    assert.ok(!(await readdir(place)).includes('large'))
  })

  test('may be of any kind', async () => {
    const kinds: readonly [DiskChoices, readonly string[]][] = [
      [{ ...sizes, as: 'encoder', files: [join(place, 'cat.txt')] }, ['heads', 'loss-by-position', 'norms']],
      [
        { ...sizes, context: 16, as: 'encoder-decoder', files: [join(place, 'pairs.tsv')] },
        ['first', 'entropy', 'in-context', 'composition', 'norms'],
      ],
      [{ ...sizes, as: 'classifier', files: [join(place, 'labelled.tsv')] }, ['previous', 'loss', 'norms']],
      [{ ...sizes, task: 'sort', context: undefined }, ['heads', 'loss', 'composition', 'norms']],
    ]
    for (const [number, [choices, what]] of kinds.entries()) {
      await session(`kind ${number}`, { what, every: 4 }, { choices })
      const { looks } = (await readRecord(join(place, `kind ${number}`))) ?? assert.fail()
      assert.equal(looks.length, 3)
      const found = new Set(looks[1].filter(({ value }) => !Number.isNaN(value)).map(({ score }) => score))
      assert.ok(found.has('gradient-norm') && found.has('update-norm') && found.size >= 5, [...found].join())
    }
  })
})
