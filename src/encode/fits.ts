// Whether texts fit a model: each has a token, none has more than the model can look at, and all of them are the model's.

import { checkIds } from '../text/ids.ts'

/** Throws for a text that is empty or longer than the context, or has another id, naming its number; `place` is who asks. */
export function checkTextFits(
  place: string,
  texts: readonly ArrayLike<unknown>[],
  { context, vocab }: { readonly context: number; readonly vocab: number },
): void {
  texts.forEach((ids, text) => {
    const { length } = ids
    if (length === 0) throw new Error(`${place}: text ${text} has no tokens. Leave it out.`)
    if (length > context)
      throw new Error(
        `${place}: text ${text} has ${length} tokens, but the model looks at ${context} at most. Cut it to its beginning.`,
      )
    checkIds(`${place}: text ${text}`, ids, vocab)
  })
}

/** The number of tokens of the longest text. */
export const longestOf = (texts: readonly ArrayLike<unknown>[]): number =>
  texts.reduce((most, { length }) => Math.max(most, length), 0)
