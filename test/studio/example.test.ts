// The sentence that the page begins with where a run is opened without what it learnt from: words that its training has kept, or that its
// task makes, and not the first ones of a vocabulary.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openingWords } from '../../src/runs/openingWords.ts'
import { recordFromJSON, recordOfSource } from '../../src/runs/record.ts'
import { unzipped } from '../../src/studio/store/zip.ts'
import type { Recipe } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { recordings } from '../runs/toyVoice.ts'
import { openWorkshop } from './workshop.ts'

const tiny = { layer: 1, head: 2, model: 8, batch: 2, steps: 1 } as const
const rhyme = 'the cat sat on the mat. the dog sat on the log.\n'.repeat(20)
const colours = ['red', 'blue', 'green', 'white', 'black', 'pink'].flatMap((a, _, all) =>
  all.map((b) => `${a} ${b}\t${b} ${a}\n`),
)

const runs: readonly (readonly [name: string, recipe: Recipe, begins: { text?: RegExp; source?: RegExp }])[] = [
  [
    'a drawing task',
    { material: { kind: 'task', name: 'scenes' }, choices: { as: 'encoder-decoder', ...tiny } },
    { source: /^a (small|large) \w+ \w+/ },
  ],
  ['a task', { material: { kind: 'task', name: 'sort' }, choices: { as: 'decoder', ...tiny } }, { text: /^\d+.$/s }],
  [
    'a text',
    { material: { kind: 'text', name: 'a.txt', text: rhyme }, choices: { as: 'decoder', ...tiny, context: 16 } },
    { text: /^the cat sat on the$/ },
  ],
  [
    'a text with gaps',
    { material: { kind: 'text', name: 'a.txt', text: rhyme }, choices: { as: 'encoder', ...tiny, context: 16 } },
    { text: /^the cat.*\[MASK\]/ },
  ],
  [
    'pairs',
    { material: { kind: 'table', name: 'a.tsv', text: colours.join('') }, choices: { as: 'encoder-decoder', ...tiny } },
    { source: /^red red$/ },
  ],
]

describe('a run that is opened without what it learnt from begins with words of', () => {
  for (const [name, recipe, { text = /^$/, source = /^$/ }] of runs)
    test(name, async () => {
      await using opened = await openWorkshop()
      const { workshop } = opened
      await answers.begin(workshop, recipe)
      await answers.move(workshop, { how: 'on' })
      await opened.until('finished')
      const { zip } = await answers.giveOut(workshop, {})
      const all = await unzipped(new Uint8Array(await zip.arrayBuffer()), 'run.zip')
      const files = [...all]
        .map(([path, bytes]) => new File([bytes.slice()], path.replace(/^.*\//, '')))
        .filter((file) => file.name !== 'studio.json' && file.name !== 'text.txt')
      const { canTrain, example } = await answers.openFiles(workshop, { files })
      assert.equal(canTrain, false)
      assert.match(example?.text ?? '-', text)
      assert.match(example?.source ?? '-', source)
      // A damaged training hinders nobody to look.
      const damaged = files.map((file) => (file.name === 'training.safetensors' ? new File(['x'], file.name) : file))
      assert.ok((await answers.openFiles(workshop, { files: damaged })).example)
    })
})

test('the words of recordings and of pictures with words are kept, shortened', async () => {
  const source = { kind: 'recordings' as const, recordings, leftOut: [] }
  const record = await recordOfSource(source, {})
  assert.equal(record.example, 'a')
  assert.deepEqual(recordFromJSON({ text: record }), record)
  assert.throws(() => recordFromJSON({ text: { ...record, example: 3 } }), /^Error: settings: text: example is 3\./)
  const picture = { width: 1, height: 1, channels: 1 as const, pixels: new Uint8Array(1) }
  const words = 'a bold seven leaning left '.repeat(20)
  assert.equal(
    openingWords({ kind: 'drawings', drawings: [{ name: 'a.png', words, picture }], skipped: 0 }),
    words.slice(0, 72).trim(),
  )
  assert.equal(openingWords({ kind: 'text', text: '\n\n  emma\nwas', files: [], skipped: 0 }), 'emma')
})
