// Whether texts fit a model: each has a token, and none has more than the model can look at.

/** Throws for a text that is empty or longer than the context, naming its number; `place` is who asks. */
export function checkFits(place: string, texts: readonly ArrayLike<unknown>[], context: number): void {
  texts.forEach(({ length }, text) => {
    if (length === 0) throw new Error(`${place}: text ${text} has no tokens. Leave it out.`)
    if (length > context)
      throw new Error(
        `${place}: text ${text} has ${length} tokens, but the model looks at ${context} at most. Cut it to its beginning.`,
      )
  })
}
