// A text as a model of texts and pictures in one space reads it: with the token that ends it, at which its vector is read.

import { captionIds } from '../data/captions.ts'
import type { DualEncoderModel } from '../model/language.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import type { OpenRun } from './openRun.ts'

/** The ids of a text; `isCut`: it had more. Throws where nothing says which token ends texts, and for words that the model never met. */
export function captionOf(
  { blueprint, model, tokenizer }: OpenRun<DualEncoderModel>,
  text: string,
): ReturnType<typeof captionIds> {
  const end = tokenizer.special.end ?? blueprint.config.special?.end?.[0]
  if (end === undefined)
    throw new Error('texts: neither config.json nor the tokenizer says which token ends a text. Restore eos_token_id.')
  // A tokenizer of bytes knows every word, and calls by this name what ends a text.
  if (tokenizer.special.unknown !== tokenizer.special.end) checkWordsAreKnown('texts', text, tokenizer)
  return captionIds(text, { tokenizer, end, context: model.config.context })
}
