// A text as a model of texts and pictures in one space reads it: with the token that ends it, at which its vector is read.

import { type CaptionOptions, captionIds } from '../data/captions.ts'
import type { DualEncoderModel } from '../model/language.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import type { OpenRun } from './openRun.ts'

type Shared = OpenRun<DualEncoderModel>

/**
 * The ids of a text, as many as the model reads at most, or as `context` says; `isCut`: it had more. Throws where nothing says which token
 * ends texts, and for words that the model never met.
 */
export function captionOf(
  run: Shared,
  text: string,
  context = run.model.config.context,
): ReturnType<typeof captionIds> {
  checkIsKnown('texts', run, text)
  return captionIds(text, { ...captionOptions(run), context })
}

/** The way in which a model reads texts. Throws where nothing says which token ends them. */
export function captionOptions({ blueprint, model, tokenizer }: Shared): CaptionOptions {
  const end = tokenizer.special.end ?? blueprint.config.special?.end?.[0]
  if (end === undefined)
    throw new Error('texts: neither config.json nor the tokenizer says which token ends a text. Restore eos_token_id.')
  return { tokenizer, end, context: model.config.context }
}

/** Throws for words that a model never met. `place`: where they stand. */
export function checkIsKnown(place: string, { tokenizer }: Shared, text: string): void {
  // A tokenizer of bytes knows every word, and calls by this name what ends a text.
  if (tokenizer.special.unknown !== tokenizer.special.end) checkWordsAreKnown(place, text, tokenizer)
}
