// Words and pictures in one space on the command line: learnt from a folder, compared as a table, searched, and told apart by words.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readSafetensors } from '../../src/checkpoint/safetensors.ts'
import { writePng } from '../../src/image/writePng.ts'
import { complaint, cutaway } from './run.ts'

const small = ['--layers', '1', '--heads', '2', '--model', '32', '--steps', '60', '--batch', '8', '--threads', '1']

describe('words and pictures', () => {
  let place: string
  let run: string
  let words: string
  const picture = (name: string): string => join(place, 'pictures', `${name}.png`)

  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'cutaway-clip-'))
    run = join(place, 'run')
    words = join(place, 'words.txt')
    await mkdir(join(place, 'pictures'))
    for (const [tone, ink] of Object.entries({ dark: 20, dim: 80, grey: 140, light: 200 }))
      for (const [side, start] of Object.entries({ left: 0, right: 4 }))
        for (const [way, isLying] of Object.entries({ lying: true, standing: false }))
          for (const [size, wide] of Object.entries({ thin: 1, bold: 2 })) {
            const pixels = Uint8Array.from({ length: 64 }, (_, i) => {
              const [y, x] = [Math.floor(i / 8), i % 8]
              const isIn = x >= start && x < start + 4 && (isLying ? y >= 3 && y < 3 + wide : x - start < wide)
              return isIn ? ink : 255
            })
            const name = `${size}-${tone}-bar-${way}-${side}`
            await writeFile(picture(name), await writePng({ width: 8, height: 8, channels: 1, pixels }))
          }
    await writeFile(words, 'thin dark bar lying left\nbold light bar standing right\n')
    const trained = await cutaway([
      'train',
      '--as',
      'clip',
      join(place, 'pictures'),
      '--out',
      run,
      '--patch',
      '2',
      ...small,
    ])
    assert.equal(trained.code, 0, trained.stderr)
    assert.match(trained.stdout, /an encoder of texts of 1\s+layer of 2 heads, one of pictures of 1 layer of 2 heads/)
    assert.match(trained.stdout, /classify .* --labels /)
  })
  after(() => rm(place, { recursive: true, force: true }))

  const shown = ['thin-dark-bar-lying-left', 'bold-light-bar-standing-right']

  test('embed tells how near each line is to each picture', async () => {
    const files = shown.map(picture)
    const { stdout } = await cutaway(['embed', run, words, ...files, '--threads', '1', '--json'])
    const { cosines, vectors } = JSON.parse(stdout)
    for (const [i, own] of cosines.entries()) {
      assert.ok(own[i] > own[1 - i], `${own}`)
      for (const [j, cosine] of own.entries()) {
        const dot = vectors.texts[i].reduce((sum: number, x: number, k: number) => sum + x * vectors.pictures[j][k], 0)
        assert.ok(Math.abs(cosine - dot) < 1e-6)
      }
    }
    const table = await cutaway(['embed', run, words, ...files, '--threads', '1'])
    assert.equal(table.stdout.split('\n')[0], `[1] ${files[0]}`)
    assert.ok(table.stdout.includes(`bold light bar standing right  ${cosines[1][0].toFixed(3).padStart(6)}`))
  })

  test('an edit takes what another picture or another text has, each in its own encoder', async () => {
    const files = shown.map(picture)
    const cosines = async (...edits: string[]): Promise<number[][]> => {
      const asked = [
        'embed',
        run,
        words,
        ...files,
        '--threads',
        '1',
        '--json',
        ...edits.flatMap((edit) => ['--edit', edit]),
      ]
      const { stdout, stderr } = await cutaway(asked)
      assert.equal(stderr, '')
      return JSON.parse(stdout).cosines
    }
    const near = (found: readonly number[][], wanted: readonly number[][]) => {
      for (const [i, own] of found.entries())
        for (const [j, each] of own.entries()) assert.ok(Math.abs(each - wanted[i][j]) < 1e-6, `${own}`)
    }
    const [[a, b], [c, d]] = await cosines()
    near(await cosines(`pictureEncoder.blocks.0.output = from "${files[1]}"`), [
      [b, b],
      [d, d],
    ])
    near(await cosines('textEncoder.blocks.0.output = from "bold light bar standing right"'), [
      [c, d],
      [c, d],
    ])
    near(await cosines(`pictureVectors = from "${files[0]}"`), [
      [a, a],
      [c, c],
    ])
    // One vector at every place.
    const way = `textEncoder.embedded = add 2 * (from "thin" - from "bold")`
    assert.notDeepEqual(await cosines(way), [
      [a, b],
      [c, d],
    ])
    const told = (edit: string) => complaint(['embed', run, words, files[0], '--edit', edit])
    assert.equal(
      await told(`textEncoder.blocks.0.output = from "${files[0]}"`),
      'edits: textEncoder.blocks.0.output is not made of a picture, so that another one has no value there. Give a text, or an address in the encoder of pictures.',
    )
    assert.equal(
      await told('pictureEncoder.blocks.0.output = from "bold light bar"'),
      'edits: pictureEncoder.blocks.0.output is not made of a text, so that another one has no value there. Give a picture, or an address in the encoder of texts.',
    )
    const { max_position_embeddings: context } = JSON.parse(
      await readFile(join(run, 'config.json'), 'utf8'),
    ).text_config
    assert.equal(
      await told(`textEncoder.blocks.0.output = from "${'bold '.repeat(context)}"`),
      `embed: --edit: the other text has ${context + 1} tokens, but the model looks at ${context} at most. Give a shorter one.`,
    )
    assert.equal(
      await told('textEncoder.blocks.0.output = from "thin" => "bold"'),
      'embed: --edit: "=>" is for translators; this model reads one text only. Write from "another text".',
    )
  })

  test('ablate tells what is lost without a part of either encoder', async () => {
    const folder = join(place, 'pictures')
    const asked = ['ablate', run, folder, '--windows', '6', '--threads', '1']
    const { cosine, loss, examples, rows } = JSON.parse((await cutaway([...asked, '--json'])).stdout)
    assert.deepEqual([examples, rows.length], [6, 6])
    assert.ok(loss > 0 && loss < Math.log(6) && Math.abs(cosine) <= 1)
    const { stdout } = await cutaway(asked)
    assert.match(stdout, /^pictures, layer 0, head 1 /m)
    assert.match(stdout, /^texts, layer 0, mlp /m)
    assert.match(stdout.replace(/\s+/g, ' '), /to guess would be 1\.792 nats/)
    const told = (...words: string[]) => complaint(['ablate', run, ...words])
    assert.equal(await told(folder, words), `cutaway: ablate takes one file, but got also "${words}". Leave it out.`)
    assert.match(await told(folder, '--no-special'), /^ablate: --no-special is for models that write on/)
  })

  test('embed shows of one picture, or one text, how its vector begins', async () => {
    const one = join(place, 'one.txt')
    await writeFile(one, 'bold light bar standing right\n')
    for (const [file, name] of [
      [picture(shown[0]), picture(shown[0])],
      [one, 'bold light bar standing right'],
    ]) {
      const { code, stdout, stderr } = await cutaway(['embed', run, file, '--threads', '1'])
      const told = JSON.parse((await cutaway(['embed', run, file, '--threads', '1', '--json'])).stdout)
      const [vector]: number[][] = [...told.vectors.texts, ...told.vectors.pictures]
      const begins = vector.slice(0, 8).map((each) => each.toFixed(4))
      assert.deepEqual([code, stdout.split('\n')[0]], [0, name])
      assert.ok(stdout.replace(/\s+/g, ' ').endsWith(` 32 numbers, as a vector 1.000 long: ${begins.join(' ')} … `))
      assert.match(stderr, /^It is alone: give others too/)
    }
  })

  test('a picture in a format that is not read is none of the texts', async () => {
    const file = join(place, 'one.webp')
    await writeFile(file, 'RIFF\x00\x00\x00\x00WEBPVP8 ')
    for (const words of [
      ['embed', run, file],
      ['classify', run, file, '--labels', 'thin bar,bold bar'],
    ]) {
      const { code, stderr } = await cutaway([...words, '--threads', '1'])
      assert.deepEqual([code, stderr], [1, `${file}: this is a picture (WebP). Save it as a PNG or a JPEG.\n`])
    }
  })

  test('circuits are those of the encoder of texts; a journey through an encoder guesses nothing', async () => {
    const { stdout } = await cutaway(['circuits', run, '--threads', '1'])
    assert.match(stdout.replace(/\s+/g, ' '), /The heads are those of the encoder of texts/)
    assert.equal([...stdout.matchAll(/^0\.[01] /gm)].length, 2)
    const way = (await cutaway(['journey', run, picture(shown[0]), '--threads', '1'])).stdout
    assert.match(way, /^The journey of “class” \(place 0\), step by step/)
    assert.doesNotMatch(way, /step +guess|probability|logit lens/)
    assert.match(way, /^ +0 +The patch/m)
  })

  test('embed finds what is nearest to a query, and saves the vectors', async () => {
    const saved = join(place, 'vectors.safetensors')
    const files = shown.map(picture)
    const asked = ['--query', 'bold light bar standing right', '--most', '1', '--save', saved]
    const { stdout } = await cutaway(['embed', run, ...files, ...asked, '--threads', '1'])
    assert.ok(stdout.includes(files[1]), stdout)
    const { tensors } = readSafetensors(await readFile(saved), saved)
    assert.deepEqual(tensors.get('vectors')?.shape, [2, 32])
  })

  test('classify says which words belong to a picture', async () => {
    const labels = 'thin dark bar lying left, bold light bar standing right'
    const words = ['classify', run, picture(shown[1]), '--labels', labels, '--top', '2', '--threads', '1', '--json']
    const { pictures } = JSON.parse((await cutaway(words)).stdout)
    const [{ classes }] = pictures
    assert.equal(classes[0].label, 'bold light bar standing right')
    assert.ok(Math.abs(classes[0].probability + classes[1].probability - 1) < 1e-5)
    // One that is none is left out and named; the vectors of embed are those of all that are named, or none.
    const gone = join(place, 'gone.png')
    const why = `${gone}: there is no such picture. Correct the name.`
    const lacking = await cutaway([...words.toSpliced(2, 0, gone)])
    assert.equal(lacking.code, 1)
    assert.deepEqual(JSON.parse(lacking.stdout), { ...JSON.parse((await cutaway(words)).stdout), leftOut: [why] })
    assert.equal(await complaint(['embed', run, picture(shown[1]), gone]), why)
    const asked = (given: string) => ['classify', run, picture(shown[1]), '--labels', given]
    assert.match(
      await complaint(asked('thin dark bar,purple elephant')),
      /^texts: the model never met the word "purple"\./,
    )
    assert.equal(
      await complaint(asked('thin dark bar,thin dark bar')),
      'classify: --labels has "thin dark bar" twice, which would share what is its own. Leave one out.',
    )
  })

  test('attention, read and check look into the encoder of what they are given', async () => {
    const look = async (command: string, ...words: string[]) => {
      const { stdout, stderr, code } = await cutaway([command, run, ...words, '--threads', '1', '--json'])
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout)
    }
    const { tokens } = await look('attention', picture(shown[0]))
    assert.deepEqual([tokens.length, tokens[0]], [17, 'class'])
    assert.deepEqual((await look('attention', 'thin dark bar')).tokens, ['thin', 'dark', 'bar', '</s>'])
    await look('read', picture(shown[0]), 'pictureEncoder.norm.output {position: 0}')
    await look('check', 'thin dark bar lying left')
  })

  test('heads reads a text out of a file as it is, and refuses a picture', async () => {
    const file = join(place, 'bar.txt')
    await writeFile(file, 'thin dark bar lying left')
    const heads = async (...given: string[]) => {
      const { stdout, stderr, code } = await cutaway(['heads', run, ...given, '--threads', '1', '--json'])
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout)
    }
    const scoresOf = ({ rows }: { rows: { scores: object }[] }) => rows.map(({ scores }) => scores)
    const { tokens, ...found } = await heads(file)
    assert.deepEqual(tokens, ['thin', 'dark', 'bar', 'lying', 'left', '</s>'])
    assert.equal(found.rows.length, 2)
    assert.deepEqual(scoresOf(found), scoresOf(await heads('--text', 'thin dark bar lying left')))
    assert.match(await complaint(['heads', run, picture(shown[0])]), /^heads: /)
  })

  test('pictures that are wider than high are seen as squares, since those of a CLIP are', async () => {
    const wide = join(place, 'wide')
    await mkdir(wide)
    for (let i = 0; i < 40; i++) {
      const pixels = Uint8Array.from({ length: 24 }, (_, at) => (at * 17 + i * 40) % 256)
      const name = `a ${['thin', 'bold'][i % 2]} ${['red', 'blue', 'green', 'grey'][(i >> 1) % 4]} line ${'abcde'[i >> 3]}.png`
      await writeFile(join(wide, name), await writePng({ width: 6, height: 4, channels: 1, pixels }))
    }
    const out = join(place, 'wideRun')
    const sizes = '--patch 2 --layers 1 --heads 2 --model 8 --steps 2 --batch 4 --threads 1'.split(' ')
    const { code, stdout, stderr } = await cutaway(['train', '--as', 'clip', wide, '--out', out, ...sizes])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /as 6 × 6 pixels in grey/)
    const shown = join(wide, 'a bold blue line b.png')
    const classified = await cutaway(['classify', out, shown, '--labels', 'a bold blue line b,a thin red line a'])
    assert.equal(classified.code, 0, classified.stderr)
  })

  test('what means nothing is said in one line', async () => {
    const one = await cutaway(['classify', run, picture(shown[0])])
    assert.match(one.stderr, /tells by words what a picture shows\. Give at least two/)
    const smoothed = await cutaway([
      'train',
      '--as',
      'clip',
      join(place, 'pictures'),
      '--smoothing',
      '0.1',
      '--out',
      join(place, 'no'),
    ])
    assert.match(
      smoothed.stderr,
      /--as clip has no --smoothing: it compares texts with pictures, and writes nothing\. Leave it out\./,
    )
    const drawn = await cutaway(['draw', run, 'a bar'])
    assert.match(drawn.stderr, /a model of texts and pictures in one space \(two encoders\); draw needs/)
  })
})
