// cutaway train on a folder of recordings, and cutaway speak: what is written, and what is refused.

import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readWav, writeWav } from '../../src/sound/wav.ts'
import { recordings } from '../runs/toyVoice.ts'
import { cutaway, type Workshop, workshop } from './run.ts'

describe('speak', () => {
  let made: Workshop
  let folder: string
  before(async () => {
    made = await workshop()
    folder = made.path
    await mkdir(join(folder, 'voice'))
    for (const { name, sound } of recordings.slice(0, 40)) await writeFile(join(folder, 'voice', name), writeWav(sound))
    await writeFile(join(folder, 'voice', 'quiet.wav'), writeWav({ rate: 8000, samples: new Float32Array(800) }))
    const sizes = '--layers 1 --heads 1 --model 8 --batch 8 --steps 60 --lr 0.02 --codes 12'.split(' ')
    const { code, stdout, stderr } = await cutaway(
      ['train', '--as', 'encoder-decoder', 'voice', '--out', 'runs/voice', ...sizes],
      { folder },
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^recordings +\d+ to learn from, \d+ held back$/m)
    assert.match(stdout, /^codes +12 different ones; each lasts 25 ms \(2 frames\)$/m)
    assert.match(stdout, /cutaway speak runs\/voice a --out spoken\.wav/)
    assert.match(stderr, /Note: left out: quiet\.wav: nothing is to be heard in it\./)
  })
  after(() => made[Symbol.asyncDispose]())

  const said = (...words: string[]) => cutaway(['speak', 'runs/voice', ...words], { folder })

  test('writes a WAV, the same for the same seed', async () => {
    const words = ['ab', 'ba', '--temperature', '1', '--seed', '3', '--tokens', '8', '--rounds', '2']
    const { code, stdout, stderr } = await said(...words, '--out', 'a.wav')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^a\.wav: \d\.\d seconds$/m)
    const first = await readFile(join(folder, 'a.wav'))
    const { rate, channels } = readWav(first, 'a.wav')
    assert.deepEqual([rate, channels.length], [16000, 1])
    const again = JSON.parse((await said(...words, '--out', 'a.wav', '--json')).stdout)
    assert.deepEqual(await readFile(join(folder, 'a.wav')), first)
    assert.deepEqual(
      again.said.map(({ text, ids }: { text: string; ids: number[] }) => [text, ids.length > 0]),
      [
        ['ab', true],
        ['ba', true],
      ],
    )
    assert.ok(Math.abs(again.seconds - channels[0].length / rate) < 1e-9)
  })

  test('says another text, where its encoded letters stand in place of these', async () => {
    const ids = async (text: string, ...edits: string[]): Promise<number[]> => {
      const words = [text, '--temperature', '0', '--tokens', '8', '--rounds', '1', '--out', 'e.wav', '--json']
      const { code, stdout, stderr } = await said(...words, ...edits.flatMap((edit) => ['--edit', edit]))
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout).said[0].ids
    }
    const louder = 'encoder.blocks.0.output = scale 40'
    const from = 'encoder.blocks.0.output = from "cd"'
    assert.deepEqual(await ids('ab', from, louder), await ids('cd', louder))
    assert.notDeepEqual(await ids('ab', louder), await ids('cd', louder))
    assert.match(
      (await said('ab', '--edit', 'encoder.blocks.0.output = from "zebra"')).stderr,
      /^speak: --edit: the model never met "z"/,
    )
  })

  test('saves a WAV in no file of another kind', async () => {
    const { stderr } = await cutaway(['speak', 'nowhere', 'ab', '--out', 'a.mp3'], { folder })
    assert.equal(stderr, 'a.mp3: what is saved is a WAV, but the name ends in .mp3. Name a file that ends in .wav.\n')
  })

  test('is heard by a listener, which is measured and transcribes', async () => {
    const sizes = '--layers 1 --heads 1 --model 8 --batch 8 --steps 2'.split(' ')
    const listener = ['train', '--as', 'listener', 'voice/', '--out', 'runs/ear', ...sizes]
    const { code, stdout, stderr } = await cutaway(listener, { folder })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^hears +1 second at once, 40 numbers every 20 ms$/m)
    assert.match(stdout, /cutaway transcribe runs\/ear voice\/a\.wav/)
    const measured = await cutaway(['eval', 'runs/ear', 'voice', '--json'], { folder })
    assert.ok(JSON.parse(measured.stdout).loss > 0, measured.stderr)
    const heard = await cutaway(['transcribe', 'runs/ear', 'voice/a.wav'], { folder })
    assert.equal(heard.code, 0, heard.stderr)
    assert.match(
      (await cutaway(['speak', 'runs/ear', 'a'], { folder })).stderr,
      /runs\/ear says nothing, it writes text\./,
    )
  })

  test('is measured on recordings', async () => {
    const { code, stdout, stderr } = await cutaway(['eval', 'runs/voice', 'voice', '--json'], { folder })
    assert.equal(code, 0, stderr)
    assert.ok(JSON.parse(stdout).loss > 0)
  })

  test('is looked into, piece by piece', async () => {
    for (const command of ['lens', 'attention', 'journey', 'attribute', 'graph']) {
      const { code, stdout, stderr } = await cutaway([command, 'runs/voice', 'ab', '--json'], { folder })
      assert.equal(code, 0, `${command}: ${stderr}`)
      assert.match(JSON.parse(stdout).tokens.join(', '), /^0\.00s(, \d\.\d\ds)*$/, command)
      assert.equal(stderr, '', command)
    }
    const { code, stderr } = await cutaway(['lens', 'runs/voice', 'zebra'], { folder })
    assert.deepEqual([code, /the model never met "z"/.test(stderr)], [1, true])
  })

  test('goes on training', async () => {
    const { code, stderr } = await cutaway(['train', 'voice', '--out', 'runs/voice', '--resume', '--steps', '62'], {
      folder,
    })
    assert.equal(code, 0, stderr)
  })

  test('refuses what it cannot say, and to replace what is no WAV', async () => {
    await writeFile(join(folder, 'notes.txt'), 'notes')
    const refused: [words: string[], message: string][] = [
      [[], 'speak needs a text: cutaway speak runs/voice "…".'],
      [['abx b'], 'speak: the model never met "x", which is in "abx". It knows a, b, c, d. Write it in these.'],
      [['a b'], 'speak: the model never met " ". It knows a, b, c, d. Write it in these.'],
      [[' '], 'speak: " " has no word in it. Say something.'],
      [
        ['a'.repeat(60)],
        `speak: "${'a'.repeat(40)}…" has 61 tokens, but the model was made for 19. Say it in several texts.`,
      ],
      [
        ['a', '--out', 'notes.txt'],
        'notes.txt: it cannot be saved: a file is there that was not saved as a WAV by this program. Name another file.',
      ],
    ]
    for (const [words, message] of refused) {
      const { code, stderr } = await said(...words)
      assert.equal(code, 1)
      assert.equal(stderr.trim().replace(/^cutaway: /, ''), message)
    }
  })

  test('refuses pictures among recordings, and recordings that are none', async () => {
    await writeFile(join(folder, 'text.txt'), 'text')
    const { stderr } = await cutaway(['train', '--as', 'listener', 'text.txt'], { folder })
    assert.match(stderr, /text\.txt: this is no folder\. Name one with WAV files/)
    const both = await cutaway(['train', '--as', 'listener', 'voice', 'voice'], { folder })
    assert.match(
      both.stderr,
      /--as listener reads one folder of recordings, but 2 were named\. Put all recordings in one\./,
    )
  })
})
