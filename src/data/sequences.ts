// Next-token examples that are not cut from one long text: names, sentences, questions with their answers.
//
//   sequence   1 9 + 7 = 2 6 ⏎
//   ids        1 9 + 7 = 2 6          what the model reads
//   targets    · · · · 2 6 ⏎          what it should say at each position (here from the answer on; else from the second token)

import { type Examples, type Field, idFields, type Row } from './examples.ts'

/** The values of sequences in a batch: `ids` and `targets` (batch, position), `lengths` (batch). */
export function sequenceFields(pad: number): Readonly<Record<string, Field>> {
  return { ...idFields(pad), targets: { axis: 'position', fill: -1 } }
}

/**
 * A sequence as a row of a batch.
 *
 * - `from`: the place in the sequence of the first token that is to be predicted
 */
export function sequenceRow(sequence: Int32Array, from = 1): Row {
  const targets = sequence.slice(1)
  targets.fill(-1, 0, from - 1)
  return { ids: sequence.subarray(0, -1), targets, lengths: sequence.length - 1 }
}

/**
 * Examples of sequences, each to be predicted from its second token on.
 *
 * - `pad`: the id that fills up the shorter ones; nothing may depend on it
 *
 * Throws for a sequence in which there is nothing to predict.
 */
export function sequenceExamples(sequences: readonly Int32Array[], { pad = 0 }: { pad?: number } = {}): Examples {
  for (const [number, { length }] of sequences.entries()) {
    if (length < 2) {
      throw new Error(
        `batches: sequence ${number} has ${length} ${length === 1 ? 'token' : 'tokens'}, in which there is nothing to predict. ` +
          'Leave it out, or give it a begin and an end.',
      )
    }
  }
  return {
    count: sequences.length,
    fields: sequenceFields(pad),
    lengths: (example) => ({ position: sequences[example].length - 1 }),
    row: (example) => sequenceRow(sequences[example]),
  }
}
