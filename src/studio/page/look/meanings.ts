// The meaning of values in one sentence, by the last names of their paths and by what the model is.

import type { ModelKind } from '../../../model/language.ts'

/** The traits that sentences about a model depend on. */
export interface ModelTraits {
  readonly kind?: ModelKind | undefined
  /** True for a model that reads pictures. */
  readonly sees?: boolean | undefined
  /** The name of its tokens. */
  readonly unit?: 'character' | 'token' | undefined
  /** True where norms stand in the stream, behind attention and MLP (post-norm); else copies of it are normed. */
  readonly isPostNorm?: boolean | undefined
  /** True for a table of word vectors, without blocks. */
  readonly hasWordVectors?: boolean | undefined
}

interface Meaning {
  readonly of: RegExp
  /** One for all models, or by their traits and the path; '' says nothing. Letters are called tokens where a model has others. */
  readonly says: string | ((model: ModelTraits, path: string) => string)
}

/** True where what comes later is hidden: in what writes, but for its look at a source. */
const isCausal = ({ kind }: ModelTraits, path: string): boolean =>
  kind === 'decoder' || (kind === 'encoder-decoder' && /^decoder\.(?!.*cross)/.test(path))

const scores = 'How well each question fits each answer: query · key, scaled'

const meanings: readonly Meaning[] = [
  {
    of: /^ids$/,
    says: ({ kind }) =>
      kind === 'encoder-decoder'
        ? 'The numbers of the letters that are written: what the decoder reads.'
        : 'The numbers of your letters: what the model reads.',
  },
  { of: /^source$/, says: 'What the encoder reads, as numbers.' },
  { of: /^kinds$/, says: 'To which of both texts each letter belongs.' },
  {
    of: /(^|\.)embedded$/,
    says: 'Each letter as a vector: its row of the table, and what the model adds to it there.',
  },
  {
    of: /embeddingNorm\.output$/,
    says: 'The stream as the first block reads it: each vector brought to a common size.',
  },
  {
    of: /ttentionNorm\.output$/,
    says: ({ isPostNorm }) =>
      isPostNorm
        ? 'The stream after attention, each vector brought to a common size.'
        : 'A copy of the stream, each vector brought to a common size, for the attention to read.',
  },
  {
    of: /crossNorm\.output$/,
    says: ({ isPostNorm }) =>
      isPostNorm
        ? 'The stream after the look at the source, each vector brought to a common size.'
        : 'A copy of the stream, each vector brought to a common size, for the look at the source.',
  },
  {
    of: /mlpNorm\.output$/,
    says: ({ isPostNorm }) =>
      isPostNorm
        ? 'The stream after the MLP, each vector brought to a common size.'
        : 'A copy of the stream, each vector brought to a common size, for the MLP to read.',
  },
  {
    of: /(^|\.)norm\.output$/,
    says: ({ kind }) =>
      kind === 'decoder'
        ? 'The stream once more brought to a common size, before it is compared with all letters.'
        : 'The stream once more brought to a common size.',
  },
  { of: /\.query$/, says: 'What each position asks: its vector times a learnt matrix, for every head.' },
  { of: /cross\.key$/, says: 'What each place of the source answers to: its vector times another matrix.' },
  { of: /cross\.value$/, says: 'What each place of the source brings, if somebody looks at it.' },
  { of: /\.key$/, says: 'What each position answers to: its vector times another matrix.' },
  { of: /\.value$/, says: 'What each position brings, if somebody looks at it.' },
  {
    of: /\.scores$/,
    says: (model, path) => `${scores}${isCausal(model, path) ? '; what comes later is masked' : ''}.`,
  },
  {
    of: /\.pattern$/,
    says: 'The scores of each row as shares of a whole: how much each position looks at each source.',
  },
  { of: /\.mixed$/, says: 'What was looked at, mixed by these shares, for every head.' },
  {
    of: /ttention\.output$|cross\.output$/,
    says: 'What all heads bring, put together: this is added to the stream.',
  },
  { of: /(^|\.)middle$/, says: 'The stream after attention, before the MLP.' },
  { of: /mlp\.gate$/, says: 'How far each hidden unit is let through.' },
  { of: /mlp\.up$/, says: 'Each vector, spread out to the hidden units.' },
  { of: /mlp\.hidden$/, says: 'The hidden units: which of them fire, and how strongly.' },
  { of: /mlp\.output$/, says: 'What the hidden units write: this is added to the stream.' },
  { of: /(^|\.)(\w+\.\d+)\.output$/, says: 'The stream as it leaves this block.' },
  { of: /^transforming$/, says: 'Each vector times one more learnt matrix.' },
  { of: /^transformed$/, says: 'The same, bent and brought to a common size: this is compared with all letters.' },
  { of: /(^|\.)first$/, says: 'The vector at the first place, where the whole text has gathered.' },
  { of: /(^|\.)pooling$/, says: 'That vector times a learnt matrix.' },
  { of: /(^|\.)pooled$/, says: 'The same, bent: this is compared with every class.' },
  {
    of: /(^|\.)logits$/,
    says: ({ kind }) =>
      kind === 'masked'
        ? 'How much speaks for each letter of the vocabulary to be the one that stands there.'
        : 'How much speaks for each letter of the vocabulary to come next.',
  },
  { of: /(^|\.)classes$/, says: 'How much speaks for each class.' },
  {
    of: /embedding\.token$/,
    says: ({ kind }) =>
      kind === 'decoder' || kind === 'encoder-decoder' || kind === 'masked'
        ? 'The table of letters: one learnt row for each. Most models compare the stream with it at the end, too.'
        : 'The table of letters: one learnt row for each.',
  },
  { of: /positions\.place$|\.place$/, says: 'The table of places: one learnt row for each position.' },
  { of: /\.weight$/, says: 'Learnt numbers: what a vector is multiplied with.' },
  { of: /\.bias$/, says: 'Learnt numbers: what is added.' },
  {
    of: /\.scale$/,
    says: 'Learnt numbers: by how much each coordinate is stretched after it was brought to a common size.',
  },
  { of: /\.shift$/, says: 'Learnt numbers: what is added after it was brought to a common size.' },
  { of: /cross$/, says: 'Where what is written looks at what was read: each head asks, compares, and brings.' },
  {
    of: /ttention$/,
    says: ({ kind }) =>
      kind === 'encoder-decoder'
        ? 'Where the positions of this half exchange something: each head asks, compares, and brings.'
        : 'The only place where positions exchange anything: each head asks, compares, and brings.',
  },
  { of: /mlp$/, says: 'Each position by itself: spread out, bent, and put together again.' },
  { of: /orm$/, says: 'Brings each vector to a common size.' },
  {
    of: /(^|\.)\w+\.\d+$/,
    says: (model, path) => {
      const parts =
        model.kind === 'encoder-decoder' && path.startsWith('decoder.')
          ? 'attention, a look at the source, then an MLP'
          : 'attention, then an MLP'
      return model.isPostNorm
        ? `A block: ${parts}. Each reads the stream and adds something to it; then each vector is brought to a common size.`
        : `A block: ${parts}. Each reads a copy of the stream and adds something to it.`
    },
  },
  { of: /^encoder$/, says: 'The half that reads the source.' },
  { of: /^decoder$/, says: 'The half that writes, looking at what the encoder made.' },
  { of: /^embedding$/, says: 'The table of letters.' },
  { of: /^positions$/, says: 'The table of places.' },
  { of: /^$/, says: (model) => models[model.kind ?? 'decoder'] ?? lattice },
]

