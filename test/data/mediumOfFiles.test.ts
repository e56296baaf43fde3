// A folder for a model that draws or speaks: pictures or recordings, by the names in it, and one line where it is neither, or both.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { mediumOfFiles } from '../../src/data/mediumOfFiles.ts'

let place: string
before(async () => {
  place = await mkdtemp(join(tmpdir(), 'cutaway-worded-'))
})
after(() => rm(place, { recursive: true }))

let made = 0
async function folderOf(...names: readonly string[]): Promise<string> {
  const folder = join(place, String(made++))
  await mkdir(folder)
  for (const name of names) await writeFile(join(folder, name), '')
  return folder
}

test('its files say what it holds, and a table before them', async () => {
  const contents: readonly (readonly [string, readonly string[]])[] = [
    ['pictures', ['a.png', 'notes.txt']],
    ['pictures', ['a.jpg', 'b.mp3']],
    ['recordings', ['a.WAV', 'b.heic']],
    ['recordings', ['cover.png', 'a.wav', 'recordings.tsv']],
    ['pictures', ['a.png', 'a.wav', 'pictures.tsv']],
    ['recordings', ['a.mp3']],
    ['recordings', ['a.m4a', 'b.flac', 'c.ogg']],
    ['pictures', ['a.webp', 'b.gif']],
  ]
  for (const [content, names] of contents) assert.equal(await mediumOfFiles(await folderOf(...names)), content)
})

test('one with both, or with neither, is refused', async () => {
  const refuses = async (names: readonly string[], message: string): Promise<void> => {
    const folder = await folderOf(...names)
    await assert.rejects(mediumOfFiles(folder), { message: `${folder}: ${message}` })
  }
  const both = 'in it, and only one of the two is learnt. Put each in a folder of its own.'
  await refuses(['b.png', 'c.jpg', 'a.wav'], `there are pictures (b.png) and recordings (a.wav) ${both}`)
  await refuses(
    ['pictures.tsv', 'recordings.tsv'],
    `there are pictures (pictures.tsv) and recordings (recordings.tsv) ${both}`,
  )
  const advice =
    'Name a folder of PNG or JPEG files, or one of WAV files, with words as their names or in a pictures.tsv or recordings.tsv; or a file of pairs.'
  await refuses(['.hidden.png'], `there is no picture and no recording in it. ${advice}`)
  await refuses(['a.txt', 'b'], `there is no picture and no recording in it, but a.txt and 1 other. ${advice}`)
})
