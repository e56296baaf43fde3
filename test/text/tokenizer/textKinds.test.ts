// Whether a tokenizer tells two texts apart, by its tokenizer_config.json: as transformers 5 does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellsTextsApart } from '../../../src/text/tokenizer/textKinds.ts'

test('two texts are told apart where the inputs are named, or by tokenizers of BERT', () => {
  const names = (...names: string[]) => ({ model_input_names: ['input_ids', ...names] })
  const cases: [config: unknown, isSo: boolean][] = [
    [undefined, true],
    [{}, true],
    [{ tokenizer_class: null }, true],
    [{ tokenizer_class: 'BertTokenizer' }, true],
    [{ tokenizer_class: 'BertTokenizerFast' }, true],
    [{ tokenizer_class: 'ElectraTokenizer' }, true],
    [{ tokenizer_class: 'DistilBertTokenizer' }, false],
    [{ tokenizer_class: 'PreTrainedTokenizerFast' }, false],
    [{ tokenizer_class: 'PreTrainedTokenizerFast', ...names('token_type_ids') }, true],
    [{ tokenizer_class: 'BertTokenizer', ...names('attention_mask') }, false],
  ]
  for (const [config, isSo] of cases) assert.equal(tellsTextsApart(config), isSo, JSON.stringify(config))
})
