// Pre-tokenizers: how a text is cut into words before the words are cut into pieces. `tokenizer.json` names them.

import { ConfigFields } from '../configFields.ts'
import { wordCharacters } from './addedTokens.ts'
import { spellBytes, wordPattern } from './byteLevel.ts'
import { type Finder, finderFrom, inPattern } from './finder.ts'
import { scriptWords } from './unicodeScripts.ts'
import { unknownPart } from './unknownPart.ts'

export interface PreTokenizer {
  /** The words of a part of the text, which is not empty; `isFirst` says whether the whole text begins with it. */
  cut(text: string, isFirst: () => boolean): readonly string[]
  /** True where some of the text may be in no word. */
  readonly leavesOut?: boolean
  /** A word as the model writes it; unchanged where this is not given. Words are remembered, so each is asked for once. */
  readonly spell?: (word: string) => string
}

/** The treatment of those parts of a text that a pattern finds. */
type Behaviour = 'Removed' | 'Isolated' | 'Contiguous' | 'MergedWithPrevious' | 'MergedWithNext'
const behaviours: { readonly [B in Behaviour]: B } = {
  Removed: 'Removed',
  Isolated: 'Isolated',
  Contiguous: 'Contiguous',
  MergedWithPrevious: 'MergedWithPrevious',
  MergedWithNext: 'MergedWithNext',
}

/** Punctuation as BERT has it: Unicode's, and all signs of ASCII. */
const punctuation = '\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E'
const bertPattern = new RegExp(`[${punctuation}]|[^\\p{White_Space}${punctuation}]+`, 'gu')
const whitespacePattern = new RegExp(`[${wordCharacters}]+|[^${wordCharacters}\\p{White_Space}]+`, 'gu')

/** BERT's words: what stands between blanks, and every punctuation character by itself. */
export const bertWords: PreTokenizer = { cut: (text) => text.match(bertPattern) ?? [], leavesOut: true }

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

/** The pre-tokenizer in `tokenizer.json`. */
export function preTokenizerFrom(config: unknown, place: string): PreTokenizer {
  if (config === null || config === undefined) return { cut: (text) => [text] }
  return partFrom(new ConfigFields(config, `${place}: pre_tokenizer`))
}

function partFrom(fields: ConfigFields): PreTokenizer {
  const type = fields.text('type')
  switch (type) {
    case 'Sequence':
      return sequence(fields.each('pretokenizers').map(partFrom))
    case 'ByteLevel':
      return byteLevelWords({ addsSpace: fields.flag('add_prefix_space', true), cuts: fields.flag('use_regex', true) })
    case 'BertPreTokenizer':
      return bertWords
    case 'Whitespace':
      return { cut: (text) => text.match(whitespacePattern) ?? [], leavesOut: true }
    case 'WhitespaceSplit':
      return { cut: (text) => text.match(/\P{White_Space}+/gu) ?? [], leavesOut: true }
    case 'Punctuation':
      return cutter(inPattern(new RegExp(`[${punctuation}]`, 'gu')), behaviourFrom(fields))
    case 'Digits':
      return cutter(inPattern(/\p{N}/gu), fields.flag('individual_digits', false) ? 'Isolated' : 'Contiguous')
    case 'CharDelimiterSplit': {
      const delimiter = fields.character('delimiter')
      return { cut: (text) => text.split(delimiter).filter((word) => word !== ''), leavesOut: true }
    }
    case 'Metaspace':
      return metaspace(fields)
    case 'Split':
      return cutter(finderFrom(fields), behaviourFrom(fields), fields.flag('invert', false))
    case 'FixedLength': {
      const length = fields.whole('length', { otherwise: 5 })
      return { cut: (text) => chunks([...text], length) }
    }
    case 'UnicodeScripts':
      return { cut: scriptWords, leavesOut: true }
    default:
      throw unknownPart(fields, type)
  }
}

function behaviourFrom(fields: ConfigFields): Behaviour {
  return fields.choice('behavior', behaviours, 'Isolated')
}

/** One after the other: each cuts what the one before it left. */
function sequence(parts: readonly PreTokenizer[]): PreTokenizer {
  const last = parts.at(-1)
  return {
    cut(text, isFirst) {
      let words: readonly string[] = [text]
      let begins = true
      for (const part of parts) {
        const isBegun = begins
        const cut = words.flatMap((word, i) => part.cut(word, () => i === 0 && isBegun && isFirst()))
        if (part.leavesOut && cut.length > 0 && words.length > 0) begins &&= words[0].startsWith(cut[0])
        words = part === last || part.spell === undefined ? cut : cut.map(part.spell)
      }
      return words
    },
    leavesOut: parts.some(({ leavesOut }) => leavesOut),
    spell: last?.spell,
  }
}

/** SentencePiece's words: blanks are written ▁, and belong to the word after them. */
function metaspace(fields: ConfigFields): PreTokenizer {
  const blank = fields.character('replacement', { otherwise: '▁' })
  const isNever = !fields.flag('add_prefix_space', true)
  const scheme = isNever ? 'never' : fields.text('prepend_scheme', { otherwise: 'always' }).toLowerCase()
  if (!['always', 'first', 'never'].includes(scheme))
    throw fields.wrong(`prepend_scheme is ${JSON.stringify(scheme)}. Write "always", "first" or "never".`)
  const cuts = fields.flag('split', true)
  const atBlanks = cutter(inPattern(new RegExp(escaped(blank), 'gu')), 'MergedWithNext')
  return {
    cut(text, isFirst) {
      const written = text.replaceAll(' ', blank)
      const isBegun = !written.startsWith(blank) && (scheme === 'always' || (scheme === 'first' && isFirst()))
      const begun = isBegun ? blank + written : written
      return cuts ? atBlanks.cut(begun, isFirst) : [begun]
    },
  }
}

/**
 * Cuts a text where a pattern finds something.
 *
 * - `isInverted`: the parts that the pattern does not find count as found
 */
function cutter(find: Finder, behaviour: Behaviour, isInverted = false): PreTokenizer {
  return {
    cut(text) {
      const parts: { text: string; isFound: boolean }[] = []
      let offset = 0
      for (const { 0: found, index } of find(text)) {
        if (offset < index) parts.push({ text: text.slice(offset, index), isFound: isInverted })
        parts.push({ text: found, isFound: !isInverted })
        offset = index + found.length
      }
      if (offset < text.length) parts.push({ text: text.slice(offset), isFound: isInverted })
      return joined(parts, behaviour).filter((word) => word !== '')
    },
    leavesOut: behaviour === 'Removed',
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

/** So many characters at a time. */
function chunks(characters: readonly string[], length: number): string[] {
  const words: string[] = []
  for (let at = 0; at < characters.length; at += length) words.push(characters.slice(at, at + length).join(''))
  return words
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
