// The tokenizer of a new run: characters unless told otherwise, byte pairs or word pieces of its own text, or that of a folder.

import { join } from 'node:path'
import { CharacterTokenizer } from '../text/characters.ts'
import { parseJSON } from '../text/json.ts'
import { readFileBytes } from '../text/openFile.ts'
import { type Purpose, specialTokens } from '../text/special.ts'
import { tokenizerFromJSON } from '../text/tokenizer/fromJSON.ts'
import { trainBytePairs } from '../text/tokenizer/trainBytePairs.ts'
import { trainWordPieces } from '../text/tokenizer/trainWordPieces.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { RunKind } from './source.ts'

/** How large a vocabulary is where nobody says it. */
const usualVocab = 4096

/**
 * - `name`: `characters`, `bytes`, `wordpiece`, or a folder with a tokenizer.json
 * - `text`: what the run learns from
 *
 * Throws for a size of what has its own, and for a folder's tokenizer that lacks a special token that the kind of model needs.
 */
export async function newTokenizer(
  as: RunKind,
  text: Iterable<string>,
  { name = 'characters', vocab: asked }: { name?: string | undefined; vocab?: number | undefined },
): Promise<Tokenizer> {
  const special = specialTokens[purposeOf(as)]
  const vocab = asked ?? usualVocab
  if (asked !== undefined && name !== 'bytes' && name !== 'wordpiece')
    throw new Error(
      name === 'characters'
        ? 'a vocabulary of characters has as many pieces as the text has characters. Leave --vocab out, or add --tokenizer bytes.'
        : `--tokenizer ${name} has its own vocabulary. Leave --vocab out.`,
    )
  if (name === 'characters') {
    const isPlain = as === 'decoder' || as === 'llama'
    return CharacterTokenizer.of([...text].join(''), isPlain ? {} : { special })
  }
  if (name === 'bytes') return trainBytePairs(text, { vocab, special })
  if (name === 'wordpiece') {
    const hasUnknown = special.some((token) => token === '[UNK]' || token === '<unk>')
    return trainWordPieces(text, { vocab, special: hasUnknown ? special : ['[UNK]', ...special] })
  }
  const place = join(name, 'tokenizer.json')
  const content = await readFileBytes(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    throw new Error(
      `--tokenizer ${name}: there is no ${place}. Say "characters", "bytes" or "wordpiece", or name a folder with a tokenizer.json.`,
    )
  })
  const tokenizer = await tokenizerFromJSON(parseJSON(new TextDecoder().decode(content), place), {}, place)
  checkHas(tokenizer, as, place)
  return tokenizer
}

/** Throws for a tokenizer that lacks a special token that the kind of model needs. */
export function checkHas({ special }: Tokenizer, as: RunKind, place: string): void {
  const needed = {
    encoder: ['mask'],
    'encoder-decoder': ['end', 'pad'],
    classifier: [],
    decoder: [],
    llama: [],
  } as const
  for (const role of needed[as])
    if (special[role] === undefined)
      throw new Error(
        `${place}: its vocabulary has no token for "${role}", which training --as ${as} needs. Take another tokenizer, or let the run make one.`,
      )
}

function purposeOf(as: RunKind): Purpose {
  if (as === 'encoder-decoder') return 'encoder-decoder'
  return as === 'decoder' || as === 'llama' ? 'decoder' : 'encoder'
}
