// Two generations, and zip archives: what is whole comes back, what is not is told from it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newestGeneration, writeGeneration } from '../../src/studio/store/generations.ts'
import { memoryStore } from '../../src/studio/store/memoryStore.ts'
import { chunks } from '../../src/studio/store/store.ts'
import { unzipped, zipOf } from '../../src/studio/store/zip.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const file = (name: string, text: string) => ({ name, write: chunks(bytes(text)) })

describe('generations', () => {
  test('take turns, and the newest that is whole counts', async () => {
    const store = memoryStore()
    assert.equal(await newestGeneration(store, 'run'), undefined)
    for (const [i, text] of ['one', 'two', 'three'].entries()) {
      await writeGeneration(store, 'run', { files: [file('a', text)], about: { step: i } })
      const found = await newestGeneration(store, 'run')
      assert.equal(found?.number, i + 1)
      assert.deepEqual(found?.about, { step: i })
      assert.deepEqual(await store.read(`${found?.folder}/a`), bytes(text))
    }
    assert.deepEqual((await store.list('run')).toSorted(), ['first', 'second'])
  })

  test('whose mark or files are torn do not count', async () => {
    const store = memoryStore()
    await writeGeneration(store, 'run', { files: [file('a', 'old')], about: 1 })
    const { folder } = await writeGeneration(store, 'run', { files: [file('a', 'new')], about: 2 })
    const mark = await store.read(`${folder}/whole.json`)
    assert.ok(mark)
    await store.write(`${folder}/whole.json`, chunks(mark.subarray(0, mark.length - 3)))
    assert.equal((await newestGeneration(store, 'run'))?.about, 1)
    await store.write(`${folder}/whole.json`, chunks(mark))
    assert.equal((await newestGeneration(store, 'run'))?.about, 2)
    await store.write(`${folder}/a`, chunks(bytes('ne')))
    assert.equal((await newestGeneration(store, 'run'))?.about, 1)
  })

  test('that do not fit leave the one before, and nothing of themselves', async () => {
    const store = memoryStore({ most: 200 })
    await writeGeneration(store, 'run', { files: [file('a', 'old')], about: 1 })
    await assert.rejects(
      writeGeneration(store, 'run', { files: [file('a', 'new'), file('b', 'b'.repeat(300))], about: 2 }),
      { name: 'StoreFull' },
    )
    assert.equal((await newestGeneration(store, 'run'))?.about, 1)
    assert.deepEqual(await store.list('run'), ['first'])
  })
})

describe('zip archives', () => {
  const files = [
    { name: 'run/config.json', bytes: bytes('{"a": 1}') },
    { name: 'run/größe.txt', bytes: bytes('x'.repeat(1000)) },
    { name: 'run/empty', bytes: bytes('') },
  ]
  const archive = async () => new Uint8Array(await new Blob(zipOf(files)).arrayBuffer())

  test('come back as they were written', async () => {
    const found = await unzipped(await archive(), 'run.zip')
    assert.deepEqual(
      [...found].map(([name, content]) => [name, new TextDecoder().decode(content)]),
      [
        ['config.json', '{"a": 1}'],
        ['größe.txt', 'x'.repeat(1000)],
        ['empty', ''],
      ],
    )
  })

  test('that others packed are read, too', async () => {
    // Python: zipfile.ZipFile('a.zip', 'w', zipfile.ZIP_DEFLATED).writestr('d/a.txt', 'rose ' * 20)
    const packed =
      'UEsDBBQAAAAIAAAAIQCW/83aCgAAAGQAAAAHAAAAZC9hLnR4dCvKL05VKKItAQBQSwECFAMUAAAACAAAACEAlv/N2goAAABkAAAABwAAAAAAAAAAAAAAgAEAAAAAZC9hLnR4dFBLBQYAAAAAAQABADUAAAAvAAAAAAA='
    const given = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
    const found = await unzipped(given, 'a.zip')
    assert.equal(new TextDecoder().decode(found.get('a.txt')), 'rose '.repeat(20))
  })

  test('that are damaged or hostile are refused in a line', async () => {
    const refused = /^Error: run\.zip(: [^\n]+)?: it is no zip archive, or a damaged one\. Choose another\.$/
    const whole = await archive()
    await assert.rejects(unzipped(bytes('PK and nothing more than that'), 'run.zip'), refused)
    await assert.rejects(unzipped(whole.slice(0, whole.length - 30), 'run.zip'), refused)
    const changed = whole.slice()
    changed[46] ^= 1
    await assert.rejects(unzipped(changed, 'run.zip'), refused)
    for (let i = 0; i < whole.length; i += 7) {
      const torn = whole.slice()
      torn[i] ^= 0xff
      // Some bytes say nothing, such as the date; whatever is not refused is the same.
      await unzipped(torn, 'run.zip').then(
        (found) => [...found.values()].every((content) => assert.ok(content.length <= 1000)),
        (error: Error) => assert.doesNotMatch(error.message, /\n|undefined/),
      )
    }
    const large = whole.slice()
    const at = large.length - 22
    const directory = new DataView(large.buffer).getUint32(at + 16, true)
    new DataView(large.buffer).setUint32(directory + 24, 3_000_000_000, true)
    await assert.rejects(
      unzipped(large, 'run.zip'),
      /^Error: run\.zip: it has 3 files of 3000001000 bytes together, more than the 1000 files and 2000000000 bytes that are read\. Take out what belongs to the run\.$/,
    )
  })
})
