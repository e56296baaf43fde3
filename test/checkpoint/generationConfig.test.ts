// generation_config.json and tokenizer_config.json: what is written, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generationFromJSON, generationToJSON, tokenizerConfigToJSON } from '../../src/checkpoint/generationConfig.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'

describe('generation_config.json', () => {
  test('what is written is read', () => {
    const generation = { isSampled: true, temperature: 0.8, topK: 40, topP: 0.95 }
    const written = generationToJSON(generation, 64)
    assert.deepEqual(written, { do_sample: true, temperature: 0.8, top_k: 40, top_p: 0.95, max_length: 64 })
    assert.deepEqual(generationFromJSON(written), generation)
  })

  test('what is not said is as in transformers: the likeliest token', () => {
    const plain = { isSampled: false, temperature: 1, topK: 0, topP: 1 }
    assert.deepEqual(generationFromJSON({ transformers_version: '5.0.0' }), plain)
    assert.deepEqual(generationFromJSON({ temperature: null, top_k: null, do_sample: null }), plain)
  })

  test('what a translator asks for', () => {
    const json = { num_beams: 6, bad_words_ids: [[7], [8, 9]], eos_token_id: 0, decoder_start_token_id: 7 }
    const { more } = generationFromJSON({
      ...json,
      forced_eos_token_id: 0,
      early_stopping: 'never',
      length_penalty: 0.6,
    })
    assert.deepEqual(more, {
      beams: 6,
      lengthPenalty: 0.6,
      earlyStopping: 'never',
      banned: [7],
      end: [0],
      start: 7,
      forcedEnd: 0,
    })
    assert.deepEqual(generationFromJSON({ eos_token_id: [1, 2] }).more, { end: [1, 2] })
  })

  const cases: [json: unknown, message: string][] = [
    [[], 'expected an object {…}, but found a list of 0. The file may be damaged, or another one.'],
    [{ do_sample: 1 }, 'do_sample is 1. Write true to draw tokens by chance, or false.'],
    [{ temperature: 0 }, 'temperature is 0. Give a number above 0; 1 leaves the logits as they are.'],
    [{ temperature: 'hot' }, 'temperature is "hot". Give a number.'],
    [{ top_k: 1.5 }, 'top_k is 1.5. Give a whole number from 1, or 0 to draw from all tokens.'],
    [{ early_stopping: 'soon' }, 'early_stopping is "soon". Write true, false or "never".'],
    [{ eos_token_id: -1 }, 'eos_token_id is -1. Give an id of the vocabulary.'],
    [{ bad_words_ids: 3 }, 'bad_words_ids is 3. Give a list of lists of ids.'],
    [{ top_p: 2 }, 'top_p is 2. Give a probability above 0; 1 draws from all tokens.'],
  ]
  for (const [json, message] of cases) {
    test(`refused: ${JSON.stringify(json)}`, () => {
      assert.throws(() => generationFromJSON(json), { message: `generation_config.json: ${message}` })
    })
  }
})

test('tokenizer_config.json', () => {
  assert.deepEqual(tokenizerConfigToJSON(64), {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 64,
    clean_up_tokenization_spaces: false,
  })
  const encoder = CharacterTokenizer.of('ab', { special: ['[PAD]', '[MASK]'] })
  assert.deepEqual(tokenizerConfigToJSON(undefined, encoder), {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    pad_token: '[PAD]',
    mask_token: '[MASK]',
  })
})