const lattice =
  'A column for each letter, a row for the stream after each block. Every block reads the stream, adds to it, and passes it on.'

/** The model itself, by its kind, where it is no lattice of letters. */
const models: Readonly<Partial<Record<ModelKind, string>>> = {
  masked: `${lattice} In the end it says of each place which letter stands there.`,
  classifier:
    'The whole text goes through the blocks: each reads the stream, adds to it, and passes it on. What has gathered at the first place is compared with every class.',
  encoder: 'The text goes through the blocks: each reads the stream, adds to it, and passes it on.',
}

/** Of a model that sees: what is named otherwise than in texts. */
const seen: readonly Meaning[] = [
  {
    of: /^$/,
    says: 'A picture is cut into patches; each is a position, behind a class token. Every block lets all look at all; in the end the class token is compared with every class.',
  },
  { of: /^pixels$/, says: 'The picture as numbers: all that the model reads.' },
  { of: /patches$|patches\.output$/, says: 'Each patch as a vector: its pixels times a learnt matrix.' },
  {
    of: /classToken/,
    says: 'A learnt vector that stands before the patches: what is said in the end is read from it.',
  },
  { of: /(^|\.)embedded$/, says: 'The class token and the patches as vectors, each with the row of its place.' },
  {
    of: /(^|\.)norm\.output$/,
    says: 'The stream once more brought to a common size, before the class token is compared with all classes.',
  },
]

/** Of word vectors: what is named otherwise than in what reads a text. */
const wordVectors: readonly Meaning[] = [
  {
    of: /^$/,
    says: 'A vector for each word: its row of a table, learnt from what stands beside it. Words that stand beside the same ones lie near one another.',
  },
  { of: /^embedding$/, says: 'The table of words: what each is.' },
  { of: /^contexts$/, says: 'The other table of words: beside what each stands. It is needed for learning alone.' },
]

/** The use of a value or a part; '' where no sentence is known. */
export function meaningOf(path: string, model: ModelTraits): string {
  const own = model.sees ? seen : model.hasWordVectors ? wordVectors : []
  const said = [...own, ...meanings].find(({ of }) => of.test(path))?.says ?? ''
  const sentence = typeof said === 'string' ? said : said(model, path)
  return model.unit === 'token' ? sentence.replaceAll('letter', 'token') : sentence
}
