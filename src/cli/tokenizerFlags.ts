// The flags of cutaway tokenizer, those of training and those of showing.

import { tokenizerKinds } from '../runs/choices.ts'
import { usualVocab } from '../runs/tokenizer.ts'
import { specialTokens } from '../text/special.ts'
import { choice, type FlagValues, path, toggle, whole } from './flags.ts'

const purposes = Object.keys(specialTokens) as (keyof typeof specialTokens)[]

export const tokenizerFlags = {
  kind: choice('train: what a text is cut into', tokenizerKinds),
  vocab: whole('train: how many pieces the vocabulary has', {
    least: 1,
    usual: `${usualVocab}; for characters as many as the text has`,
  }),
  for: choice('train: the special tokens that it has', purposes),
  cased: toggle('train: word pieces keep capital letters and accents'),
  out: path('train: where it is saved', { value: 'FOLDER|FILE', usual: 'tokenizers/NAME' }),
  force: toggle('train: replace a tokenizer that is there'),
  special: toggle('show: with the special tokens that are added to a text'),
  json: toggle('print what came of it as JSON'),
}

export type TokenizerValues = FlagValues<typeof tokenizerFlags>
