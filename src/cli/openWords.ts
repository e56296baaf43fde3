// Vectors of words, wherever they are: the table of a run's model, or a file in the text format of word2vec or GloVe.

import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { readWordVectors } from '../checkpoint/wordVectors.ts'
import { type EmbeddingTable, readEmbedding } from '../inspect/embeddings/embeddingTables.ts'
import { TokenVectors } from '../inspect/embeddings/tokenVectors.ts'
import { type Lexicon, listedWords, tokenizerWords } from '../text/lexicon.ts'
import { openFile } from '../text/openFile.ts'
import { nearest } from '../text/spelling.ts'
import { openRun, type RunFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'

/** Words with their vectors. */
export interface OpenWords {
  readonly vectors: TokenVectors
  readonly words: Lexicon
  /** The texts as a vocabulary writes them, for files: `Ġdog`. */
  readonly pieces: readonly string[]
  /** The table of a model, and the other ones that it has; a file has none. */
  readonly table?: EmbeddingTable
  readonly others: readonly EmbeddingTable[]
}

/** Opens a run's table, or a file of word vectors. */
export async function openWords(
  place: string,
  { table: address, first, ...flags }: RunFlags & { table?: string | undefined; first?: number | undefined },
  terminal: Terminal,
): Promise<OpenWords> {
  if (await isVectorFile(place)) {
    if (address !== undefined) throw new Error(`words: --table is for runs; ${place} is a file. Leave it out.`)
    return openVectorFile(place, first, terminal)
  }
  if (first !== undefined) throw new Error(`words: --first is for files; ${place} is none. Leave it out.`)
  return openTable(place, address, flags, terminal)
}

/** True for what is there and no folder. Throws for a name that is that of a file, where none is. */
async function isVectorFile(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined)
  if (found || !/\.(txt|vec|gz)$/.test(place)) return found !== undefined && !found.isDirectory()
  const names = await readdir(dirname(place)).catch((): string[] => [])
  const meant = nearest(basename(place), names)
  throw new Error(
    `words: there is no file ${place}. ${meant === undefined ? 'Check the name.' : `Did you mean "${join(dirname(place), meant)}"?`}`,
  )
}

async function openVectorFile(place: string, first: number | undefined, terminal: Terminal): Promise<OpenWords> {
  const handle = await openFile(place)
  try {
    const bytes = handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })
    const pieces = place.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
    const found = await readWordVectors(pieces, { place, ...(first !== undefined && { most: first }) })
    for (const warning of found.warnings) terminal.note(terminal.colours.yellow(`Note: ${warning}`))
    const { words, width, data } = found
    const vectors = new TokenVectors({ count: words.length, width, data })
    return { vectors, words: listedWords(words), pieces: words, others: [] }
  } finally {
    await handle.close()
  }
}

async function openTable(
  place: string,
  address: string | undefined,
  flags: RunFlags,
  terminal: Terminal,
): Promise<OpenWords> {
  const run = await openRun(place, flags, terminal)
  try {
    const { model, engine, tokenizer } = run
    const { table, others, vectors: all } = await readEmbedding({ model, engine, address })
    // A table may have more rows than there are tokens: rows that nothing is looked up in.
    const count = Math.min(all.count, tokenizer.size)
    const { width } = all
    const vectors =
      count === all.count ? all : new TokenVectors({ count, width, data: all.data.subarray(0, count * width) })
    const words = { ...tokenizerWords(tokenizer), size: count }
    const pieces = Array.from({ length: count }, (_, id) => tokenizer.piece(id))
    return { vectors, words, pieces, table, others }
  } finally {
    run.engine.close()
  }
}
