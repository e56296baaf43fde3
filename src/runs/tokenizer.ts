// The tokenizer of a run: its own, where the run begins with a model; a task's; one that is given; or a new one, of characters
// unless something else is chosen, or of words where these say what is to be drawn, or is seen. Where pictures are told apart, there is no text.

import type { RunKind } from '../checkpoint/newConfig.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { noText } from '../text/noText.ts'
import { type Purpose, specialTokens } from '../text/special.ts'
import { trainBytePairs } from '../text/tokenizer/trainBytePairs.ts'
import { trainWordPieces } from '../text/tokenizer/trainWordPieces.ts'
import { trainWords } from '../text/tokenizer/trainWords.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Beginning } from './beginning.ts'
import type { Choices, TokenizerKind } from './choices.ts'
import { setting, settingError } from './settingError.ts'
import { type Source, textOfSource } from './source.ts'

/** The size of a new vocabulary where nobody says it. */
export const usualVocab = 4096

/** The tokenizer of a run. Throws for one that lacks a special token that the kind of model needs. */
export function tokenizerFor(as: RunKind, choices: Choices, source: Source, beginning: Beginning): Tokenizer {
  if (beginning.kind === 'stopped') return beginning.tokenizer
  if (beginning.kind === 'learnt') return having(as, beginning.tokenizer, beginning.name)
  if (source.kind === 'task') return source.task.tokenizer
  if (source.kind === 'pictures') return noText
  if (as === 'word2vec' && choices.tokenizer === undefined) return wordsOf(textOfSource(source), choices)
  if (source.kind === 'drawings' && choices.tokenizer === undefined)
    return trainWords(textOfSource(source), {
      minCount: 1,
      vocab: choices.vocab,
      special: specialTokens['encoder-decoder'],
      isEverything: true,
    })
  const { tokenizer = 'characters', vocab } = choices
  if (typeof tokenizer === 'object') return having(as, tokenizer.tokenizer, tokenizer.place)
  const special = specialTokens[purposeOf(as)]
  const isPlain = tokenizer === 'characters' && (as === 'decoder' || as === 'llama')
  const hasUnknown = special.some((token) => token === '[UNK]' || token === '<unk>')
  const isLacking = tokenizer === 'wordpiece' && !hasUnknown
  return newTokenizer(tokenizer, textOfSource(source), {
    vocab,
    special: isPlain ? [] : isLacking ? ['[UNK]', ...special] : special,
  })
}

/** The words of texts, paragraph by paragraph. */
function wordsOf(texts: Iterable<string>, { minCount, vocab }: Choices): Tokenizer {
  return trainWords(
    [...texts].flatMap((text) => text.split(/\n\s*\n/)),
    { minCount, vocab },
  )
}

/** A tokenizer made of texts. */
export function newTokenizer(
  kind: TokenizerKind,
  texts: Iterable<string>,
  {
    vocab = usualVocab,
    special,
    lowercase = true,
  }: { readonly vocab?: number | undefined; readonly special: readonly string[]; readonly lowercase?: boolean },
): Tokenizer {
  if (kind === 'characters') return CharacterTokenizer.of([...texts].join(''), { special })
  if (kind === 'bytes') return trainBytePairs(texts, { vocab, special })
  return trainWordPieces(texts, { vocab, special, lowercase })
}

const needed = {
  encoder: ['mask'],
  'encoder-decoder': ['end', 'pad'],
  classifier: [],
  decoder: [],
  llama: [],
  word2vec: [],
  listener: ['end'],
  'picture-classifier': [],
  clip: ['end'],
} as const

/** A tokenizer that has the special tokens which the kind of model needs. Throws for one that lacks any. */
function having(as: RunKind, tokenizer: Tokenizer, place: string): Tokenizer {
  const lacking = needed[as].find((role) => tokenizer.special[role] === undefined)
  if (lacking === undefined) return tokenizer
  throw settingError`${place}: its vocabulary has no token for "${lacking}", which training ${setting('as')} ${as} needs. Take another tokenizer, or let the run make one.`
}

function purposeOf(as: RunKind): Purpose {
  if (as === 'encoder-decoder' || as === 'listener' || as === 'clip') return 'encoder-decoder'
  return as === 'decoder' || as === 'llama' ? 'decoder' : 'encoder'
}
