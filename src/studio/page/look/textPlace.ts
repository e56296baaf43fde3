// The place of a token in the sentence that it was cut from.

export interface TextPlace {
  readonly from: number
  readonly to: number
}

/**
 * The place of the token at a position. Undefined for a token that does not stand in the text as it is written, such as the one that
 * begins it, and where the tokens are others than what is written: pieces with marks, or the end of a longer text.
 */
export function textPlaceOf(text: string, tokens: readonly string[], position: number): TextPlace | undefined {
  let [from, found] = [0, undefined as TextPlace | undefined]
  for (const [place, token] of tokens.entries()) {
    if (!text.startsWith(token, from)) continue
    if (place === position) found = { from, to: from + token.length }
    from += token.length
  }
  return from === text.length ? found : undefined
}
