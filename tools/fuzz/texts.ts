// Targets: tables of pairs and labelled texts, and files of text.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { readText } from '../../src/node.ts'
import { pairLines, parseLabelled, parsePairs } from '../../src/tasks.ts'
import { written } from './configs.ts'
import { texts } from './examples.ts'
import { mutatedBytes, mutatedJSON, mutatedText } from './mutate.ts'
import { claim, target } from './target.ts'

const tables = [
  'source\ttarget\nA dog.\tEin Hund.\nA cat.\tEine Katze.\n',
  'label\ttext\n0\tgood\n1\tbad\n',
  'a\tb\nc\td\n\ne\tf',
  '{"source": "A dog.", "target": "Ein Hund."}\n{"translation": {"en": "A dog.", "de": "Ein Hund."}, "source": 1, "target": 2}\n',
  '{"text": "a", "label": 1}\n{"text": "b", "second": "c", "label": "x"}\n',
]
const rows = [
  { source: 'A dog.', target: 'Ein Hund.' },
  { translation: { en: 'a', de: 'b' }, source: 'c', target: 'd' },
  { text: 'a', second: 'b', label: 1 },
]

export const tableFiles = target(
  'tables',
  (random) => ({
    kind: random.pick(['pairs', 'labelled', 'lines'] as const),
    text: random.percent(60)
      ? mutatedText(random.pick(tables), random)
      : [random.pick(rows), random.pick(rows)].map((row) => written(mutatedJSON(row, random))).join('\n'),
  }),
  ({ kind, text }) => {
    if (kind === 'pairs')
      for (const { source, target } of parsePairs(text, 'file').pairs)
        claim(source.trim() !== '' && target.trim() !== '', 'one side of a pair is empty')
    else if (kind === 'labelled')
      for (const { text: one, label } of parseLabelled(text, 'file').texts)
        claim(typeof one === 'string' && label.trim() !== '', 'a label is empty')
    else pairLines({ text, place: 'one' }, { text: `${text}x`, place: 'other' })
  },
)

// One for the process: its workers are ended, and clear nothing away.
const folder = join(tmpdir(), `cutaway-fuzz-${process.pid}`)
mkdirSync(folder, { recursive: true })
if (isMainThread) process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

export const textFiles = target(
  'text files',
  (random) => {
    const bytes = Buffer.from(random.pick(texts.filter((text) => text !== '')))
    return random.percent(30)
      ? { name: 'text.gz', bytes: mutatedBytes(gzipSync(bytes), random) }
      : { name: 'text.txt', bytes: mutatedBytes(bytes, random) }
  },
  async ({ name, bytes }) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const text = await readText(path)
    claim(text.isWellFormed() && text !== '', 'the text is empty, or none')
  },
)
