// A vocabulary of whole words: those that a text has often enough, the most frequent first.

import { checkSpecial, rolesOf, specialToJSON, templateFor, templateToJSON } from '../special.ts'
import { countWords } from './countWords.ts'
import { decoderFrom } from './decoders.ts'
import { normalizerFrom } from './normalizers.ts'
import { PipelineTokenizer } from './pipeline.ts'
import { preTokenizerFrom } from './preTokenizers.ts'
import { WordLevel } from './wordLevel.ts'

export interface WordTraining {
  /** The least number of times that a word stands in the text; 5 if not given. */
  readonly minCount?: number | undefined
  /** The most words, with the token for unknown ones. */
  readonly vocab?: number | undefined
  /** True, also if not given, where texts are read in lower case. */
  readonly lowercase?: boolean
  /** True where digits and punctuation count too, as BERT cuts them; if not given they are left out. */
  readonly isEverything?: boolean
  /** The special tokens; if not given, [UNK] alone. One of them must stand for what is unknown. */
  readonly special?: readonly string[]
}

/** Letters, with apostrophes among them. */
const word = "\\p{L}+(?:['’]\\p{L}+)*"

/**
 * The words of a text, of which everything else is left out: digits, punctuation. The same text gives the same tokenizer; words that
 * are equally frequent stand in the order in which they first come.
 *
 * Throws where fewer than two words stand there so often.
 */
export function trainWords(
  text: string | Iterable<string>,
  {
    minCount = 5,
    vocab: most = Infinity,
    lowercase = true,
    isEverything = false,
    special = ['[UNK]'],
  }: WordTraining = {},
): PipelineTokenizer {
  if (!Number.isSafeInteger(minCount) || minCount < 1)
    throw new Error(`tokenizer: the least count of a word is ${minCount}; it must be a whole number, at least 1.`)
  checkSpecial(special)
  const roles = rolesOf((token) => (special.includes(token) ? special.indexOf(token) : undefined))
  if (roles.unknown === undefined)
    throw new Error(
      `tokenizer: none of the special tokens ${special.join(', ')} stands for what is unknown. Add "[UNK]".`,
    )
  const unknown = special[roles.unknown]
  const template = templateFor(special)
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialToJSON(special),
    normalizer: lowercase ? { type: 'Lowercase' } : null,
    pre_tokenizer: isEverything
      ? { type: 'BertPreTokenizer' }
      : { type: 'Split', pattern: { Regex: word }, behavior: 'Removed', invert: true },
    post_processor: templateToJSON(template, special),
    decoder: null,
  }
  const normalize = normalizerFrom(json.normalizer, 'words')
  const preTokenizer = preTokenizerFrom(json.pre_tokenizer, 'words')
  const counts = countWords(text, { special, cut: (part) => preTokenizer.cut(normalize(part), () => false) })
  const frequent = [...counts].filter(([, count]) => count >= minCount).sort(([, a], [, b]) => b - a)
  const words = frequent.slice(0, most - special.length).map(([word]) => word)
  if (words.length < 2) throw tooFew(counts, frequent.length, { minCount, most, special })
  const vocab = new Map([...special, ...words].map((piece, id) => [piece, id]))
  return new PipelineTokenizer({
    vocab,
    added: special.map((content, id) => ({ id, content, isSpecial: true })),
    normalize,
    preTokenizer,
    model: new WordLevel({ vocab, unknown }),
    decoder: decoderFrom(json.decoder, 'words'),
    special: roles,
    template,
    json: { ...json, model: { type: 'WordLevel', unk_token: unknown, vocab: Object.fromEntries(vocab) } },
  })
}

function tooFew(
  counts: ReadonlyMap<string, number>,
  frequent: number,
  { minCount, most, special }: { minCount: number; most: number; special: readonly string[] },
): Error {
  const least = special.length + 2
  if (most < least)
    return new Error(
      `tokenizer: a vocabulary of ${most} has no room for two words and ${special.join(', ')}. Give at least ${least}.`,
    )
  if (counts.size < 2)
    return new Error('tokenizer: the text has only one word, which stands beside no other. Give a longer text.')
  const [, second] = [...counts.values()].sort((a, b) => b - a)
  const found = frequent === 0 ? 'no word of the text stands' : 'only one word of the text stands'
  return new Error(
    `tokenizer: ${found} there ${minCount} times. Give a longer text, or ask for fewer times: ${second} leaves two words.`,
  )
}
