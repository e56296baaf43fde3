// Training word pieces: BERT's kind of tokenizer, from a text of one's own. Pieces are learnt as byte pairs are, from the
// characters of the text; text is then cut by the longest piece that fits.

import { checkSpecial, rolesOf, specialToJSON, specialTokens, templateFor, templateToJSON } from '../special.ts'
import { countWords } from './countWords.ts'
import { wordPieceText } from './decoders.ts'
import { learnMerges } from './learnMerges.ts'
import { bertNormalizer } from './normalizers.ts'
import { PipelineTokenizer } from './pipeline.ts'
import { bertWords } from './preTokenizers.ts'
import type { BytePairTraining } from './trainBytePairs.ts'
import { WordPieces } from './wordPieces.ts'

export interface WordPieceTraining extends BytePairTraining {
  /** True where texts are read in lower case and without accents; usual. */
  readonly lowercase?: boolean
}

const prefix = '##'

/**
 * Learns a vocabulary of word pieces. The same text gives the same tokenizer. Python's trainer, which breaks ties as it comes,
 * gives another vocabulary every time; most pieces are the same.
 *
 * - `text`: one text, or several
 * - `special`: BERT's five by default; one of them must stand for what is unknown
 *
 * The vocabulary is smaller than asked for when every word of the text has become one piece. Throws for one that has no room
 * for the characters of the text.
 */
export function trainWordPieces(
  text: string | Iterable<string>,
  { vocab: size, special = specialTokens.encoder, lowercase = true }: WordPieceTraining,
): PipelineTokenizer {
  checkSpecial(special)
  const normalize = bertNormalizer({ lowercase })
  const counts = countWords(text, { special, cut: (part) => bertWords.cut(normalize(part), () => false) })
  const first = [...new Set([...special, ...charactersOf(counts.keys())])]
  if (!Number.isSafeInteger(size) || size < first.length) {
    throw new Error(
      `tokenizer: a vocabulary of ${size} has no room for the ${first.length - special.length} characters, at the beginning of ` +
        `words and inside them, and ${special.length} special tokens. Ask for a whole number from ${first.length}.`,
    )
  }
  const idOf = new Map(first.map((piece, id) => [piece, id]))
  const words = [...counts].map(([word, count]) => ({
    ids: Array.from(word, (character, i) => idOf.get((i === 0 ? '' : prefix) + character) as number),
    count,
  }))
  const { pieces } = learnMerges({ words, pieces: first, size, prefix })
  const vocab = new Map(pieces.map((piece, id) => [piece, id]))
  const template = templateFor(special)
  const roles = rolesOf((token) => (special.includes(token) ? vocab.get(token) : undefined))
  const unknown = roles.unknown === undefined ? '[UNK]' : pieces[roles.unknown]
  return new PipelineTokenizer({
    vocab,
    added: special.map((content, id) => ({ id, content, isSpecial: true })),
    normalize,
    preTokenizer: bertWords,
    model: new WordPieces({ vocab, unknown, prefix }),
    template,
    decoder: wordPieceText({ prefix }),
    special: roles,
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: specialToJSON(special),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: templateToJSON(template, special),
      decoder: { type: 'WordPiece', prefix, cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: unknown,
        continuing_subword_prefix: prefix,
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocab),
      },
    },
  })
}

/** The characters of all words, sorted by code point: as they begin words, then as they stand inside them. */
function charactersOf(words: Iterable<string>): string[] {
  const all = new Set<string>()
  const inside = new Set<string>()
  for (const word of words) {
    for (const [i, character] of [...word].entries()) {
      all.add(character)
      if (i > 0) inside.add(prefix + character)
    }
  }
  const byCodePoint = (a: string, b: string): number => (codePointAtEnd(a) as number) - (codePointAtEnd(b) as number)
  return [...[...all].sort(byCodePoint), ...[...inside].sort(byCodePoint)]
}

function codePointAtEnd(piece: string): number | undefined {
  return [...piece].at(-1)?.codePointAt(0)
}
