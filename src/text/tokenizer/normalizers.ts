// Normalizers: what is done to a text before it is cut into words, such as lower case. `tokenizer.json` names them.

import { checkIsObject } from '../json.ts'
import { spellBytes } from './byteLevel.ts'
import { type Library, libraryParts } from './library.ts'
import { precompiled } from './precompiled.ts'

export type Normalizer = (text: string) => string

export interface BertNormalizerOptions {
  /** Whether control characters are left out and every blank becomes a space. */
  readonly cleans?: boolean
  /** Whether every Chinese character is a word of its own. */
  readonly cutsChinese?: boolean
  /** Whether accents are left out; as `lowercase` says, where it is not given. */
  readonly stripsAccents?: boolean
  readonly lowercase?: boolean
}

/** The normalizer in `tokenizer.json`; `library` makes those that are not Cutaway's own. */
export function normalizerFrom(config: unknown, library: Library, place: string): Normalizer {
  if (config === null || config === undefined) return (text) => text
  checkIsObject(config, `${place}: normalizer`)
  switch (config['type']) {
    case 'Sequence': {
      const parts = Array.isArray(config['normalizers']) ? config['normalizers'] : []
      const normalizers = parts.map((part) => normalizerFrom(part, library, place))
      return (text) => normalizers.reduce((text, normalize) => normalize(text), text)
    }
    case 'BertNormalizer':
      return bertNormalizer({
        cleans: config['clean_text'] !== false,
        cutsChinese: config['handle_chinese_chars'] !== false,
        stripsAccents: (config['strip_accents'] ?? undefined) as boolean | undefined,
        lowercase: config['lowercase'] !== false,
      })
    case 'Lowercase':
      return lowercase
    case 'Precompiled':
      return precompiled(config['precompiled_charsmap'], `${place}: precompiled_charsmap`)
    case 'Strip': {
      const blanks = [
        ...(config['strip_left'] === false ? [] : ['^\\p{White_Space}+']),
        ...(config['strip_right'] === false ? [] : ['\\p{White_Space}+$']),
      ]
      return blanks.length === 0 ? (text) => text : (text) => text.replace(new RegExp(blanks.join('|'), 'gu'), '')
    }
    case 'Prepend':
      return (text) => (text === '' ? '' : `${config['prepend']}${text}`)
    case 'ByteLevel':
      return spellBytes
    case 'Nmt':
      return nmt
    default: {
      const { normalizer } = libraryParts(library, { normalizer: config }, place)
      return (text) => normalizer?.normalize(text) ?? text
    }
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
