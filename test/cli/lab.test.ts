// cutaway lab: what it refuses, a question answered by workers, what is kept, and the page.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway } from './run.ts'

describe('cutaway lab', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutaway-lab-'))
    const letters = Array.from({ length: 12_000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 26)))
    await writeFile(join(folder, 'letters.txt'), letters.join(''))
    await writeFile(join(folder, 'short.txt'), 'too short')
    await writeFile(join(folder, 'notes.md'), '# My notes\n')
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const lab = (...words: string[]) => cutaway(['lab', ...words], { folder })
  const refused = (...words: string[]) => complaint(['lab', ...words], { folder })

  test('says in one line what is wrong', async () => {
    assert.equal(
      await refused('warmup'),
      'lab: there is no question "warmup". Did you mean "warm-up"? "cutaway lab" lists them.',
    )
    assert.equal(
      await refused('warm-up', '--seeds', '0'),
      'cutaway: --seeds needs a whole number from 1 to 100, but got "0".',
    )
    assert.match(await refused('warm-up', '--text', 'none.txt'), /^text: none\.txt does not exist/)
    assert.match(await refused('warm-up', '--text', 'short.txt'), /^corpus: of 9 tokens /)
    assert.equal(await refused('--write', 'lab.txt'), 'lab.txt: the page is Markdown. Name a file that ends in .md.')
    assert.equal(
      await refused('--write', 'notes.md'),
      'notes.md: it cannot be saved: a file is there that was not saved as a page of the lab by this program. Name another file.',
    )
    assert.deepEqual((await readdir(folder)).sort(), ['letters.txt', 'notes.md', 'short.txt'])
  })

  test('answers a question in workers, keeps the measurements, and writes the page of them', async () => {
    const words = ['rank-collapse', '--quick', '--text', 'letters.txt', '--out', 'kept', '--workers', '1']
    const { code, stdout, stderr } = await lab(...words, '--json')
    assert.equal(code, 0, stderr)
    assert.match(stderr, /^1 of 15 measured, about \d+ (ms|s) left\n/)
    const { answers } = JSON.parse(stdout)
    assert.equal(answers[0].name, 'rank-collapse')
    assert.ok(answers[0].verdicts.length > 0)
    assert.equal((await readdir(join(folder, 'kept'))).length, 15)

    const again = await lab(...words, '--json')
    assert.deepEqual([again.stdout, again.stderr], [stdout, ''])

    const written = await lab('--quick', '--text', 'letters.txt', '--out', 'kept', '--write', 'lab.md')
    assert.equal(written.stdout, 'Saved in lab.md, with 1 picture in lab.\n')
    const page = await readFile(join(folder, 'lab.md'), 'utf8')
    assert.match(page, /`cutaway lab --quick --write lab\.md`/)
    assert.ok(page.includes(answers[0].verdicts[0].says))
    assert.deepEqual(await readdir(join(folder, 'lab')), ['rank-collapse.svg'])
    // It may be written again.
    assert.equal((await lab('--quick', '--text', 'letters.txt', '--out', 'kept', '--write', 'lab.md')).code, 0)
  })

  test('names a measurement that is damaged', async () => {
    const [file] = await readdir(join(folder, 'kept'))
    await writeFile(join(folder, 'kept', file), '{')
    const words = ['rank-collapse', '--quick', '--text', 'letters.txt', '--out', 'kept', '--workers', '1']
    const told = await refused(...words)
    assert.ok(told.startsWith(`kept/${file}: this is no measurement of the lab (`), told)
    assert.ok(told.endsWith('). Remove the file; it is then measured anew.'), told)
  })

  test('needs a folder that can be made', async () => {
    await mkdir(join(folder, 'in'), { recursive: true })
    const told = await refused('rank-collapse', '--text', 'letters.txt', '--out', 'notes.md')
    assert.match(told, /^notes\.md.*(EEXIST|ENOTDIR).*Name another( folder)? with --out\.$/)
  })

  test('does not try forever where the system makes no folder', { skip: process.platform !== 'linux' }, async () => {
    const told = await refused('rank-collapse', '--text', 'letters.txt', '--out', '/proc/none/lab')
    assert.equal(told, '/proc/none/lab: no folder can be made there (ENOENT). Name another with --out.')
  })
})
