// Normalizers: what is done to a text before it is cut into words, such as lower case. `tokenizer.json` names them.

import { ConfigFields } from '../configFields.ts'
import { blanksBefore } from './addedTokens.ts'
import { spellBytes } from './byteLevel.ts'
import { type Finder, finderFrom } from './finder.ts'
import { precompiled } from './precompiled.ts'
import { unknownPart } from './unknownPart.ts'

export type Normalizer = (text: string) => string

export interface BertNormalizerOptions {
  /** True where control characters are left out and every blank becomes a space. */
  readonly cleans?: boolean
  /** True where every Chinese character is a word of its own. */
  readonly cutsChinese?: boolean
  /** True where accents are left out; as `lowercase` says, where it is not given. */
  readonly stripsAccents?: boolean
  readonly lowercase?: boolean
}

/** The normalizer in `tokenizer.json`. */
export function normalizerFrom(config: unknown, place: string): Normalizer {
  if (config === null || config === undefined) return (text) => text
  const normalize = partFrom(new ConfigFields(config, `${place}: normalizer`))
  return (text) => limited(text, normalize(text), `${place}: normalizer`)
}

function partFrom(fields: ConfigFields): Normalizer {
  const type = fields.text('type')
  switch (type) {
    case 'Sequence': {
      const normalizers = fields.each('normalizers').map(partFrom)
      return (text) => normalizers.reduce((result, normalize) => limited(text, normalize(result), fields.place), text)
    }
    case 'BertNormalizer':
      return bertNormalizer({
        cleans: fields.flag('clean_text', true),
        cutsChinese: fields.flag('handle_chinese_chars', true),
        stripsAccents: fields.has('strip_accents') ? fields.flag('strip_accents', true) : undefined,
        lowercase: fields.flag('lowercase', true),
      })
    case 'Lowercase':
      return lowercase
    case 'Precompiled':
      return precompiled(fields.get('precompiled_charsmap') ?? null, `${fields.place}: precompiled_charsmap`)
    case 'Strip':
      return stripper(fields.flag('strip_left', true), fields.flag('strip_right', true))
    case 'Prepend': {
      const prepended = fields.text('prepend')
      return (text) => (text === '' ? '' : prepended + text)
    }
    case 'Replace':
      return replacer(finderFrom(fields), fields.text('content'), fields.place)
    case 'ByteLevel':
      return spellBytes
    case 'Nmt':
      return nmt
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => text.normalize(type)
    case 'StripAccents':
      return (text) => text.replace(/\p{M}/gu, '')
    default:
      throw unknownPart(fields, type)
  }
}

/** A text may grow to so many characters, or to so many for each that it had. */
const mostCharacters = 1_000_000
const mostGrowth = 64

/** A normalizer's result. Throws where it is longer than the text by far: replacements in a row can each double it. */
function limited(text: string, result: string, place: string): string {
  checkGrowth(text.length, result.length, place)
  return result
}

function checkGrowth(from: number, to: number, place: string): void {
  if (to > mostCharacters && to > mostGrowth * from)
    throw new Error(
      `${place}: it makes more than ${Math.max(mostCharacters, mostGrowth * from)} characters of ${from}. ` +
        'Take another tokenizer, or a shorter text.',
    )
}

/** Puts a text in the place of everything that is found. */
export function replacer(find: Finder, content: string, place: string): Normalizer {
  return (text) => {
    let result = ''
    let offset = 0
    for (const { 0: found, index } of find(text)) {
      result += text.slice(offset, index) + content
      offset = index + found.length
      checkGrowth(text.length, result.length, place)
    }
    return offset === 0 && result === '' ? text : result + text.slice(offset)
  }
}

function stripper(left: boolean, right: boolean): Normalizer {
  return (text) => {
    const begun = left ? text.replace(/^\p{White_Space}+/u, '') : text
    return right ? begun.slice(0, blanksBefore(begun, begun.length)) : begun
  }
}

/**
 * BERT's: no control characters, a space for every blank, Chinese characters one by one, no accents, lower case.
 * What is a mark, a control or a punctuation character is a matter of Unicode's version: characters that came into Unicode
 * in the last years may be kept where Python leaves them out, or the other way round.
 */
export function bertNormalizer(options: BertNormalizerOptions = {}): Normalizer {
  const { cleans = true, cutsChinese = true, lowercase: isLower = true } = options
  const { stripsAccents = isLower } = options
  return (text) => {
    let result = text
    if (cleans) result = result.replace(control, '').replace(/\p{White_Space}/gu, ' ')
    // Nothing below 0x80 is Chinese or has an accent.
    const isPlain = !beyondAscii.test(result)
    if (cutsChinese && !isPlain) result = result.replace(chinese, ' $& ')
    if (stripsAccents && !isPlain) result = result.normalize('NFD').replace(/\p{Mn}/gu, '')
    return isLower ? lowercase(result) : result
  }
}

const control = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu
const beyondAscii = /[\u0080-\uffff]/
/** The blocks of Chinese characters that BERT names; the scripts of Japan and Korea are written with blanks, or not cut. */
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu

/** Lower case character by character: JavaScript's own writes a Σ at the end of a word as ς, Python's `tokenizers` as σ. */
function lowercase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase()
}

/** SentencePiece's cleaning: no control characters, a space for blanks and for what cannot be seen. */
function nmt(text: string): string {
  return text
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, '')
    .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, ' ')
}
