// Labelled texts: a text, or two texts one after the other, and the number of the class it belongs to.

import { type Examples, idFields } from './examples.ts'

export interface Labelled {
  readonly ids: Int32Array
  /** The number of its class; −1 where nobody knows it. */
  readonly label: number
  /** Of each token, which of two texts it belongs to (0 or 1); given for all examples or for none. */
  readonly kinds?: Int32Array
}

/**
 * Examples of labelled texts: `ids` and, for pairs of texts, `kinds` (batch, position), `lengths` and `labels` (batch).
 *
 * - `pad`: the id that fills up the shorter texts; nothing may depend on it
 *
 * Throws for an empty text, and for kinds that do not fit their ids.
 */
export function labelledExamples(texts: readonly Labelled[], { pad = 0 }: { pad?: number } = {}): Examples {
  const hasKinds = texts[0]?.kinds !== undefined
  for (const [number, { ids, kinds }] of texts.entries()) {
    if (ids.length === 0) throw new Error(`batches: text ${number} is empty. Leave it out.`)
    if (hasKinds !== (kinds !== undefined) || (kinds && kinds.length !== ids.length)) {
      throw new Error(
        `batches: text ${number} has ${ids.length} ids and ${kinds?.length ?? 'no'} kinds. Give every text one kind for each id, or none.`,
      )
    }
  }
  return {
    count: texts.length,
    fields: {
      ...idFields(pad),
      labels: { fill: -1 },
      ...(hasKinds && { kinds: { axis: 'position', fill: 0 } }),
    },
    lengths: (example) => ({ position: texts[example].ids.length }),
    row(example) {
      const { ids, label, kinds } = texts[example]
      return { ids, lengths: ids.length, labels: label, ...(kinds && { kinds }) }
    },
  }
}
