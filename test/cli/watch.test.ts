// cutaway train --watch and cutaway watch: what is recorded while a run trains, and shown afterwards.

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, tinySizes, type Workshop, workshop } from './run.ts'

describe('cutaway watch', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())
  const train = ['train', 'cat.txt', ...tinySizes, '--steps', '6']
  const watch = ['--watch', 'induction', '--watch', 'norms', '--watch', 'blocks.0.attention.pattern {head: 1}']

  test('records what it is told to, and says how much that is before it begins', async () => {
    const { code, stdout, stderr } = await cutaway([...train, ...watch, '--watch-every', '3', '--watch-at', '0,1,3'], {
      folder,
    })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const [, numbers, bytes] =
      /^watched {6}(\d+) numbers in 4 looks: (\d+) kB in all$/m.exec(stdout) ?? assert.fail(stdout)
    const file = await readFile(join(folder, 'runs/cat/watched.bin'))
    assert.equal(Math.ceil(file.length / 1000), Number(bytes))
    assert.equal((file.length - file.indexOf(10) - 1) / 4, 8 + 4 * Number(numbers))
    assert.ok(stdout.indexOf('watched') < stdout.indexOf('step 0'))
    // What to try next begins with what was recorded.
    assert.match(stdout, /Try:\n {2}cutaway watch runs\/cat\n {2}cutaway generate runs\/cat\n/)
  })

  test('shows scores over the steps, and facts with all digits', async () => {
    const { stdout } = await cutaway(['watch', 'runs/cat'], { folder })
    for (const title of [
      'Loss of the steps',
      'Share on what followed',
      'Length of the weights',
      'Length of the last step',
    ])
      assert.ok(stdout.includes(title), title)
    const { stdout: json } = await cutaway(['watch', 'runs/cat', '--json'], { folder })
    const facts = JSON.parse(json)
    assert.deepEqual(facts.at, [0, 1, 3])
    assert.deepEqual([...new Set(facts.rows.map(({ step }: { step: number }) => step))], [0, 1, 3, 6])
    const own = facts.rows.filter(
      ({ score, layer }: { score: string; layer: number }) => score === 'induction' && layer === 1,
    )
    assert.equal(own.length, 2 * 4)
    const one = JSON.parse(
      (await cutaway(['watch', 'runs/cat', '--json', '--score', 'induction', '--layer', '1'], { folder })).stdout,
    )
    assert.deepEqual(one.rows, own)
    const part = JSON.parse(
      (await cutaway(['watch', 'runs/cat', '--json', '--address', 'blocks.1.mlp', '--step', '6'], { folder })).stdout,
    )
    assert.ok(
      part.rows.length >= 4 &&
        part.rows.every(({ address }: { address: string }) => /^blocks\.1\.mlp(\.|$)/.test(address)),
    )
  })

  test('replays a step', async () => {
    const { stdout } = await cutaway(['watch', 'runs/cat', '--step', '3'], { folder })
    assert.match(stdout, /^What was seen at step 3$/m)
    assert.match(stdout, /^blocks\.0\.attention\.pattern \{head: 1\}$/m)
    for (const flag of ['--svg', '--html']) {
      const { code } = await cutaway(['watch', 'runs/cat', flag, `look.${flag.slice(2)}`], { folder })
      assert.equal(code, 0)
    }
    assert.match(await readFile(join(folder, 'look.svg'), 'utf8'), /head 1\.0/)
  })

  test('says what was not watched', async () => {
    const said = (words: readonly string[]) => complaint(['watch', 'runs/cat', ...words], { folder })
    assert.equal(
      await said(['--score', 'inducton']),
      'watch: runs/cat has no score "inducton". Did you mean "induction"?',
    )
    assert.equal(
      await said(['--step', '4']),
      'watch: --step 4: no look was taken then. The nearest was at 3; there are 4, from 0 to 6.',
    )
    assert.equal(
      await said(['--score', 'induction', '--layer', '7']),
      'watch: runs/cat has nothing of score induction and of layer 7. The heads that were watched are 0.0, 0.1, 1.0, 1.1. Leave a filter out.',
    )
    assert.equal(
      await said(['--address', 'blocks.0.mpl']),
      'watch: runs/cat has nothing of address blocks.0.mpl. Did you mean "blocks.0.mlp"?',
    )
    await cutaway([...train, '--steps', '1', '--out', 'runs/plain'], { folder })
    assert.equal(
      await complaint(['watch', 'runs/plain'], { folder }),
      'runs/plain: nothing was watched there. Train a run with --watch: cutaway train FILE --watch heads.',
    )
    assert.equal(
      await complaint(['watch', 'runs/nothing'], { folder }),
      'runs/nothing: there is no such folder. Check the name.',
    )
    assert.match(
      await complaint(['watch'], { folder }),
      /^cutaway: watch needs the folder of a run: cutaway watch runs\/cat\./,
    )
  })

  test('refuses in one line, before anything is written', async () => {
    const refused = (words: readonly string[]) => complaint([...train, '--out', 'runs/new', ...words], { folder })
    assert.equal(
      await refused(['--watch', 'hed']),
      'watch: there is no score "hed" and no such value. Did you mean "heads"?',
    )
    assert.match(
      await refused(['--watch', 'blocks.7.output']),
      /^watch: there is no value "blocks\.7\.output"\. Did you mean "blocks\.0\.output"/,
    )
    assert.equal(
      await refused(['--watch-every', '5']),
      'cutaway: --watch-every is of what is watched, but nothing is. Add --watch, or leave it out.',
    )
    assert.match(
      await refused(['--watch', 'norms', '--watch-every', '1', '--watch-limit', '0.001']),
      /^watch: 7 looks would keep \d+ bytes in all, but the limit is 1000 bytes\. Look at fewer steps or places, or raise --watch-limit\.$/,
    )
    assert.equal(
      await refused(['--watch', 'norms', '--watch-at', 'often']),
      'cutaway: --watch-at needs whole numbers separated by commas, or "doubling", but got "often".',
    )
    assert.equal(
      await refused(['--watch', 'norms', '--watch-at', '7,20']),
      "watch: none of the steps that are chosen is one of the run's, which are 0 to 6. Look at others (--watch-at), or every so many (--watch-every).",
    )
    assert.match(
      await refused(['--watch', 'heads', '--watch-text', 'the cat sat on the mat']),
      /^watch: ids has 22 tokens, but the model looks at 1 to 8 tokens at once\./,
    )
    assert.ok(!(await readdir(join(folder, 'runs'))).includes('new'))
  })

  test('watches vectors of words, whose training tells of every tenth step alone', async () => {
    const words =
      'train cat.txt --as word2vec --model 4 --min-count 1 --window 2 --sample 0 --steps 40 --out runs/words'.split(' ')
    const shown = await cutaway(
      [...words, '--watch', 'update-norms', '--watch', 'embedding.token', '--watch-every', '7'],
      {
        folder,
      },
    )
    assert.deepEqual({ code: shown.code, stderr: shown.stderr }, { code: 0, stderr: '' })
    const { rows, inputs } = JSON.parse((await cutaway(['watch', 'runs/words', '--json'], { folder })).stdout)
    assert.deepEqual([...new Set(rows.map(({ step }: { step: number }) => step))], [0, 7, 14, 21, 28, 35])
    assert.ok(inputs.ids.length > 0 && inputs.ids.every((id: number) => id >= 0), `${inputs.ids}`)
    const tables = rows.filter(
      ({ address, score }: { address?: string; score: string }) => address === 'embedding.token' && score === 'value',
    )
    assert.deepEqual([tables.length, tables[0].values.data.length % 4], [6, 0])
    await cutaway([...words.slice(0, -1), 'runs/unwatched'], { folder })
    const weights = (run: string) => readFile(join(folder, run, 'model.safetensors'))
    assert.deepEqual(await weights('runs/words'), await weights('runs/unwatched'))
  })

  test('says that a run has not come to its first checkpoint', async () => {
    await mkdir(join(folder, 'runs/young'))
    await writeFile(join(folder, 'runs/young/.watched.part'), '')
    assert.equal(
      await complaint(['watch', 'runs/young'], { folder }),
      'runs/young: its training has not come to a first checkpoint, and shows nothing before that. Wait for it, or begin it again.',
    )
  })

  test('leaves out a look that is damaged, and says so; a run goes on with the others', async () => {
    const path = join(folder, 'runs/cat/watched.bin')
    const whole = await readFile(path)
    const begin = whole.indexOf(10) + 1
    const size = (whole.length - begin) / 4
    const damaged = Buffer.from(whole)
    damaged[begin + size + 20] ^= 4
    await writeFile(path, damaged)
    const note = `Note: ${join('runs/cat', 'watched.bin')}: 1 look is damaged and left out.\n`
    const steps = async () => {
      const { stdout, stderr } = await cutaway(['watch', 'runs/cat', '--json'], { folder })
      assert.equal(stderr, note)
      return [...new Set(JSON.parse(stdout).rows.map(({ step }: { step: number }) => step))]
    }
    assert.deepEqual(await steps(), [0, 3, 6])
    const { code, stderr } = await cutaway(['train', '--out', 'runs/cat', '--resume', '--steps', '9'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: note })
    assert.deepEqual(await steps(), [0, 3, 6, 9])
    await cutaway([...train, ...watch, '--watch-every', '3', '--watch-at', '0,1,3', '--force'], { folder })
    assert.deepEqual(await readFile(path), whole)
  })

  test('refuses a record whose labels are none', async () => {
    const path = join(folder, 'runs/cat/watched.bin')
    const whole = await readFile(path)
    const end = whole.indexOf(10)
    for (const wrong of [{ axes: [null] }, { layer: '<script>' }, { head: -1 }, { from: 3 }, { address: {} }]) {
      const head = JSON.parse(whole.subarray(0, end).toString())
      Object.assign(head.watched[1], wrong)
      await writeFile(path, Buffer.concat([Buffer.from(JSON.stringify(head)), whole.subarray(end)]))
      assert.match(
        await complaint(['watch', 'runs/cat'], { folder }),
        /^runs\/cat\/watched\.bin: watched is a list of \d+\. The file may be damaged/,
      )
    }
    await rm(path)
    await mkdir(path)
    assert.equal(
      await complaint(['watch', 'runs/cat'], { folder }),
      'runs/cat/watched.bin: it cannot be read (EISDIR). Delete it, or begin a new run.',
    )
    await rm(path, { recursive: true })
    await writeFile(path, whole)
  })

  test('reads a record that was cut off, and none that is damaged', async () => {
    const path = join(folder, 'runs/cat/watched.bin')
    const whole = await readFile(path)
    await truncate(path, whole.length - 3)
    const facts = JSON.parse((await cutaway(['watch', 'runs/cat', '--json'], { folder })).stdout)
    assert.equal(facts.rows.at(-1).step, 3)
    await writeFile(path, whole.subarray(5))
    assert.equal(
      await complaint(['watch', 'runs/cat'], { folder }),
      'runs/cat/watched.bin: it has no first line that says what was watched. The file may be damaged, or another one; delete it, or begin a new run.',
    )
  })
})
