// Pairs and labelled texts from the disk, packed or not.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { readLabelled, readPairs } from '../../src/data/files.ts'
import { pairExamples } from '../../src/data/pairs.ts'
import { readText, readTexts } from '../../src/text/files.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutaway-'))
  await writeFile(at('pairs.tsv'), 'A dog.\tEin Hund.\n')
  await writeFile(at('pairs.jsonl.gz'), gzipSync('{"en": "A dog.", "de": "Ein Hund."}\n'))
  await writeFile(at('train.en.gz'), gzipSync('A dog.\n'))
  await writeFile(at('train.de'), 'Ein Hund.\n')
  await writeFile(at('reviews.tsv'), 'good\tI laughed.\nbad\tI slept.\n')
  await writeFile(at('cut.gz'), gzipSync('A dog.\n'.repeat(100)).subarray(0, 20))
})

after(() => rm(folder, { recursive: true, force: true }))

test('pairs in one file or in two, packed or not', async () => {
  const wanted = { pairs: [{ source: 'A dog.', target: 'Ein Hund.' }], skipped: 0 }
  assert.deepEqual(await readPairs([at('pairs.tsv')]), wanted)
  assert.deepEqual(await readPairs([at('pairs.jsonl.gz')], { source: 'en', target: 'de' }), wanted)
  assert.deepEqual(await readPairs([at('train.en.gz'), at('train.de')]), wanted)
})

test('labelled texts', async () => {
  assert.deepEqual((await readLabelled(at('reviews.tsv'))).labels, ['bad', 'good'])
})

test('a packed file that is named is text like any other', async () => {
  assert.equal((await readTexts([at('train.en.gz'), at('train.de')])).text, 'A dog.\nEin Hund.\n')
  assert.equal(await readText(at('train.en.gz')), 'A dog.\n')
})

test('what cannot be', async () => {
  await assert.rejects(readPairs([]), {
    message: 'pairs: 0 files were named. Give one file of pairs, or two: the sources and the targets, line by line.',
  })
  await assert.rejects(readPairs([at('cut.gz')]), {
    message: `text: ${at('cut.gz')} cannot be unpacked (unexpected end of file). It may be cut off, or no gzip file.`,
  })
  await assert.rejects(readPairs([folder]), { message: `text: ${folder} is a folder. Name a file.` })
  await assert.rejects(readPairs([at('pairz.tsv')]), {
    message: `text: ${at('pairz.tsv')} does not exist: there is no "pairz.tsv" in ${folder}. Did you mean "pairs.tsv"?`,
  })
})

const multi30k = fileURLToPath(new URL('../../../shared/data/multi30k/', import.meta.url))
test('Multi30k: 29,000 pairs in few shapes, a quarter padding at most', {
  skip: existsSync(multi30k) ? false : 'the data are not here',
}, async () => {
  const { pairs } = await readPairs([`${multi30k}train.en.gz`, `${multi30k}train.de.gz`])
  assert.equal(pairs.length, 29_000)
  // Words are as good as tokens to see how lengths vary.
  const ids = (text: string): Int32Array => new Int32Array(text.split(' ').length).fill(5)
  const examples = pairExamples(
    pairs.map(({ source, target }) => ({ source: ids(source), target: ids(target) })),
    { begin: 0, end: 1 },
  )
  const batches = bucketedBatches(examples, { tokens: 2048, seed: 1 })
  assert.ok(batches.shapes.length <= 6)
  let [cells, real] = [0, 0]
  for (const { inputs } of batches.evaluation()) {
    cells += inputs.source.length + inputs.ids.length
    real += inputs.source.filter((id) => id === 5).length + inputs.targets.filter((id) => id !== -1).length
  }
  assert.ok(real / cells > 0.75, `${real} of ${cells} cells are real`)
})
