// Sentence embeddings: all-MiniLM-L6-v2 over a thousand sentences, tokenizing included. The peers are
// fed in order of length; Cutaway sorts by itself.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { findModel, startTransformers } from './peers.ts'
import { plain, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'

const threads = 2
const sentenceCount = 1000
export const sentencesInBatch = 32

/** The first thousand lines of a text, which may be packed by gzip. */
export function readSentences(file: string): string[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return text.split('\n').filter(Boolean).slice(0, sentenceCount)
}

export const byLength = (sentences: readonly string[]): string[] => sentences.toSorted((a, b) => a.length - b.length)

export async function sentencesBlock(file: string, rounds: number): Promise<Block> {
  if (!file) throw new Error('bench: the row "sentences" needs sentences. Name a file: --sentences FILE.')
  const folder = findModel('minilm')
  const contenders = [
    typeof folder === 'string'
      ? `Cutaway: ${folder}`
      : await startCutaway({ kind: 'sentences', workload: { folder: folder.path, file }, threads }),
    await startTransformers({ kind: 'minilm', file, threads }),
    await startPyTorch('torch_sentences.py', plain, {
      file,
      sentences: sentenceCount,
      batch: sentencesInBatch,
      threads,
    }),
  ]
  const lines = await compare(
    contenders.map((contender) => (typeof contender === 'string' ? contender : timed(contender))),
    { rounds, times: 1 },
  )
  return { title: `MiniLM-L6 over ${sentenceCount} sentences, two threads`, unit: 'ms', isRate: false, lines }
}

function timed(contender: Contender): Entry {
  return { contender, line: ({ ms }) => ({ name: contender.name, values: ms }) }
}
