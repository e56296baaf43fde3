// A run that is taken up again from another folder, moved, or whose text is gone; and one whose training state is damaged.

import assert from 'node:assert/strict'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readSafetensors, writeSafetensors } from '../../../src/checkpoint/safetensors.ts'
import { recordFromJSON } from '../../../src/runs/record.ts'
import { complaint, cutaway, tinySizes, type Workshop, workshop } from '../../cli/run.ts'

describe('a run that is taken up again', () => {
  let place: Workshop
  let folder = ''
  before(async () => {
    place = await workshop()
    folder = place.path
    await mkdir(join(folder, 'texts'))
    await mkdir(join(folder, 'elsewhere'))
    await cp(join(folder, 'cat.txt'), join(folder, 'texts/cat.txt'))
    const words = ['train', 'texts', ...tinySizes, '--steps', '2', '--out', 'runs/cat', '--threads', '1']
    const { code, stderr } = await cutaway(words, { folder })
    assert.equal(code, 0, stderr)
  })
  after(() => place[Symbol.asyncDispose]())

  const state = (run: string) => readFile(join(folder, run, 'training.safetensors'))
  const resume = (run: string, steps: number) => ['train', '--out', run, '--resume', '--steps', String(steps)]

  test('remembers its text wherever it is called from', async () => {
    const text = JSON.parse(readSafetensors(await state('runs/cat')).metadata['settings']).text
    assert.deepEqual(text.files, ['texts/cat.txt'])
    assert.deepEqual(text.beside, ['../../texts/cat.txt'])
    const { code, stdout, stderr } = await cutaway(resume('../runs/cat', 3), { folder: join(folder, 'elsewhere') })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^text {9}\.\.\/texts\/cat\.txt: 720 characters/m)
  })

  test('takes its own text, and not another of the same name', async () => {
    const other = join(folder, 'other')
    await mkdir(join(other, 'texts'), { recursive: true })
    await writeFile(join(other, 'texts/cat.txt'), 'another text. '.repeat(50))
    const { code, stderr } = await cutaway(resume(join(folder, 'runs/cat'), 4), { folder: other })
    assert.equal(code, 0, stderr)
  })

  test('is found with its text after both were moved', async () => {
    const moved = join(folder, 'moved')
    await mkdir(moved)
    for (const name of ['runs', 'texts']) await cp(join(folder, name), join(moved, name), { recursive: true })
    const { code, stderr } = await cutaway(resume('moved/runs/cat', 5), { folder })
    assert.equal(code, 0, stderr)
    await rm(join(moved, 'texts'), { recursive: true })
    const elsewhere = join(folder, 'elsewhere')
    assert.equal(
      await complaint(resume('../moved/runs/cat', 6), { folder: elsewhere }),
      `../moved/runs/cat: what it was trained on is not there any more: there is neither ../moved/texts/cat.txt nor, seen from ${elsewhere}, moved/texts/cat.txt. Name it: cutaway train FILE… --out ../moved/runs/cat --resume.`,
    )
    // As the Studio gives a run out: with its text in it.
    await cp(join(folder, 'cat.txt'), join(moved, 'runs/cat/text.txt'))
    const own = await cutaway(resume('../moved/runs/cat', 6), { folder: elsewhere })
    assert.equal(own.code, 0, own.stderr)
    assert.match(own.stdout, /^text {9}\.\.\/moved\/runs\/cat\/text\.txt: 720 characters/m)
  })
})

describe('a training state that is damaged', () => {
  const record = { files: ['a.txt'], characters: 7, sha256: 'a'.repeat(64) }
  test('what it learnt from is read, or refused', () => {
    assert.deepEqual(recordFromJSON({ text: record }), record)
    assert.equal(recordFromJSON({ batch: 12 }), undefined)
    const damaged: [change: object, message: string][] = [
      [{ files: 'a.txt' }, 'files is "a.txt"'],
      [{ files: [7] }, 'files is a list of 1'],
      [{ files: undefined }, 'files is nothing'],
      [{ beside: [null] }, 'beside is a list of 1'],
      [{ characters: '7' }, 'characters is "7"'],
      [{ sha256: 'abc' }, 'sha256 is "abc"'],
      [{ sha256: null }, 'sha256 is null'],
      [{ task: 3 }, 'task is 3'],
      [{ columns: { source: 1 } }, 'columns is an object'],
      [{ smoothing: null }, 'smoothing is null'],
      [{ smoothing: 1.5 }, 'smoothing is 1.5'],
    ]
    for (const [change, message] of damaged)
      assert.throws(() => recordFromJSON({ text: { ...record, ...change } }), {
        message: `settings: text: ${message}. The training state is damaged; start the training anew.`,
      })
    for (const text of [null, [], 'a', 7])
      assert.throws(() => recordFromJSON({ text }), /^Error: settings: text: expected an object/)
  })

  test('the command says so, and shapes does not show another run', async () => {
    await using place = await workshop()
    const folder = place.path
    const words = ['train', 'cat.txt', ...tinySizes, '--steps', '1', '--threads', '1']
    assert.equal((await cutaway(words, { folder })).code, 0)
    const path = join(folder, 'runs/cat/training.safetensors')
    const { tensors, metadata } = readSafetensors(await readFile(path))
    const damage = async (change: Record<string, string>) =>
      writeFile(path, Buffer.concat(writeSafetensors(tensors, { ...metadata, ...change })))
    const shapes = ['shapes', 'runs/cat']
    const resume = ['train', '--resume', '--out', 'runs/cat', '--steps', '2']

    await damage({ settings: metadata['settings'].replace('"batch":2', '"batch":"2"') })
    assert.match(await complaint(shapes, { folder }), /batch is "2"/)
    assert.match(await complaint(resume, { folder }), /batch is "2"/)
    await damage({ settings: '{' })
    assert.match(await complaint(shapes, { folder }), /^runs\/cat\/training\.safetensors: settings: this is not JSON/)
    await damage({ format: 'another' })
    assert.match(await complaint(shapes, { folder }), /^runs\/cat\/training\.safetensors: its format is "another"/)
    await damage({ history: '{"losses":[{"step":1,"loss":"2"}]}' })
    assert.match(
      await complaint(resume, { folder }),
      /^history: losses: "2" stands there\. The training state is damaged; start the training anew\.$/m,
    )
    await writeFile(path, 'x')
    assert.match(await complaint(shapes, { folder }), /^runs\/cat\/training\.safetensors: the file has 1 byte,/)
  })
})
