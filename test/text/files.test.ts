// Reading text from files and folders.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readText, readTexts } from '../../src/text/files.ts'

let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutaway-'))
  const put = (name: string, content: string | number[]) =>
    writeFile(join(folder, name), typeof content === 'string' ? content : Uint8Array.from(content))
  for (const name of ['plays', 'plays/late', 'plays/.git', 'pictures', 'none']) await mkdir(join(folder, name))
  await put('plays/b.txt', 'second')
  await put('plays/a.md', '\ufefffirst\n')
  await put('plays/late/tempest', 'Où sont les neiges 👍\r\n')
  await put('plays/z', 'last')
  await put('plays/scan.bin', [0x50, 0x4b, 0x00])
  await put('plays/empty.txt', '')
  await put('plays/.git/config', 'hidden')
  await put('plays/.DS_Store', 'hidden')
  await put('pictures/a.png', [0x89, 0x50])
  await put('pictures/b.png', [0x89, 0x50])
  await put('latin1.txt', [0x4d, 0xfc, 0x6c, 0x6c])
  await put('cut.txt', [0x41, 0xe2, 0x82])
  await put('utf16.txt', [0x41, 0x00, 0x42, 0x00])
  await put('empty.txt', '')
})

after(() => rm(folder, { recursive: true, force: true }))

test('a folder gives its text files by name, those of its folders too, each from the beginning of a line', async () => {
  const { text, files, skipped } = await readTexts([join(folder, 'plays')])
  assert.equal(text, 'first\nsecond\nOù sont les neiges 👍\r\nlast')
  assert.deepEqual(
    files,
    ['a.md', 'b.txt', 'late/tempest', 'z'].map((name) => join(folder, 'plays', name)),
  )
  assert.equal(skipped, 1)
})

test('files and folders are read in the order in which they are named', async () => {
  const { text, skipped } = await readTexts([join(folder, 'plays/z'), join(folder, 'plays/late')])
  assert.equal(text, 'last\nOù sont les neiges 👍\r\n')
  assert.equal(skipped, 0)
})

test('a link to a file counts, a link to a folder is not followed', {
  skip: process.platform === 'win32',
}, async () => {
  await mkdir(join(folder, 'links'))
  await symlink(join(folder, 'plays/z'), join(folder, 'links/file'))
  await symlink(join(folder, 'links'), join(folder, 'links/self'))
  assert.equal((await readTexts([join(folder, 'links')])).text, 'last')
})

test('a link that leads nowhere is said to be one', { skip: process.platform === 'win32' }, async () => {
  await mkdir(join(folder, 'broken'))
  await symlink('loop', join(folder, 'broken/loop'))
  await symlink('gone', join(folder, 'broken/link'))
  await assert.rejects(readTexts([join(folder, 'broken/loop')]), {
    message: `text: ${folder}/broken/loop is a link to loop, which leads back to it. Name another file.`,
  })
  await assert.rejects(readTexts([join(folder, 'broken/link')]), {
    message: `text: ${folder}/broken/link is a link to gone, which does not exist. Name another file.`,
  })
})

test('what is no text is said to be what it is', async () => {
  const complaints = {
    'zero.txt': [
      'one\ntwo\nth\0ree\n',
      'has a zero byte in line 3 (byte 10), as no text has. Take it out, or name another file.',
    ],
    'letter.pdf': [
      Buffer.from('%PDF-1.4\n\xe2\xe3', 'latin1'),
      'is no text, but a PDF. Take the text out of it, and name that file.',
    ],
    'packed.txt': [
      Buffer.of(0x1f, 0x8b, 8, 0),
      'is no text, but packed by gzip. Give it a name that ends in .gz, and it is unpacked.',
    ],
  } as const
  for (const [name, [content, message]] of Object.entries(complaints)) {
    const path = join(folder, name)
    await writeFile(path, content)
    await assert.rejects(readText(path), { message: `text: ${path} ${message}` })
    await rm(path)
  }
})

const cases: [name: string, paths: string[], message: string][] = [
  ['no path', [], 'text: no file was named. Give one or several files or folders.'],
  ['an empty file', ['empty.txt'], 'text: FOLDER/empty.txt is empty. Name a file with text in it.'],
  [
    'another encoding',
    ['latin1.txt'],
    'text: FOLDER/latin1.txt is no UTF-8 text: byte 1 (0xfc) in line 1 cannot stand there. It seems to be Latin-1 or Windows-1252. Save it as UTF-8, or name another file.',
  ],
  [
    'a character that is cut off',
    ['cut.txt'],
    'text: FOLDER/cut.txt is no UTF-8 text: byte 1 (0xe2) in line 1 cannot stand there. The text ends inside a character, so it may have been cut off. Save it as UTF-8, or name another file.',
  ],
  [
    'zero bytes',
    ['utf16.txt'],
    'text: FOLDER/utf16.txt is no UTF-8 text: byte 1 (0x00) in line 1 cannot stand there. It seems to be UTF-16 (little-endian). Save it as UTF-8, or name another file.',
  ],
  [
    'a folder without files',
    ['none'],
    'text: there is no text in the folder FOLDER/none. Name a folder with .txt or .md files, or any other UTF-8 text.',
  ],
  [
    'a folder without text',
    ['pictures'],
    'text: there is no text in the folder FOLDER/pictures (2 files are no text). Name a folder with .txt or .md files, or any other UTF-8 text.',
  ],
  [
    'a misspelt file',
    ['latin2.txt'],
    'text: FOLDER/latin2.txt does not exist: there is no "latin2.txt" in FOLDER. Did you mean "latin1.txt"?',
  ],
  [
    'a misspelt folder',
    ['playz/late/tempest'],
    'text: FOLDER/playz/late/tempest does not exist: there is no "playz" in FOLDER. Did you mean "plays"?',
  ],
  [
    'nothing like it',
    ['plays/macbeth-in-full.txt'],
    'text: FOLDER/plays/macbeth-in-full.txt does not exist: there is no "macbeth-in-full.txt" in FOLDER/plays. Check the name.',
  ],
]
for (const [name, paths, message] of cases) {
  test(`refused: ${name}`, { skip: process.platform === 'win32' }, async () => {
    await assert.rejects(readTexts(paths.map((path) => join(folder, path))), {
      message: message.replaceAll('FOLDER', folder),
    })
  })
}
