// A tokenizer that is named: a kind of a new one, or a folder with a tokenizer.json.

import { join } from 'node:path'
import { parseJSON } from '../../text/json.ts'
import { readFileBytes } from '../../text/openFile.ts'
import { tokenizerFromJSON } from '../../text/tokenizer/fromJSON.ts'
import { type GivenTokenizer, type TokenizerKind, tokenizerKinds } from '../choices.ts'
import { setting, settingError } from '../settingError.ts'

/** The kind of a new tokenizer that a name stands for, or the file of the one that is there. */
export function tokenizerNamed(name: string): TokenizerKind | { readonly place: string } {
  return tokenizerKinds.find((kind) => kind === name) ?? { place: join(name, 'tokenizer.json') }
}

/** The kind of a new tokenizer that a name stands for, or the tokenizer in a folder. */
export async function readTokenizer(name: string): Promise<TokenizerKind | GivenTokenizer> {
  const named = tokenizerNamed(name)
  if (typeof named === 'string') return named
  const { place } = named
  const content = await readFileBytes(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    throw settingError`${setting('tokenizer')} ${name}: there is no ${place}. Say "characters", "bytes" or "wordpiece", or name a folder with a tokenizer.json.`
  })
  return { place, tokenizer: await tokenizerFromJSON(parseJSON(new TextDecoder().decode(content), place), {}, place) }
}
