// The command and pictures: trained on a folder of classes, gone on with, asked for the class of pictures of any size, and measured; and
// one clear line each for what is no picture, or no run of pictures.

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { loadModel } from '../../src/checkpoint/load.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Picture } from '../../src/image/picture.ts'
import { resized } from '../../src/image/resize.ts'
import { writePng } from '../../src/image/writePng.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

/** A bar that lies or stands, in one of some places, in grey. */
function bar(kind: 'lying' | 'standing', at: number): Picture {
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => {
    const place = kind === 'lying' ? Math.floor(i / 8) : i % 8
    return place === at % 8 ? 255 - 4 * at : 20 + at
  })
  return { width: 8, height: 8, channels: 1, pixels }
}

describe('cutaway and pictures', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    for (const kind of ['lying', 'standing'] as const) {
      await mkdir(join(folder, 'bars', kind), { recursive: true })
      for (let i = 0; i < 24; i++) await writeFile(join(folder, 'bars', kind, `${i}.png`), await writePng(bar(kind, i)))
    }
    await writeFile(join(folder, 'lying.png'), await writePng(bar('lying', 3)))
    const large = resized(bar('standing', 4), { width: 40, height: 32 }, 'nearest')
    await writeFile(join(folder, 'large.png'), await writePng(large))
  })
  after(() => place[Symbol.asyncDispose]())

  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cutaway(words, { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  const complain = async (...words: string[]) => (await complaint(words, { folder })).replace(/^cutaway: /, '')
  const train = (...words: string[]) => run('train', '--as', 'picture-classifier', ...words)

  test('train a classifier, go on with it, classify and measure', async () => {
    const small = ['--model', '16', '--hidden', '32', '--layers', '1', '--patch', '2', '--batch', '16', '--lr', '0.005']
    const said = await train('bars', '--out', 'runs/bars', '--steps', '30', '--shift', '0', ...small)
    assert.match(said, /classes +lying, standing\n/)
    assert.match(said, /a class token and 16 patches of 2 × 2; 1 layer of 4 heads, model\s+16/)
    const resumed = await train('--out', 'runs/bars', '--resume', '--steps', '150')
    assert.match(resumed, /it is right about 100\.0 % of unseen pictures/)
    const { pictures } = JSON.parse(await run('classify', 'runs/bars', 'lying.png', 'large.png', '--json')) as {
      pictures: { file: string; classes: { label: string; probability: number }[] }[]
    }
    assert.deepEqual(
      pictures.map(({ file, classes }) => [file, classes[0].label]),
      [
        ['lying.png', 'lying'],
        ['large.png', 'standing'],
      ],
    )
    const { count, accuracy } = JSON.parse(await run('eval', 'runs/bars', 'bars', '--json'))
    assert.deepEqual([count, accuracy], [48, 1])
    const lost = (await run('ablate', 'runs/bars', 'bars', '--windows', '4')).replace(/\s+/g, ' ')
    assert.match(lost, /each replaced by its mean over the pictures .* nats per picture, over 4 pictures\. 44 pictures/)
    const edited = ['--edit', 'classes = 0', '--json']
    assert.equal(
      JSON.parse(await run('classify', 'runs/bars', 'lying.png', ...edited)).pictures[0].classes[0].probability,
      0.5,
    )
    assert.equal(JSON.parse(await run('eval', 'runs/bars', 'bars', ...edited)).accuracy, 0.5)
    const looked = JSON.parse(await run('attention', 'runs/bars', 'lying.png', '--json')) as {
      heads: { layer: number; head: number; patches: number[]; before: number[] }[]
      rollout: { patches: number[]; before: number[] }
    }
    assert.equal(looked.heads.length, 4)
    for (const { patches, before } of [...looked.heads, looked.rollout]) {
      assert.deepEqual([patches.length, before.length], [16, 1])
      assert.ok(Math.abs([...patches, ...before].reduce((sum, share) => sum + share, 0) - 1) < 1e-5)
    }
    await run('attention', 'runs/bars', 'large.png', '--patch', '3', '--svg', 'large.svg')
    const svg = await readFile(join(folder, 'large.svg'), 'utf8')
    assert.match(svg, /Where the patch in row 0, column 3 looks/)
    assert.equal([...svg.matchAll(/<image href="data:image\/png;base64,/g)].length, 5)
    const config = JSON.parse(await readFile(join(folder, 'runs/bars/preprocessor_config.json'), 'utf8'))
    assert.deepEqual(config.size, { height: 8, width: 8 })
    const engine = await cpu({ threads: 1 })
    assert.equal((await loadModel(filesOf(join(folder, 'runs/bars')), engine)).model.kind, 'classifier')
    engine.close()
  })

  test('that are larger than what is seen, of every kind, are the same ones when a run goes on; broken ones are named', async () => {
    const kinds: readonly (readonly [Picture['channels'], number, number])[] = [
      [1, 100, 75],
      [2, 75, 100],
      [3, 100, 75],
      [4, 90, 90],
      [3, 40, 30],
      [1, 64, 64],
    ]
    for (const label of ['dark', 'light'])
      for (const [i, [channels, width, height]] of kinds.entries()) {
        const pixels = Uint8Array.from(
          { length: width * height * channels },
          (_, at) => (label === 'dark' ? 0 : 155) + ((7 * at + i) % 100),
        )
        await mkdir(join(folder, 'large', label), { recursive: true })
        const picture = await writePng({ width, height, channels, pixels })
        await writeFile(join(folder, 'large', label, `${i}.png`), picture)
      }
    await writeFile(join(folder, 'large/dark/cut.png'), (await writePng(bar('lying', 1))).subarray(0, 60))
    await writeFile(join(folder, 'large/light/none.jpg'), 'no picture')
    const left = [
      'dark/cut.png: the PNG is cut: it ends after 60 bytes, within a chunk. Copy it again.',
      'light/none.jpg: this is no picture that can be read. Give a PNG or a JPEG.',
    ].map((each) => `Note: left out: ${join('large', each)}\n`)
    const noted = async (...words: string[]): Promise<void> => {
      const { code, stderr } = await cutaway(words, { folder })
      assert.deepEqual({ code, stderr }, { code: 0, stderr: left.join('') })
    }
    const tiny = ['--model', '8', '--layers', '1', '--patch', '16', '--lr', '0.01', '--batch', '4']
    const as = ['--as', 'picture-classifier', 'large']
    await noted('train', ...as, '--out', 'runs/large', ...tiny, '--steps', '2', '--shift', '5')
    await noted('train', '--out', 'runs/large', '--resume', '--steps', '4')
    await noted('eval', 'runs/large', 'large')
    await noted('train', 'large', '--from', 'runs/large', '--out', 'runs/larger', '--steps', '2', '--shift', '2')
    await noted('train', '--out', 'runs/larger', '--resume', '--steps', '4')
  })

  test('look inside, in the words of the picture', async () => {
    const lens = JSON.parse(await run('lens', 'runs/bars', 'lying.png', '--json')) as {
      tokens: string[]
      rows: { address: string; position: number; guesses: { token: string }[] }[]
    }
    assert.deepEqual(lens.tokens.slice(0, 6), ['class', '0·0', '0·1', '0·2', '0·3', '1·0'])
    assert.equal(lens.rows.findLast(({ position }) => position === 0)?.guesses[0].token, 'lying')
    await run('lens', 'runs/bars', 'lying.png', '--svg', 'lens.svg')
    assert.match(await readFile(join(folder, 'lens.svg'), 'utf8'), /<image href="data:image\/png;base64,/)
    const why = JSON.parse(await run('attribute', 'runs/bars', 'lying.png', '--against', 'standing', '--json'))
    assert.deepEqual([why.position, why.tokenText, why.againstText], [0, 'lying', 'standing'])
    assert.ok(Math.abs(why.sum - why.logit) < 1e-4)
    const way = await run('journey', 'runs/bars', 'lying.png')
    assert.match(way, /^Why “lying” \(\d+\.\d %\) at “class”, place 0\?/)
    assert.match(way, /The biases, which add the same whatever is read\./)
    assert.match(await run('journey', 'runs/bars', 'lying.png', '--with', 'large.png'), /part/)
    assert.match(await run('read', 'runs/bars', 'lying.png', 'classes'), /lying +standing/)
    assert.match(
      await run('explain', 'runs/bars', 'lying.png', 'classes {class: 0}', '--follow', '20'),
      /: a weight\n|: \S+: given\n/,
    )
    assert.match(
      await run('patch', 'runs/bars', 'lying.png', 'large.png'),
      /The corrupt picture,.* the logit of "lying".*Where the stream matters/s,
    )
    for (const [what, title] of [
      ['edges', 'Edges of the corrupt picture, patched one by one'],
      ['attribution', 'Edges of the corrupt picture, estimated by the gradient'],
    ]) {
      const edges = (await run('patch', 'runs/bars', 'lying.png', 'large.png', '--what', what)).replace(/\s+/g, ' ')
      assert.ok(edges.startsWith(title), edges)
      assert.doesNotMatch(edges, /\btexts?\b/)
    }
    assert.match(await run('graph', 'runs/bars', 'lying.png'), /from +to/)
    assert.match(await run('check', 'runs/bars', 'lying.png'), /All \d+ passed/)
    assert.match(await run('shapes', 'runs/bars'), /vit\.patches\.projection\.weight/)
    const edited = await run(
      'read',
      'runs/bars',
      'lying.png',
      'classes',
      '--edit',
      'classifier.weight = 0',
      '--json',
    ).catch((error: Error) => error.message)
    assert.match(edited, /classifier/)
  })

  test('are watched while they are learnt, and a run goes on from another with what it sees', async () => {
    const small = ['--model', '8', '--layers', '1', '--patch', '4', '--steps', '20', '--lr', '0.01', '--batch', '8']
    const watched = ['--watch', 'heads', '--watch', 'weight-norms', '--watch', 'vit.norm.output {position: 0}']
    await train('bars', '--out', 'runs/watched', ...small, ...watched, '--watch-every', '10')
    const { rows } = JSON.parse(await run('watch', 'runs/watched', '--json')) as {
      rows: { step: number; score: string; layer?: number }[]
    }
    assert.deepEqual([...new Set(rows.map(({ step }) => step))], [0, 10, 20])
    const ofHeads = new Set(rows.filter(({ layer }) => layer === 0).map(({ score }) => score))
    assert.deepEqual([...ofHeads].sort(), ['distance', 'entropy', 'first'])
    assert.ok(rows.some(({ score }) => score === 'weight-norm'))
    const tuned = await run('train', 'bars', '--from', 'runs/watched', '--out', 'runs/tuned', '--steps', '5')
    assert.match(tuned, /classes +lying, standing\n.*\n.*4 patches of 4 × 4; 1 layer of 4 heads, model\s+8:\s/)
    const { pictures } = JSON.parse(await run('classify', 'runs/tuned', 'lying.png', '--json'))
    assert.equal(pictures.length, 1)
    assert.equal(
      await complain('train', '--as', 'picture-classifier', 'bars', '--out', 'runs/x', '--watch', 'previous'),
      'watch: previous is about tokens, and the model reads none. Watch first, entropy or distance.',
    )
    assert.equal(
      await complain(
        'train',
        '--as',
        'picture-classifier',
        'bars',
        '--out',
        'runs/x',
        '--watch',
        'heads',
        '--watch-text',
        'a',
      ),
      'watch: the model sees pictures, but --watch-text is a text. Leave it out: the first example that is held back is looked at.',
    )
  })

  test('may have values of another picture: all of its last stream makes it the other to the model', async () => {
    const classes = async (file: string, ...words: string[]): Promise<number[]> =>
      JSON.parse(await run('read', 'runs/bars', file, 'classes', '--json', ...words)).values.classes.data
    const near = (found: readonly number[], wanted: readonly number[]) => {
      for (const [i, each] of found.entries()) assert.ok(Math.abs(each - wanted[i]) < 1e-5, `${each}, not ${wanted[i]}`)
    }
    const [own, other] = [await classes('lying.png'), await classes('large.png')]
    assert.ok(Math.abs(own[0] - other[0]) > 0.1)
    const from = ['--edit', 'vit.blocks.0.output = from "large.png"']
    for (const engine of ['cpu', 'reference']) near(await classes('lying.png', ...from, '--engine', engine), other)
    // One vector at every place: the mean over the places of one picture less that of the other.
    const way = ['--edit', 'vit.blocks.0.output = add 0.5 * (from "large.png" - from "lying.png")']
    near(await classes('lying.png', ...way), await classes('lying.png', ...way, '--engine', 'reference'))
    const { pictures } = JSON.parse(await run('classify', 'runs/bars', 'lying.png', ...from, '--json'))
    assert.equal(pictures[0].classes[0].label, 'standing')
  })

  test('that cannot be read are left out where others can, and named; then the exit code is 1', async () => {
    await writeFile(join(folder, 'cut.png'), (await writePng(bar('lying', 1))).subarray(0, 60))
    const files = ['lying.png', 'cut.png', 'gone.png', 'large.png']
    const left = [
      'cut.png: the PNG is cut: it ends after 60 bytes, within a chunk. Copy it again.',
      'gone.png: there is no such picture. Correct the name.',
    ]
    const { code, stdout, stderr } = await cutaway(['classify', 'runs/bars', ...files], { folder })
    assert.equal(code, 1)
    assert.equal(stderr, left.map((each) => `Note: left out: ${each}\n`).join(''))
    assert.equal(stdout, await run('classify', 'runs/bars', 'lying.png', 'large.png'))
    const asked = await cutaway(['classify', 'runs/bars', ...files, '--json'], { folder })
    const { leftOut, ...others } = JSON.parse(asked.stdout)
    assert.deepEqual(leftOut, left)
    assert.deepEqual(others, JSON.parse(await run('classify', 'runs/bars', 'lying.png', 'large.png', '--json')))
    assert.deepEqual([asked.code, asked.stderr], [1, ''])
    assert.equal(
      await complain('classify', 'runs/bars', 'cut.png', 'gone.png'),
      `${left[0]} It is the first of 2, of which none can be read.`,
    )
  })

  test('of one pixel are not moved, and are told apart', async () => {
    for (const label of ['black', 'white'])
      for (let i = 0; i < 12; i++) {
        await mkdir(join(folder, 'dots', label), { recursive: true })
        const pixels = Uint8Array.of(label === 'black' ? i : 255 - i)
        await writeFile(
          join(folder, 'dots', label, `${i}.png`),
          await writePng({ width: 1, height: 1, channels: 1, pixels }),
        )
      }
    const tiny = ['--model', '8', '--layers', '1', '--lr', '0.01', '--batch', '4', '--steps', '40']
    await run('train', '--as', 'picture-classifier', 'dots', '--out', 'runs/dots', ...tiny)
    await run('train', '--out', 'runs/dots', '--resume', '--steps', '44')
    assert.match(await run('classify', 'runs/dots', 'dots/black/3.png'), /^black/)
    assert.match(await run('classify', 'runs/dots', 'dots/white/3.png'), /^white/)
  })

  test('say in one line what is wrong', async () => {
    const needed =
      'train needs pictures: cutaway train --as picture-classifier FOLDER, with a folder for each class, or --data mnist.'
    assert.equal(await complain('train', '--as', 'picture-classifier'), needed)
    assert.equal(
      await complain('train', '--as', 'picture-classifier', 'bars', '--context', '8'),
      '--as picture-classifier has no --context: it reads pictures, and writes nothing. Leave it out.',
    )
    assert.equal(
      await complain('train', 'notes.txt', '--shift', '1'),
      '--shift is for classes of pictures, but this trains --as decoder. Leave it out, or train --as picture-classifier.',
    )
    const shifted = (shift: string) =>
      complain('train', '--as', 'picture-classifier', 'bars', '--out', 'runs/shifted', '--shift', shift)
    for (const shift of ['8', '99'])
      assert.equal(
        await shifted(shift),
        `--shift is ${shift}, but the pictures are 8 × 8 pixels, so that nothing of them would be left. Give 7 at most.`,
      )
    assert.ok(!(await readdir(join(folder, 'runs'))).includes('shifted'))
    assert.equal(
      await complain('train', '--as', 'picture-classifier', 'bars', '--data', 'mnist'),
      'train --as picture-classifier learns from one folder, or from --data. Leave out "bars".',
    )
    assert.equal(
      await complain('train', '--as', 'picture-classifier', 'bars', '--out', 'runs/other', '--pairs', 'a,b'),
      '--pairs is for vectors of words, but this trains --as picture-classifier. Leave it out, or train --as word2vec.',
    )
    assert.equal(
      await complain('train', '--as', 'picture-classifier', 'nowhere'),
      'nowhere: there is no such folder. Name one with a folder of pictures for each class, or with idx files.',
    )
    assert.equal(
      await complain('classify', 'runs/bars', 'none.png'),
      'none.png: there is no such picture. Correct the name.',
    )
    await writeFile(join(folder, 'text.png'), 'a text')
    assert.equal(
      await complain('classify', 'runs/bars', 'text.png'),
      'text.png: this is no picture that can be read. Give a PNG or a JPEG.',
    )
    await writeFile(join(folder, 'empty.png'), '')
    for (const command of ['classify', 'attention', 'lens', 'journey']) {
      assert.equal(
        await complain(command, 'runs/bars', 'empty.png'),
        'empty.png: the file is empty, and no picture. Give another.',
      )
      assert.equal(
        await complain(command, 'runs/bars', 'lying.png/a.png'),
        'lying.png/a.png: a part of this path is a file, not a folder. Correct the name.',
      )
      assert.equal(
        await complain(command, 'runs/bars', 'none.wav'),
        'none.wav: there is no such picture. Correct the name.',
      )
    }
    assert.equal(
      await complain('attention', 'runs/bars'),
      'attention needs a picture: cutaway attention runs/bars picture.png.',
    )
    assert.equal(
      await complain('attention', 'runs/bars', 'lying.png', '--no-special'),
      'attention: --no-special is for texts; this model reads pictures. Leave it out.',
    )
    assert.equal(
      await complain('attention', 'runs/bars', 'lying.png', '--patch', '16'),
      'attention: there is no patch 16; the picture has 4 rows of 4, counted from 0.',
    )
    assert.equal(
      await complain('attention', 'runs/bars', 'lying.png', '--layer', '0,9'),
      'pattern: there is no layer 9; the model has one, layer 0.',
    )
    assert.equal(
      await complain('attention', 'runs/bars', 'lying.png', '--head', '4'),
      'pattern: there is no head 4; the model has heads 0 to 3.',
    )
    assert.equal(
      await complain('lens', 'runs/bars', 'lying.png', '--token', 'round'),
      'lens: --token "round" is no class of the model. Its classes are lying, standing.',
    )
    assert.equal(
      await complain('patch', 'runs/bars', 'lying.png', 'lying.png'),
      'patch: both pictures are the same to the model, so that no patch can change anything. Give two that differ.',
    )
    const edited = (to: string) => complain('lens', 'runs/bars', 'lying.png', '--edit', `vit.embedded = ${to}`)
    assert.equal(await edited('from "another"'), 'another: there is no such picture. Correct the name.')
    assert.equal(
      await edited('from "large.png" => "standing"'),
      'lens: --edit: "=>" is for translators; this model reads one picture only. Write from "another picture.png".',
    )
    assert.equal(
      await complain('embed', 'runs/bars', 'lying.png'),
      'embed: runs/bars reads pictures alone, and embed takes texts, or both with a model of both (CLIP). What it makes of a picture is read by its address: cutaway read runs/bars picture.png --list.',
    )
    assert.match(await complain('circuits', 'runs/bars'), /^circuits: runs\/bars reads pictures, and circuits go from /)
    assert.match(
      await complain('heads', 'runs/bars', '--text', 'lying'),
      /heads: runs\/bars reads pictures, and heads looks at texts\./,
    )
    assert.equal(
      await complain('generate', 'runs/bars'),
      'generate: runs/bars holds a classifier of pictures; generate needs a model that writes on (a decoder). Try "cutaway classify runs/bars …".',
    )
  })
})
