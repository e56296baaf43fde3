// Training byte pairs: GPT-2's kind of tokenizer, from a text of one's own. It begins with the 256 bytes, so that it can write
// every text, and joins what stands together most often.

import { checkSpecial, rolesOf, specialToJSON, templateFor, templateToJSON } from '../special.ts'
import { byteAlphabet, spellBytes } from './byteLevel.ts'
import { BytePairs } from './bytePairs.ts'
import { countWords } from './countWords.ts'
import { byteLevelText } from './decoders.ts'
import { learnMerges } from './learnMerges.ts'
import { PipelineTokenizer } from './pipeline.ts'
import { byteLevelWords } from './preTokenizers.ts'

export interface BytePairTraining {
  /** The number of pieces that the vocabulary is to have, special tokens among them. */
  readonly vocab: number
  /** The special tokens, which have the first ids, in this order: `specialTokens.decoder`, or names of your own. */
  readonly special?: readonly string[]
}

/**
 * Learns a byte-level vocabulary. The same text gives the same tokenizer, with the merges and ids that the trainer of Python's
 * `tokenizers` finds.
 *
 * - `text`: one text, or several: words do not go from one into the next
 *
 * The vocabulary is smaller than asked for when every word of the text has become one piece. Throws for one that has no room
 * for the bytes.
 */
export function trainBytePairs(
  text: string | Iterable<string>,
  { vocab: size, special = [] }: BytePairTraining,
): PipelineTokenizer {
  checkSpecial(special)
  const least = special.length + byteAlphabet.length
  if (!Number.isSafeInteger(size) || size < least) {
    throw new Error(
      `tokenizer: a vocabulary of ${size} has no room for the 256 bytes that byte pairs begin with` +
        `${special.length === 0 ? '' : ` and ${special.length} special tokens`}. Ask for a whole number from ${least}.`,
    )
  }
  const preTokenizer = byteLevelWords()
  const first = [...special, ...byteAlphabet]
  const idOf = new Map(first.map((piece, id) => [piece, id]))
  const words = [...countWords(text, { special, cut: (part) => preTokenizer.cut(part, () => false) })].map(
    ([word, count]) => ({
      ids: Array.from(spellBytes(word), (character) => idOf.get(character) as number),
      count,
    }),
  )
  const { pieces, merges } = learnMerges({ words, pieces: first, size })
  const vocab = new Map(pieces.map((piece, id) => [piece, id]))
  const template = templateFor(special)
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }
  return new PipelineTokenizer({
    vocab,
    added: special.map((content, id) => ({ id, content, isSpecial: true })),
    normalize: (text) => text,
    preTokenizer,
    model: new BytePairs({ vocab, merges }),
    template,
    decoder: byteLevelText,
    special: rolesOf((token) => (special.includes(token) ? vocab.get(token) : undefined)),
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: specialToJSON(special),
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: templateToJSON(template, special),
      decoder: byteLevel,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(vocab),
        merges,
      },
    },
  })
}
