// A picture that is drawn here is seen here: one run learns to draw bars from words, another to tell lying bars from standing ones, and
// what the first draws is to the second what was asked for.

import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Picture } from '../../src/image/picture.ts'
import { writePng } from '../../src/image/writePng.ts'
import { cutaway, workshop } from './run.ts'

const kinds = ['lying', 'standing'] as const

/** A bar that lies or stands, in one of eight places. */
function bar(kind: (typeof kinds)[number], at: number): Picture {
  const place = (i: number): number => (kind === 'lying' ? Math.floor(i / 8) : i % 8)
  return {
    width: 8,
    height: 8,
    channels: 1,
    pixels: Uint8Array.from({ length: 64 }, (_, i) => (place(i) === at ? 255 : 0)),
  }
}

test('a picture drawn of words is classified as what they say', async () => {
  await using place = await workshop()
  const folder = place.path
  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cutaway(words, { folder })
    assert.equal(code, 0, stderr)
    return stdout
  }
  await mkdir(join(folder, 'said'))
  for (const kind of kinds) {
    await mkdir(join(folder, 'classes', kind), { recursive: true })
    for (let i = 0; i < 24; i++) {
      const png = await writePng(bar(kind, i % 8))
      await writeFile(join(folder, 'said', `a ${kind} bar_${i}.png`), png)
      await writeFile(join(folder, 'classes', kind, `${i}.png`), png)
    }
  }
  const small = ['--model', '16', '--hidden', '32', '--layers', '1', '--batch', '16', '--threads', '1']
  await run(
    'train',
    '--as',
    'encoder-decoder',
    'said',
    '--out',
    'draws',
    '--steps',
    '200',
    '--lr',
    '0.01',
    '--patch',
    '2',
    ...small,
  )
  await run(
    'train',
    '--as',
    'picture-classifier',
    'classes',
    '--out',
    'sees',
    '--steps',
    '150',
    '--lr',
    '0.005',
    '--shift',
    '0',
    '--patch',
    '2',
    ...small,
  )
  const files: string[] = []
  for (const kind of kinds) {
    await run('draw', 'draws', `a ${kind} bar`, '--each', '4', '--seed', '1', '--scale', '1', '--out', `${kind}.png`)
    files.push(...[1, 2, 3, 4].map((number) => `${kind}-${number}.png`))
  }
  const { pictures } = JSON.parse(await run('classify', 'sees', ...files, '--json')) as {
    pictures: { file: string; classes: { label: string }[] }[]
  }
  assert.deepEqual(
    pictures.map(({ file, classes }) => `${file} ${classes[0].label}`),
    files.map((file) => `${file} ${file.split('-')[0]}`),
  )
})
