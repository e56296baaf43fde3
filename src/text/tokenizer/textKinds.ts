// Whether models are told which of two texts a token belongs to: `token_type_ids`, as tokenizer_config.json has them.
//
//   "model_input_names": ["input_ids", "token_type_ids", "attention_mask"]     it says so
//   "tokenizer_class": "BertTokenizer"                                         BERT's own tell them apart
//                      "PreTrainedTokenizerFast"                               others do not, since transformers 5

import { ConfigFields } from '../configFields.ts'

export const kindsName = 'token_type_ids'

/** True where a parsed `tokenizer_config.json` tells kinds of texts apart; without one, the tokenizer is taken for BERT's. */
export function tellsTextsApart(config: unknown, place = 'tokenizer_config.json'): boolean {
  const fields = new ConfigFields(config ?? {}, place)
  const names = fields.get('model_input_names')
  if (Array.isArray(names)) return names.includes(kindsName)
  const made = fields.get('tokenizer_class')
  return typeof made !== 'string' || /^(Bert|Electra)/.test(made)
}
