// Words that sentences about a model share.

/** The text with a capital, as a sentence begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The words for parts that add to the stream, by the last names of their addresses. */
export const partWords: Readonly<Record<string, string>> = {
  attention: 'the attention',
  cross: 'the attention across',
  mlp: 'the MLP',
}
