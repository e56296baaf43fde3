// Pre-tokenizers: how a text is cut into words before the words are cut into pieces. `tokenizer.json` names them.

import { checkIsObject } from '../json.ts'
import { wordCharacters } from './addedTokens.ts'
import { spellBytes, wordPattern } from './byteLevel.ts'
import { type Library, libraryParts, libraryPattern } from './library.ts'

export interface PreTokenizer {
  /** The words of a part of the text; `isFirst` says that the whole text begins with it. */
  cut(text: string, isFirst: boolean): readonly string[]
  /** How the model writes a word; as it is, where there is none. Words are remembered, so this is asked for once a word. */
  readonly spell?: (word: string) => string
}

/** What is done with the parts of a text that a pattern finds. */
type Behaviour = 'Removed' | 'Isolated' | 'Contiguous' | 'MergedWithPrevious' | 'MergedWithNext'

/** Punctuation as BERT has it: Unicode's, and all signs of ASCII. */
const punctuation = '\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E'
const bertPattern = new RegExp(`[${punctuation}]|[^\\p{White_Space}${punctuation}]+`, 'gu')
const whitespacePattern = new RegExp(`[${wordCharacters}]+|[^${wordCharacters}\\p{White_Space}]+`, 'gu')

/** BERT's words: what stands between blanks, and every punctuation character by itself. */
export const bertWords: PreTokenizer = { cut: (text) => text.match(bertPattern) ?? [] }

/** GPT-2's words, spelled as bytes. */
export function byteLevelWords({ addsSpace = false, cuts = true } = {}): PreTokenizer {
  return {
    cut(text) {
      const begun = addsSpace && !text.startsWith(' ') ? ` ${text}` : text
      return cuts ? (begun.match(wordPattern) ?? []) : [begun]
    },
    spell: spellBytes,
  }
}

/** The pre-tokenizer in `tokenizer.json`; `library` makes those that are not Cutaway's own. */
export function preTokenizerFrom(config: unknown, library: Library, place: string): PreTokenizer {
  if (config === null || config === undefined) return { cut: (text) => [text] }
  checkIsObject(config, `${place}: pre_tokenizer`)
  switch (config['type']) {
    case 'Sequence': {
      const parts = Array.isArray(config['pretokenizers']) ? config['pretokenizers'] : []
      return sequence(parts.map((part) => preTokenizerFrom(part, library, place)))
    }
    case 'ByteLevel':
      return byteLevelWords({ addsSpace: config['add_prefix_space'] !== false, cuts: config['use_regex'] !== false })
    case 'BertPreTokenizer':
      return bertWords
    case 'Whitespace':
      return { cut: (text) => text.match(whitespacePattern) ?? [] }
    case 'WhitespaceSplit':
      return { cut: (text) => text.match(/\P{White_Space}+/gu) ?? [] }
    case 'Punctuation':
      return cutter(new RegExp(`[${punctuation}]`, 'gu'), (config['behavior'] ?? 'Isolated') as Behaviour)
    case 'Digits':
      return cutter(/\p{N}/gu, config['individual_digits'] === true ? 'Isolated' : 'Contiguous')
    case 'CharDelimiterSplit':
      return { cut: (text) => text.split(String(config['delimiter'])).filter((word) => word !== '') }
    case 'Metaspace':
      return metaspace(config)
    case 'Split': {
      const pattern = libraryPattern(library, config['pattern'], place)
      return cutter(pattern, (config['behavior'] ?? 'Isolated') as Behaviour, config['invert'] === true)
    }
    default: {
      const { pre_tokenizer: made } = libraryParts(library, { pre_tokenizer: config }, place)
      return { cut: (text) => made?.pre_tokenize(text) ?? [text] }
    }
  }
}

/** One after the other: each cuts what the one before it left. */
function sequence(parts: readonly PreTokenizer[]): PreTokenizer {
  const last = parts.at(-1)
  return {
    cut: (text, isFirst) =>
      parts.reduce<readonly string[]>(
        (words, part) => {
          const cut = words.flatMap((word, i) => part.cut(word, isFirst && i === 0))
          return part === last || part.spell === undefined ? cut : cut.map(part.spell)
        },
        [text],
      ),
    spell: last?.spell,
  }
}

/** SentencePiece's words: blanks are written ▁, and belong to the word after them. */
function metaspace(config: Record<string, unknown>): PreTokenizer {
  const blank = String(config['replacement'] ?? '▁')
  const isNever = config['add_prefix_space'] === false
  const scheme = isNever ? 'never' : String(config['prepend_scheme'] ?? 'always').toLowerCase()
  const cuts = config['split'] !== false
  const atBlanks = cutter(new RegExp(escaped(blank), 'gu'), 'MergedWithNext')
  return {
    cut(text, isFirst) {
      const written = text.replaceAll(' ', blank)
      const isBegun = !written.startsWith(blank) && (scheme === 'always' || (scheme === 'first' && isFirst))
      const begun = isBegun ? blank + written : written
      return cuts ? atBlanks.cut(begun, isFirst) : [begun]
    },
  }
}

/**
 * Cuts a text where a pattern finds something.
 *
 * - `isInverted`: what the pattern does not find counts as found
 */
function cutter(pattern: RegExp, behaviour: Behaviour, isInverted = false): PreTokenizer {
  return {
    cut(text) {
      const parts: { text: string; isFound: boolean }[] = []
      let offset = 0
      for (const { 0: found, index } of text.matchAll(pattern)) {
        if (found === '') continue
        if (offset < index) parts.push({ text: text.slice(offset, index), isFound: isInverted })
        parts.push({ text: found, isFound: !isInverted })
        offset = index + found.length
      }
      if (offset < text.length) parts.push({ text: text.slice(offset), isFound: isInverted })
      return joined(parts, behaviour)
    },
  }
}

function joined(parts: readonly { text: string; isFound: boolean }[], behaviour: Behaviour): string[] {
  if (behaviour === 'Isolated') return parts.map(({ text }) => text)
  if (behaviour === 'Removed') return parts.filter(({ isFound }) => !isFound).map(({ text }) => text)
  const isBackward = behaviour === 'MergedWithNext'
  const words: string[] = []
  let last: boolean | undefined
  for (const { text, isFound } of isBackward ? [...parts].reverse() : parts) {
    const joins = behaviour === 'Contiguous' ? isFound === last : isFound && last === false
    if (joins) words.push(isBackward ? text + words.pop() : words.pop() + text)
    else words.push(text)
    last = isFound
  }
  return isBackward ? words.reverse() : words
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
