// Only files are read as files: nothing waits for a pipe, and everybody who reads says the same.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { readBytes } from '../../src/checkpoint/folderFiles.ts'
import { describeFolder, loadTokenizer } from '../../src/checkpoint/load.ts'
import { openTensors } from '../../src/checkpoint/tensorFiles.ts'
import { readLabelled, readPairs } from '../../src/data/files.ts'
import { readTokenizer } from '../../src/runs/disk/readTokenizer.ts'
import { readText, readTexts } from '../../src/text/files.ts'
import { readFileBytes, readNamedBytes } from '../../src/text/openFile.ts'

const isRoot = process.getuid?.() === 0
const skip = process.platform === 'win32' ? 'Windows has no such files' : false

describe('what is no file', { skip }, () => {
  let folder = ''
  const server = createServer()
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutaway-no-file-'))
    await mkdir(join(folder, 'folder'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await symlink('pipe', join(folder, 'link'))
    await symlink('/dev/zero', join(folder, 'device'))
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve))
  })
  after(async () => {
    server.close()
    await rm(folder, { recursive: true })
  })

  const kinds: [name: string, what: string][] = [
    ['pipe', 'a pipe. Save what comes out of it, and name that file.'],
    ['link', 'a pipe. Save what comes out of it, and name that file.'],
    ['device', 'a device. Name a file.'],
    ['socket', 'a socket. Name a file.'],
    ['folder', 'a folder. Name a file.'],
  ]
  for (const [name, what] of kinds) {
    test(`${name}: every reader says so`, async () => {
      const path = join(folder, name)
      const message = `${path}: this is no file, but ${what}`
      await assert.rejects(readFileBytes(path), { message })
      await assert.rejects(readBytes(diskFiles(folder), name), { message })
      if (name === 'folder') return
      // One after the other: a promise that is rejected before anybody waits for it ends the test.
      const readers = [() => readText(path), () => readTexts([path]), () => readPairs([path]), () => readLabelled(path)]
      for (const read of readers) await assert.rejects(read(), { message: `text: ${message}` })
    })
  }

  const readers: [name: string, read: (folder: string) => Promise<unknown>][] = [
    ['config.json', (at) => describeFolder(filesOf(at))],
    ['tokenizer.json', (at) => loadTokenizer(filesOf(at), 10)],
    ['tokenizer.json', readTokenizer],
    ['model.safetensors', (at) => openTensors(diskFiles(at))],
    ['model.safetensors.index.json', (at) => openTensors(diskFiles(at))],
  ]
  for (const [i, [name, read]] of readers.entries())
    test(`a pipe in the place of ${name} is not waited for (${i})`, async () => {
      const at = join(folder, `model${i}`)
      await mkdir(at)
      execFileSync('mkfifo', [join(at, name)])
      await assert.rejects(read(at), {
        message: `${join(at, name)}: this is no file, but a pipe. Save what comes out of it, and name that file.`,
      })
    })

  test('what may not be read is not called a wrong name', { skip: isRoot && 'root may read everything' }, async () => {
    const path = join(folder, 'shut.png')
    await writeFile(path, 'shut', { mode: 0o000 })
    await assert.rejects(readNamedBytes(path, 'picture'), {
      message: `${path}: it may not be read by you. Check its permissions, or name another.`,
    })
  })

  test('in a folder of texts it is passed over', async () => {
    const at = join(folder, 'texts')
    await mkdir(at)
    execFileSync('mkfifo', [join(at, 'a.txt')])
    await writeFile(join(at, 'b.txt'), 'b')
    assert.deepEqual((await readTexts([at])).text, 'b')
  })
})
