// Where things are saved: every command that writes says before its work that it could not, and leaves nothing half made.

import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, tinySizes, type Workshop, workshopWithRun } from './run.ts'

const isWindows = process.platform === 'win32'
const isRoot = process.getuid?.() === 0

describe('a place where nothing can be saved', { skip: isWindows }, () => {
  let place: Workshop
  let folder = ''
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await mkdir(join(folder, 'closed'))
    await chmod(join(folder, 'closed'), 0o555)
    await mkdir(join(folder, 'full'))
    await writeFile(join(folder, 'full/diary.md'), 'mine')
    await symlink('round', join(folder, 'round'))
    const encoder = 'train cat.txt --as encoder --layers 1 --model 8 --steps 2 --out runs/e'
    const run = await cutaway(encoder.split(' '), { folder })
    assert.equal(run.code, 0, run.stderr)
  })
  after(async () => {
    await chmod(join(folder, 'closed'), 0o755)
    await place[Symbol.asyncDispose]()
  })

  /** All files by their names, each with what it holds. */
  const contents = async (): Promise<Map<string, Buffer | undefined>> =>
    new Map(
      await Promise.all(
        (await readdir(folder, { recursive: true })).map(
          async (name) => [name, await readFile(join(folder, name)).catch(() => undefined)] as const,
        ),
      ),
    )

  const long = 'x'.repeat(300)
  const train = 'train cat.txt --out'
  const tokenizer = 'tokenizer train cat.txt --kind characters --out'
  const svg = 'attention runs/cat the --svg'
  const html = 'attention runs/cat the --html'
  const embed = 'embed runs/e cat.txt --save'
  const cases: [words: string, out: string, message: string][] = [
    ...[train, 'start --out', tokenizer, svg, html, embed].map((words): [string, string, string] => [
      words,
      '',
      `cutaway: ${words.split(' ').at(-1)} needs a name, but got "".`,
    ]),
    [train, ' ', 'cutaway: --out needs a name, but got " ".'],
    ['train cat.txt --from', '', 'cutaway: --from needs a name, but got "".'],
    ['train cat.txt --tokenizer', '', 'cutaway: --tokenizer needs a name, but got "".'],
    [train, 'cat.txt', 'cat.txt: this is a file, not a folder. Name a folder with --out.'],
    [train, 'cat.txt/run', 'cat.txt/run: this is a file, not a folder. Name a folder with --out.'],
    [
      train,
      'round',
      "round: it cannot be read (ELOOP: too many symbolic links encountered, scandir 'round'). Name another folder with --out.",
    ],
    [train, 'full', 'full: this folder holds other things and is no run. Name another one with --out.'],
    [
      train,
      `new/${long}`,
      `new/${long}: nothing can be saved there: a name is too long. Name another folder with --out.`,
    ],
    [tokenizer, 'cat.txt', 'cat.txt: this is a file, not a folder. Name a folder with --out.'],
    [
      tokenizer,
      'cat.txt/x.json',
      'cat.txt: nothing can be saved there: this is a file, not a folder. Name another folder with --out.',
    ],
    [
      tokenizer,
      'runs/cat',
      'runs/cat: there is a run in it, whose model knows only its own tokenizer. Name another folder with --out.',
    ],
    ...[svg, embed].flatMap((words): [string, string, string][] => [
      [words, 'full', 'full: it cannot be saved: this is a folder. Name another file.'],
      [words, 'full/', 'full/: it cannot be saved: this names a folder. Name another file.'],
      [words, 'none/a.x', 'none/a.x: it cannot be saved: there is no folder none. Name another file.'],
      [
        words,
        'cat.txt/a.x',
        'cat.txt/a.x: it cannot be saved: a part of this path is a file, not a folder. Name another file.',
      ],
      [words, 'round', 'round: it cannot be saved: links lead in a circle. Name another file.'],
      [words, long, `${long}: it cannot be saved: the name is too long. Name another file.`],
    ]),
    [embed, 'cat.txt', 'cat.txt: it cannot be saved: it is what is read. Name another file.'],
    [
      'lens runs/cat the --tune cat.txt --tuned',
      'cat.txt',
      'cat.txt: it cannot be saved: it is what is read. Name another file.',
    ],
    ['heads runs/cat cat.txt --svg', 'cat.txt', 'cat.txt: it cannot be saved: it is what is read. Name another file.'],
    [
      'attention runs/cat the --html a.x --svg',
      './a.x',
      './a.x: it cannot be saved: two flags name it. Name another file.',
    ],
    [
      'lens runs/cat the --svg bare --tune cat.txt --tuned',
      'bare',
      'bare: it cannot be saved: two flags name it. Name another file.',
    ],
    ...(
      [
        [svg, 'an SVG'],
        [html, 'a page'],
        ['lens runs/cat the --tune cat.txt --tuned', 'a tuned lens'],
        [embed, 'vectors'],
      ] as const
    ).flatMap(([words, kind]) =>
      ['runs/cat/model.safetensors', 'full/diary.md'].map((file): [string, string, string] => [
        words,
        file,
        `${file}: it cannot be saved: a file is there that was not saved as ${kind} by this program. Name another file.`,
      ]),
    ),
    [svg, 'a.png', 'a.png: what is saved is an SVG, but the name ends in .png. Name a file that ends in .svg.'],
    [
      html,
      'a.pdf',
      'a.pdf: what is saved is a page, but the name ends in .pdf. Name a file that ends in .html or .htm.',
    ],
    [
      embed,
      'v.txt',
      'v.txt: what is saved is vectors, but the name ends in .txt. Name a file that ends in .safetensors.',
    ],
    [embed, './runs/../cat.txt', './runs/../cat.txt: it cannot be saved: it is what is read. Name another file.'],
  ]
  for (const [words, out, message] of cases)
    test(`${words} "${out.slice(0, 20)}"`, async () => {
      const before = await contents()
      assert.equal(await complaint([...words.split(' '), out], { folder }), message)
      assert.deepEqual(await contents(), before)
    })

  const closed: [words: string, out: string, message: string][] = [
    [train, 'closed', 'closed: nothing can be saved there: permission is denied. Name another folder with --out.'],
    [
      train,
      'closed/run',
      'closed/run: nothing can be saved there: permission is denied. Name another folder with --out.',
    ],
    [tokenizer, 'closed', 'closed: nothing can be saved there: permission is denied. Name another folder with --out.'],
    [svg, 'closed/a.svg', 'closed/a.svg: it cannot be saved: permission is denied. Name another file.'],
  ]
  for (const [words, out, message] of closed)
    test(`${words} ${out}`, { skip: isRoot ? 'root may do anything' : false }, async () => {
      assert.equal(await complaint([...words.split(' '), out], { folder }), message)
    })

  test('leaves what was there as it was, and nothing else', async () => {
    const words = ['tokenizer', 'train', 'nothing.txt', '--out', 'new/deep/tokenizer']
    assert.match(await complaint(words, { folder }), /nothing\.txt does not exist/)
    assert.match(
      await complaint(['train', 'nothing.txt', '--out', 'new/run'], { folder }),
      /nothing\.txt does not exist/,
    )
    assert.ok(!(await readdir(folder)).includes('new'))
    assert.deepEqual(await readdir(join(folder, 'full')), ['diary.md'])
  })

  for (const words of [svg, html, embed, 'lens runs/cat the --steps 1 --tune cat.txt --tuned'])
    test(`what is saved by ${words} takes the place of what was saved so before, and of an empty file`, async () => {
      const name = `again${words.split(' ').at(-1)}`
      await writeFile(join(folder, name), '')
      for (let i = 0; i < 2; i++) {
        const { code, stderr } = await cutaway([...words.split(' '), name], { folder })
        assert.equal(code, 0, stderr)
        assert.ok((await readFile(join(folder, name))).length > 0)
      }
      assert.ok(!(await readdir(folder)).some((each) => each.endsWith('.part')))
    })

  test('a model that was not trained there is not replaced, even if one is told to', async () => {
    await mkdir(join(folder, 'theirs'))
    for (const name of ['config.json', 'model.safetensors']) await writeFile(join(folder, 'theirs', name), 'theirs')
    assert.equal(
      await complaint(['train', 'cat.txt', '--out', 'theirs', '--force'], { folder }),
      'theirs: there is a model in it that was not trained there (it has no training.safetensors). Name another folder with --out.',
    )
  })

  test('replacing a run keeps what is beside it', async () => {
    const best = join(folder, 'runs/e/model-best.safetensors')
    await writeFile(best, 'best')
    const words = ['train', 'cat.txt', ...tinySizes, '--steps', '1', '--out', 'runs/e', '--force']
    const { code, stderr } = await cutaway(words, { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal(await readFile(best, 'utf8'), 'best')
    assert.match(await readFile(join(folder, 'runs/e/config.json'), 'utf8'), /GPT2LMHeadModel/)
  })
})
