// A folder of recordings, by its table or by the names of its files; what cannot be learnt from is named and left out.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readRecordings } from '../../src/data/recordingFiles.ts'
import { wordsOfRecording } from '../../src/data/recordings.ts'
import { splitWorded } from '../../src/data/split.ts'
import { writeWav } from '../../src/sound/wav.ts'

const tone = (loud: number) =>
  writeWav({ rate: 8000, samples: Float32Array.from({ length: 100 }, (_, n) => loud * Math.sin(n)) })

describe('a folder of recordings', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recordings-'))
  })
  after(() => rm(folder, { recursive: true }))
  const put = (name: string, bytes: Uint8Array | string): Promise<void> => writeFile(join(folder, name), bytes)

  test('is none without a WAV file', async () => {
    await put('notes.txt', 'a')
    await assert.rejects(readRecordings(folder), {
      message: `${folder}: there is no WAV in it, but notes.txt. Name one with WAV files, and words as their names or in a recordings.tsv.`,
    })
    await put('a.mp3', 'another format')
    await assert.rejects(readRecordings(folder), {
      message: `${folder}: there is no WAV in it, but a.mp3. Convert each: ffmpeg -i IN -c:a pcm_s16le OUT.wav`,
    })
    await assert.rejects(readRecordings(join(folder, 'notes.txt')), {
      message: `${join(folder, 'notes.txt')}: this is no folder. Name one with WAV files, and words as their names or in a recordings.tsv.`,
    })
  })

  test('is read by the names of its files; what cannot be heard is named', async () => {
    await put('7_jackson_3.wav', tone(0.5))
    await put('no-no_1.WAV', tone(0.5))
    await put('quiet.wav', tone(0.001))
    await put('text.wav', 'text')
    await mkdir(join(folder, 'take.wav'))
    for (const name of ['a.mp3', 'b.flac', 'c.m4a']) await put(name, 'another format')
    const read: string[] = []
    const { recordings, leftOut } = await readRecordings(folder, { report: (done, of) => read.push(`${done}/${of}`) })
    assert.deepEqual(read, ['1/4', '2/4', '3/4', '4/4'])
    assert.deepEqual(
      recordings.map(({ name, words, sound }) => [name, words, sound.samples.length]),
      [
        ['7_jackson_3.wav', 'seven', 100],
        ['no-no_1.WAV', 'no no', 100],
      ],
    )
    assert.deepEqual(leftOut, [
      'a.mp3: this is a sound, but no WAV by its name, as are 2 more.',
      'take.wav: this is no file, but a folder.',
      'quiet.wav: nothing is to be heard in it.',
      'text.wav: this is no WAV: it begins with "text", not with "RIFF", a size and "WAVE". Name a recording.',
    ])
  })

  test('is read by its table, where there is one', async () => {
    await put('recordings.tsv', 'quiet.wav\t\n7_jackson_3.wav\tlucky number\n')
    const { recordings, leftOut } = await readRecordings(folder)
    assert.deepEqual(
      recordings.map(({ words }) => words),
      ['lucky number'],
    )
    assert.deepEqual(leftOut, ['quiet.wav: nothing says what is said in it.'])
    await put('recordings.tsv', 'gone.wav\tgone\n')
    await assert.rejects(readRecordings(folder), {
      message: `${join(folder, 'recordings.tsv')}: there is no recording gone.wav beside it. Correct the name, or leave out its line.`,
    })
    await put('recordings.tsv', 'text.wav\tgone\n')
    await assert.rejects(readRecordings(folder), {
      message: `${folder}: there is no recording with words in it. Name a folder of WAV files, with words as their names or in a recordings.tsv. The first of 1 that were left out: text.wav: this is no WAV: it begins with "text", not with "RIFF", a size and "WAVE". Name a recording.`,
    })
  })
})

test('names say words up to their first underscore', () => {
  const names = ['three-hundred_2.wav', 'a/0_george_1.wav', 'good morning.wav', '12_x.wav', '_.wav']
  assert.deepEqual(names.map(wordsOfRecording), ['three hundred', 'zero', 'good morning', '12', ''])
})

test('too few to hold any back are told with the first that was left out', () => {
  const two = ['a', 'b'].map((words) => ({ name: `${words}.wav`, words }))
  assert.throws(() => splitWorded(two, ['c.wav: nothing is to be heard in it.']), {
    message:
      'split: of 2 different examples none is for validation when a share of 0.1 is held back. Give more of them. The first of 1 that were left out: c.wav: nothing is to be heard in it.',
  })
})

test('recordings of one text are held back together, unless there are many', () => {
  const sound = { rate: 8000, samples: new Float32Array(1) }
  const of = (count: number, words: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => ({ name: `${i}.wav`, words: words(i), sound }))
  const own = splitWorded(of(60, (i) => `words ${i % 40}`))
  const heldBack = new Set(own.validation.map(({ words }) => words))
  assert.ok(own.training.every(({ words }) => !heldBack.has(words)))
  const alike = splitWorded(of(60, (i) => String(i % 2)))
  assert.deepEqual([...new Set(alike.validation.map(({ words }) => words))].sort(), ['0', '1'])
})
