// Sentence embeddings: all-MiniLM-L6-v2 over a thousand sentences, tokenizing included. The peers are
// fed in order of length; Cutaway sorts by itself.

import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { findModel, startTransformers } from './peers.ts'
import { plain, startPyTorch } from './pytorch.ts'
import { sentenceCount, sentencesInBatch } from './sentenceFile.ts'
import type { Block } from './table.ts'

const threads = 2
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
