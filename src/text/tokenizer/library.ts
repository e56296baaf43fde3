// The package @huggingface/tokenizers, from which comes every part of a tokenizer that is not Cutaway's own. It is loaded
// only when a tokenizer.json of another make is read.
//
// Own are the parts that Cutaway trains, and those that differ from Python's `tokenizers` in the package (0.2.0):
//
//   normalizers      BertNormalizer, Lowercase   a final Σ becomes ς there, and σ in Python; rare Chinese is not cut
//                    Precompiled                 is an approximation there, not the file's own table
//                    Strip, Nmt, ByteLevel       U+FEFF is no blank; the last two are missing
//   pre-tokenizers   Whitespace, Digits, …       know only the letters and digits of ASCII there
//                    Split, Punctuation          know only some of the behaviours
//   models           BPE                         lacks the prefix inside words, joins unknown characters across words
//                    WordLevel, Unigram          the unknown token; falling back to bytes
//   decoders         all                         decode only whole texts there; here they are streams

import { kindOf } from '../json.ts'

/** What is used of the package, whose own types cannot be read where imports need their endings. */
export interface Library {
  readonly Tokenizer: new (json: object, config: object) => LibraryParts
}

interface LibraryParts {
  readonly normalizer: { normalize(text: string): string } | null
  readonly pre_tokenizer: { pre_tokenize(text: string): string[]; readonly pattern?: RegExp | null } | null
  /** A method of unigrams only. */
  readonly model: { tokenize?(word: string): string[] }
  readonly post_processor: {
    post_process(tokens: string[], pair: null, addsSpecial: boolean): { tokens: string[] }
  } | null
  readonly decoder: { decode_chain(pieces: string[]): string[] } | null
}

export async function loadLibrary(): Promise<Library> {
  return (await import('@huggingface/tokenizers')) as unknown as Library
}

/** The parts of a tokenizer as tokenizer.json names them. */
interface PartConfigs {
  readonly normalizer?: unknown
  readonly pre_tokenizer?: unknown
  readonly post_processor?: unknown
  readonly decoder?: unknown
  readonly model?: unknown
}

const model = { type: 'WordPiece', vocab: {}, unk_token: '' }
const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, model }

/** The package's own parts for these configs; `place` is that of the part. Throws for a type that it does not know, or a config that it cannot read. */
export function libraryParts(library: Library, configs: PartConfigs, place: string): LibraryParts {
  try {
    return new library.Tokenizer({ ...nothing, ...configs, added_tokens: [] }, {})
  } catch (cause) {
    const [config] = Object.values(configs) as unknown[]
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${place} is ${describePart(config)}, which cannot be run (${reason}). Take another tokenizer, or one of another kind.`,
      { cause },
    )
  }
}

function describePart(config: unknown): string {
  const { type } = (config ?? {}) as { type?: unknown }
  return typeof type === 'string' ? `of the type ${JSON.stringify(type)}` : kindOf(config)
}

/** A pattern as tokenizer.json has it. */
export interface PatternConfig {
  readonly Regex?: string
  readonly String?: string
}

/** A regular expression of a `tokenizer.json`, written for Rust or Oniguruma, as one of JavaScript's. */
export function libraryPattern(library: Library, pattern: PatternConfig, place: string): RegExp {
  const split = { type: 'Split', pattern, behavior: 'Isolated', invert: true }
  const refuse = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const shown = reason.length > 200 ? `${reason.slice(0, 200)}…` : reason
    throw new Error(
      `${place}: the pattern ${shownPattern(pattern)} cannot be run (${shown}). Take another tokenizer.`,
      {
        cause,
      },
    )
  }
  try {
    const made = new library.Tokenizer({ ...nothing, pre_tokenizer: split, added_tokens: [] }, {}).pre_tokenizer
      ?.pattern
    // Only when it is used does an engine say that a pattern is too large for it.
    made?.test('')
    if (made) return new RegExp(made.source, made.flags)
  } catch (cause) {
    return refuse(cause)
  }
  return refuse('it is none')
}

/** The package's search for the likeliest pieces of a word. */
export function libraryUnigrams(library: Library, model: object, place: string): { tokenize(word: string): string[] } {
  const made = libraryParts(library, { model }, place).model
  return { tokenize: (word) => made.tokenize?.(word) ?? [] }
}

const shownPattern = (pattern: PatternConfig): string => kindOf(pattern.Regex ?? pattern.String)
