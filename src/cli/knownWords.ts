// Words for a model that draws or speaks, as it reads them.

import type { WritingModel } from '../model/language.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import type { OpenRun } from './openRun.ts'

/**
 * The ids of a text. Throws for words that the model never met, and for more than it reads.
 *
 * - `shorter`: advice for a text that is too long
 */
export function idsOfWords(
  command: string,
  { model, tokenizer }: Pick<OpenRun<WritingModel>, 'model' | 'tokenizer'>,
  text: string,
  shorter: string,
): Int32Array {
  checkWordsAreKnown(command, text, tokenizer)
  const ids = tokenizer.encode(text, { special: true })
  const { context } = model.config
  if (ids.length > context)
    throw new Error(
      `${command}: "${text.slice(0, 40)}…" has ${ids.length} tokens, but the model was made for ${context}. ${shorter}`,
    )
  return ids
}
