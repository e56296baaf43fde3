// The meaning of values in one sentence, by the last names of their paths.

const meanings: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/^ids$/, 'The numbers of your letters: all that the model reads.'],
  [/(^|\.)embedded$/, 'Each letter as a vector: its row of the table, and the row of its place.'],
  [
    /ttentionNorm\.output$|crossNorm\.output$/,
    'A copy of the stream, each vector brought to a common size, for the attention to read.',
  ],
  [/mlpNorm\.output$/, 'A copy of the stream, each vector brought to a common size, for the MLP to read.'],
  [/(^|\.)norm\.output$/, 'The stream once more brought to a common size, before it is compared with all letters.'],
  [/\.query$/, 'What each position asks: its vector times a learnt matrix, for every head.'],
  [/\.key$/, 'What each position answers to: its vector times another matrix.'],
  [/\.value$/, 'What each position brings, if somebody looks at it.'],
  [/\.scores$/, 'How well each question fits each answer: query · key, scaled; what comes later is masked.'],
  [/\.pattern$/, 'The scores of each row as shares of a whole: how much each position looks at each source.'],
  [/\.mixed$/, 'What was looked at, mixed by these shares, for every head.'],
  [/ttention\.output$|cross\.output$/, 'What all heads bring, put together: this is added to the stream.'],
  [/(^|\.)middle$/, 'The stream after attention, before the MLP.'],
  [/mlp\.gate$/, 'How far each hidden unit is let through.'],
  [/mlp\.up$/, 'Each vector, spread out to the hidden units.'],
  [/mlp\.hidden$/, 'The hidden units: which of them fire, and how strongly.'],
  [/mlp\.output$/, 'What the hidden units write: this is added to the stream.'],
  [/(^|\.)(\w+\.\d+)\.output$/, 'The stream as it leaves this block.'],
  [/(^|\.)logits$/, 'How much each letter of the vocabulary speaks for coming next.'],
  [
    /embedding\.token$/,
    'The table of letters: one learnt row for each. Compared with the stream it gives the logits too.',
  ],
  [/positions\.place$|\.place$/, 'The table of places: one learnt row for each position.'],
  [/\.weight$/, 'Learnt numbers: what a vector is multiplied with.'],
  [/\.bias$/, 'Learnt numbers: what is added.'],
  [/\.scale$/, 'Learnt numbers: by how much each coordinate is stretched after it was brought to a common size.'],
  [/\.shift$/, 'Learnt numbers: what is added after it was brought to a common size.'],
  [/ttention$|cross$/, 'The only place where positions exchange anything: each head asks, compares, and brings.'],
  [/mlp$/, 'Each position by itself: spread out, bent, and put together again.'],
  [/orm$/, 'Brings each vector to a common size.'],
  [/(^|\.)\w+\.\d+$/, 'A block: attention, then an MLP. Each reads a copy of the stream and adds something to it.'],
  [/^encoder$/, 'The half that reads the source.'],
  [/^decoder$/, 'The half that writes, looking at what the encoder made.'],
  [/^embedding$/, 'The table of letters.'],
  [/^positions$/, 'The table of places.'],
  [
    /^$/,
    'A column for each letter, a row for the stream after each block. Every block reads the stream, adds to it, and passes it on.',
  ],
]

/** The model itself, by its kind, where it is no lattice of letters. */
const models: Readonly<Record<string, string>> = {
  classifier:
    'The whole text goes through the blocks: each reads the stream, adds to it, and passes it on. What has gathered at the first place is compared with every class.',
  encoder: 'The text goes through the blocks: each reads the stream, adds to it, and passes it on.',
  embedding: 'A table with a learnt row for each word: words that are used alike have rows that point alike.',
}

/** Of a model that sees: what is named otherwise than in texts. */
const seen: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /^$/,
    'A picture is cut into patches; each is a position, behind a class token. Every block lets all look at all; in the end the class token is compared with every class.',
  ],
  [/^pixels$/, 'The picture as numbers: all that the model reads.'],
  [/patches$|patches\.output$/, 'Each patch as a vector: its pixels times a learnt matrix.'],
  [/classToken/, 'A learnt vector that stands before the patches: what is said in the end is read from it.'],
  [/(^|\.)embedded$/, 'The class token and the patches as vectors, each with the row of its place.'],
  [
    /(^|\.)norm\.output$/,
    'The stream once more brought to a common size, before the class token is compared with all classes.',
  ],
  [/(^|\.)classes$/, 'How much speaks for each class.'],
]

/** The use of a value or a part; nothing where no sentence is known. `kind`: that of the model; `sees`: true where it reads pictures. */
export const meaningOf = (path: string, kind?: string, sees = false): string =>
  (sees ? seen.find(([pattern]) => pattern.test(path))?.[1] : undefined) ??
  (path === '' && kind !== undefined ? models[kind] : undefined) ??
  meanings.find(([pattern]) => pattern.test(path))?.[1] ??
  ''
