// Words become pictures in files: of a task, and of a folder of pictures that have words.

import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readPng } from '../../src/image/readPng.ts'
import { writePng } from '../../src/image/writePng.ts'
import { pictureText } from '../../src/show/pictureText.ts'
import { cutaway } from './run.ts'

const tiny = ['--layers', '1', '--heads', '1', '--model', '8', '--steps', '2', '--batch', '4', '--threads', '1']

describe('drawing', () => {
  let place: string
  let run: string
  let heldBack: number
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'cutaway-draw-'))
    run = join(place, 'run')
    const pictures = join(place, 'pictures')
    await mkdir(pictures)
    const lines: string[] = []
    for (let i = 0; i < 40; i++) {
      const pixels = Uint8Array.from({ length: 24 }, (_, pixel) => ((pixel + i) % 4 === 0 ? 255 : 0))
      await writeFile(join(pictures, `p${i}.png`), await writePng({ width: 6, height: 4, channels: 1, pixels }))
      lines.push(`p${i}.png\tA ${['thin', 'bold'][i % 2]} number, ${i % 7}`)
    }
    await writeFile(join(pictures, 'pictures.tsv'), lines.join('\n'))
    const trained = await cutaway(['train', '--as', 'encoder-decoder', pictures, '--out', run, '--patch', '2', ...tiny])
    assert.equal(trained.code, 0, trained.stderr)
    heldBack = Number(/step 2 .* on unseen examples (\S+)/.exec(trained.stdout)?.[1])
    assert.match(trained.stdout, /codes +\d+ different ones; pictures of 6 × 4 in 6 patches of 2 × 2\n/)
  })
  after(() => rm(place, { recursive: true, force: true }))

  const draw = (...words: string[]) => cutaway(['draw', run, ...words, '--threads', '1'])
  const pictureIn = async (name: string) => readPng(await readFile(join(place, name)), name)

  test('writes a picture, the same for the same seed', async () => {
    for (const name of ['one.png', 'same.png']) {
      const { code, stderr } = await draw('a bold number, 3', '--seed', '4', '--out', join(place, name))
      assert.equal(code, 0, stderr)
    }
    const one = await pictureIn('one.png')
    assert.deepEqual([one.width, one.height, one.channels], [48, 32, 1])
    assert.deepEqual(await pictureIn('same.png'), one)
  })

  test('draws what another sentence says, where its encoded words stand in place of these', async () => {
    const ids = async (words: string, ...more: string[]): Promise<number[]> => {
      const out = ['--out', join(place, 'edited.png'), '--temperature', '0', '--json']
      const { code, stdout, stderr } = await draw(words, ...out, ...more)
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout).drawn[0].ids
    }
    const other = 'a thin number, 5'
    const from = ['--edit', `encoder.blocks.0.output = from "${other}"`]
    assert.deepEqual(await ids('a bold number, 3', ...from), await ids(other))
    const logits = async (words: string, ...more: string[]): Promise<number[]> => {
      const { stdout } = await cutaway(['read', run, words, 'decoder.logits', '--json', '--threads', '1', ...more])
      return JSON.parse(stdout).values['decoder.logits'].data
    }
    assert.notDeepEqual(await logits('a bold number, 3'), await logits(other))
    assert.deepEqual(await logits('a bold number, 3', ...from), await logits(other))
    // What the decoder has for it is what it has where the model draws that sentence.
    const last = ['--edit', `decoder.blocks.0.output = from "${other}"`]
    assert.deepEqual(await logits('a bold number, 3', ...last), await logits(other))
    const complain = async (edit: string): Promise<string> =>
      (await draw('a bold number, 3', '--out', join(place, 'edited.png'), '--edit', edit)).stderr.trimEnd()
    assert.equal(
      await complain('encoder.blocks.0.output = from "a thin number, 5" => "thin"'),
      'draw: --edit: the target "thin" is a text, but what this model writes is a picture. Leave it out.',
    )
    assert.match(
      await complain('encoder.blocks.0.output = from "a purple number"'),
      /^draw: --edit: the model never met the word "purple"\./,
    )
    assert.match(
      await complain('encoder.blocks.7.output = 0'),
      /^edits: there is no value "encoder\.blocks\.7\.output"\./,
    )
  })

  test('saves a PNG in no file of another kind, and says so before the run is opened', async () => {
    const none = join(place, 'nowhere')
    for (const [name, end] of [
      ['a.txt', '.txt'],
      ['a.b.JPG', '.JPG'],
    ]) {
      const out = join(place, name)
      const { code, stderr } = await cutaway(['draw', none, 'a bold number', '--out', out])
      assert.deepEqual(
        [code, stderr],
        [1, `${out}: what is saved is a PNG, but the name ends in ${end}. Name a file that ends in .png.\n`],
      )
    }
    const { code } = await draw('a bold number', '--seed', '4', '--out', join(place, 'BARE'))
    assert.equal(code, 0)
    assert.equal((await pictureIn('BARE')).width, 48)
  })

  test('writes several: in files with numbers, or on a sheet', async () => {
    const words = ['a bold number, 3', 'a thin number', '--each', '2', '--scale', '1', '--seed', '1']
    const { stdout } = await draw(...words, '--out', join(place, 'some.png'), '--json')
    const { drawn } = JSON.parse(stdout)
    assert.deepEqual(
      drawn.map(({ ids }: { ids: number[] }) => ids.length),
      [6, 6, 6, 6],
    )
    assert.deepEqual((await readdir(place)).filter((name) => name.startsWith('some')).sort(), [
      'some-1.png',
      'some-2.png',
      'some-3.png',
      'some-4.png',
    ])
    await draw(...words, '--sheet', '--out', join(place, 'sheet.png'))
    const sheet = await pictureIn('sheet.png')
    assert.deepEqual([sheet.width, sheet.height], [13, 9])
    const first = await pictureIn('some-1.png')
    const [row] = Array.from({ length: 4 }, (_, y) => sheet.pixels.subarray(y * 13, y * 13 + 6))
    assert.deepEqual(row, first.pixels.subarray(0, 6))
  })

  test('names a word that it never met, and what else is wrong', async () => {
    const said = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await draw(...words)
      assert.equal(code, 1)
      return stderr.trim()
    }
    assert.equal(await said('a bald number'), 'draw: the model never met the word "bald". Did you mean "bold"?')
    assert.match(
      await said('a xylophone'),
      /never met the word "xylophone"\. It knows .*number.*\. Write it in these\.$/,
    )
    assert.match(await said(), /draw needs words: .*draw .*"…", or --file FILE\.$/)
    assert.equal(
      await said('a bold number', '--scale', '9999'),
      'draw: --scale 9999: the picture has 59994 × 39996 = 2399520024 pixels; there may be 67108864 at most. Make it smaller.',
    )
    assert.match(await said(' '), /draw: " " has no word in it\. Say what to draw\.$/)
    await writeFile(join(place, 'mine.png'), 'my own text')
    assert.match(
      await said('a bold number', '--out', join(place, 'mine.png')),
      /mine\.png: it cannot be saved: a file is there that was not saved as a PNG by this program\. Name another file\.$/,
    )
    const { stderr } = await cutaway(['translate', run, 'a bold number'])
    assert.match(stderr, /translate: .* draws pictures, it writes no text\. Try ".*draw .*"\.\n$/)
  })

  test('is looked into, patch by patch', async () => {
    const look = (command: string, ...words: string[]) =>
      cutaway([command, run, 'a bold number, 3', ...words, '--threads', '1'])
    const { tokens, source } = JSON.parse((await look('lens', '--json')).stdout)
    assert.deepEqual([tokens.length, tokens[5], source.length > 3], [6, '1·2', true])
    const expected: [string[], RegExp][] = [
      [['attribute', '--token', '1'], /What speaks for “1” at “1·2” \(position 5\)/],
      [['attribute', '--token', 'end'], /What speaks for “end” at/],
      [['lens'], /best guess for the code that is written there.*Position 5, “1·2”/s],
      [['journey'], /^Why “(\d+|end)” \(\d+\.\d %\) at “1·2”, place 5\?/],
      [['journey', '--with', 'a thin number, 3'], /distance/],
      [['patch', 'a thin number, 3', '--token', '1', '--against', '0'], /The stream of the encoder, patched at one/],
      [['check'], /All \d+ passed/],
      [['graph'], /encoder/],
    ]
    for (const [[command, ...words], line] of expected) {
      const { code, stdout, stderr } = await look(command, ...words)
      assert.equal(code, 0, `${command}: ${stderr}`)
      assert.match(stdout, line, command)
    }
    const { stderr } = await look('attribute', '--token', 'bold')
    assert.match(
      stderr,
      /--token "bold" is no code\. The model writes codes instead of text: give a number from 0 to \d+, or end\.\n$/,
    )
  })

  test('is measured on pictures with words, and on nothing else', async () => {
    const { code, stdout, stderr } = await cutaway(['eval', run, join(place, 'pictures'), '--json'])
    assert.equal(code, 0, stderr)
    const { loss, count } = JSON.parse(stdout)
    assert.equal(count, 40)
    // The training measured a tenth of these pictures.
    assert.ok(Math.abs(loss - heldBack) < 0.1, `${loss}, held back ${heldBack}`)
    const ablate = (...words: string[]) =>
      cutaway(['ablate', run, join(place, 'pictures'), '--windows', '40', ...words])
    const found = JSON.parse((await ablate('--json')).stdout)
    assert.ok(Math.abs(found.loss - loss) < 1e-5, `${found.loss}, measured ${loss}`)
    // Of six patches each, with the end.
    assert.deepEqual([found.examples, found.targets], [40, 280])
    assert.match((await ablate()).stdout.replace(/\s+/g, ' '), /over 40 pictures, 280 codes in all\./)
    const pairs = join(place, 'pairs.tsv')
    await writeFile(pairs, 'A bold number, 3\tA thin number, 3\n')
    const refused = await cutaway(['eval', run, pairs])
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /pairs\.tsv: this is no folder\. Name one with PNG or JPEG files/)
  })

  test('refuses a codec of larger pictures than the model writes', async () => {
    const moved = join(place, 'moved')
    await cp(run, moved, { recursive: true })
    const codec = join(moved, 'codec.json')
    const said = JSON.parse(await readFile(codec, 'utf8'))
    await writeFile(codec, JSON.stringify({ ...said, width: 60 }))
    const { code, stderr } = await cutaway(['draw', moved, 'a bold number', '--out', join(place, 'wide.png')])
    assert.equal(code, 1)
    assert.match(
      stderr,
      /moved\/codec\.json: its pictures have 60 patches, but the model .* writes \d+ at most\. Restore/,
    )
  })

  test('says what is wrong with a folder of pictures', async () => {
    const folder = join(place, 'others')
    await mkdir(folder)
    const said = async (): Promise<string> => {
      const { stderr } = await cutaway([
        'train',
        '--as',
        'encoder-decoder',
        folder,
        '--out',
        join(place, 'no'),
        ...tiny,
      ])
      return stderr.trim()
    }
    assert.match(
      await said(),
      /others: there is no picture and no recording in it.*\. Name a folder of PNG or JPEG files/,
    )
    const black = (width: number) => writePng({ width, height: 5, channels: 1, pixels: new Uint8Array(width * 5) })
    await writeFile(join(folder, 'one thing.png'), await black(5))
    await writeFile(join(folder, 'two things.png'), await black(4))
    assert.match(
      await said(),
      /others: one thing\.png is 5 × 5 pixels, but two things\.png is 4 × 5\. Make all pictures/,
    )
    await rm(join(folder, 'two things.png'))
    await writeFile(join(folder, 'pictures.tsv'), 'one thing.png\ta thing\nnone.png\tnothing')
    assert.match(await said(), /pictures\.tsv: there is no picture none\.png beside it\. Correct the name/)
  })
})

test('a picture in a terminal has two pixels in a character', () => {
  const grey = { width: 2, height: 3, channels: 1, pixels: Uint8Array.from([0, 255, 0, 255, 255, 0]) } as const
  assert.deepEqual(pictureText(grey, false), [' █', '█ '])
  const colours = { width: 1, height: 2, channels: 3, pixels: Uint8Array.from([1, 2, 3, 4, 5, 6]) } as const
  assert.deepEqual(pictureText(colours, true), ['\u001b[38;2;1;2;3;48;2;4;5;6m▀\u001b[0m'])
})
