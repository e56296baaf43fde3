// Reading text from files and folders.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readTexts } from '../../src/text/files.ts'

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

const cases: [name: string, paths: string[], message: string][] = [
  ['no path', [], 'text: no file was named. Give one or several files or folders.'],
  ['an empty file', ['empty.txt'], 'text: FOLDER/empty.txt is empty. Name a file with text in it.'],
  [
    'another encoding',
    ['latin1.txt'],
    'text: FOLDER/latin1.txt is no UTF-8 text: byte 1 (0xfc) cannot stand there. Save it as UTF-8, or name another file.',
  ],
  [
    'a character that is cut off',
    ['cut.txt'],
    'text: FOLDER/cut.txt is no UTF-8 text: byte 1 (0xe2) cannot stand there. Save it as UTF-8, or name another file.',
  ],
  [
    'zero bytes',
    ['utf16.txt'],
    'text: FOLDER/utf16.txt is no UTF-8 text: byte 1 (0x00) cannot stand there. Save it as UTF-8, or name another file.',
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
