// generation_config.json and tokenizer_config.json: what is written, and every way in which a file may be wrong.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { generationFromJSON, generationToJSON, tokenizerConfigToJSON } from '../../src/checkpoint/generationConfig.ts'
import { unusedFields } from '../../src/checkpoint/generationFields.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'

describe('generation_config.json', () => {
  test('what is written is read', () => {
    const generation = { isSampled: true, temperature: 0.8, topK: 40, topP: 0.95 }
    const written = generationToJSON(generation, 64)
    assert.deepEqual(written, { do_sample: true, temperature: 0.8, top_k: 40, top_p: 0.95, max_length: 64 })
    assert.deepEqual(generationFromJSON(written), { ...generation, more: { mostLength: 64 } })
  })

  test('what is not said is as in transformers: the likeliest token', () => {
    const plain = { isSampled: false, temperature: 1, topK: 50, topP: 1 }
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
      banned: [[7], [8, 9]],
      end: [0],
      start: 7,
      forcedEnd: [0],
    })
    assert.deepEqual(generationFromJSON({ eos_token_id: [1, 2] }).more, { end: [1, 2] })
  })

  const cases: [json: unknown, message: string][] = [
    [[], 'expected an object {…}, but found a list of 0. The file may be damaged, or another one.'],
    [{ do_sample: 1 }, 'do_sample is 1. Write true to draw tokens by chance, or false.'],
    [{ do_sample: true, temperature: 0 }, 'temperature is 0. Give a number above 0; 1 leaves the logits as they are.'],
    [{ temperature: 'hot' }, 'temperature is "hot". Give a number.'],
    [{ do_sample: true, top_k: 1.5 }, 'top_k is 1.5. Give a whole number from 1, or 0 to draw from all tokens.'],
    [{ early_stopping: 'soon' }, 'early_stopping is "soon". Write true, false or "never".'],
    [{ eos_token_id: -1 }, 'eos_token_id is -1. Give an id of the vocabulary.'],
    [{ bad_words_ids: 3 }, 'bad_words_ids is 3. Give a list of lists of ids.'],
    [{ do_sample: true, top_p: 2 }, 'top_p is 2. Give a probability above 0; 1 draws from all tokens.'],
    [{ sequence_bias: [[[1], 'x']] }, 'sequence_bias has a list of 2 in it. Give pairs of a list of ids and a number.'],
    [{ bad_words_ids: [[]] }, 'bad_words_ids has a list of 0 in it. Give lists of ids.'],
    [{ repetition_penalty: 0 }, 'repetition_penalty is 0. Give a number above 0; 1 changes nothing.'],
    [
      { exponential_decay_length_penalty: [3] },
      'exponential_decay_length_penalty is [3]. Give a list of a number of tokens and a factor above 0.',
    ],
    [{ max_new_tokens: 0 }, 'max_new_tokens is 0. Give a whole number from 1 to 10000000000.'],
    [{ stop_strings: [''] }, 'stop_strings is a list of 1. Give a text, or a list of texts, that end what is written.'],
    [{ suppress_tokens: [1, -1] }, 'suppress_tokens has -1 in it. Give ids of the vocabulary.'],
    [{ suppress_tokens: 5 }, 'suppress_tokens is 5. Give a list of ids.'],
    [{ decoder_start_token_id: [1, 2] }, 'decoder_start_token_id is a list of 2. Give one id of the vocabulary.'],
  ]
  for (const [json, message] of cases) {
    test(`refused: ${JSON.stringify(json)}`, () => {
      assert.throws(() => generationFromJSON(json), { message: `generation_config.json: ${message}` })
    })
  }

  test('refused: an id beyond the vocabulary, in every field that has ids', () => {
    const fields: readonly (readonly [object, string?])[] = [
      [{ suppress_tokens: [1, 15] }],
      [{ begin_suppress_tokens: [15] }],
      [
        {
          forced_decoder_ids: [
            [1, null],
            [2, 15],
          ],
        },
      ],
      [{ bad_words_ids: [[1], [2, 15]] }],
      [{ sequence_bias: [[[15], 1.5]] }],
      [{ forced_bos_token_id: 15 }],
      [{ forced_eos_token_id: [1, 15] }],
      [{ bos_token_id: 15 }],
      [{ eos_token_id: 15 }],
      [{ decoder_start_token_id: 15 }],
      [{ no_timestamps_token_id: 15 }],
      [{ lang_to_id: { '<|de|>': 15 } }, 'lang_to_id: <|de|>'],
      [{ task_to_id: { transcribe: 15 } }, 'task_to_id: transcribe'],
    ]
    for (const [json, field = Object.keys(json)[0]] of fields) {
      assert.ok(generationFromJSON(json, 'g.json', 16).more)
      const name = field.split(': ').at(-1)
      assert.throws(() => generationFromJSON(json, 'g.json', 15), {
        message: `g.json: ${field} has the id 15, but the model (config.json) knows 0 to 14. The file may belong to another model: correct it, or leave ${name} out.`,
      })
    }
    assert.deepEqual(generationFromJSON({ pad_token_id: 15 }, 'g.json', 15), generationFromJSON({}))
  })
})

describe('every field of GenerationConfig', async () => {
  const { fields } = JSON.parse(
    await readFile(new URL('../fixtures/generation/fields.json', import.meta.url), 'utf8'),
  ) as { fields: string[] }

  /** What asks for something, for those that are done, and what it becomes. */
  const done: Record<string, [value: unknown, becomes: object]> = {
    do_sample: [true, { isSampled: true }],
    temperature: [0.5, { temperature: 0.5 }],
    top_k: [7, { topK: 7 }],
    top_p: [0.5, { topP: 0.5 }],
    min_p: [0.1, { more: { minP: 0.1 } }],
    top_h: [0.4, { more: { topH: 0.4 } }],
    typical_p: [0.9, { more: { typicalP: 0.9 } }],
    epsilon_cutoff: [0.01, { more: { epsilon: 0.01 } }],
    eta_cutoff: [0.02, { more: { eta: 0.02 } }],
    repetition_penalty: [1.2, { more: { repetitionPenalty: 1.2 } }],
    encoder_repetition_penalty: [1.2, { more: { sourcePenalty: 1.2 } }],
    no_repeat_ngram_size: [3, { more: { noRepeat: 3 } }],
    encoder_no_repeat_ngram_size: [3, { more: { noRepeatOfSource: 3 } }],
    bad_words_ids: [[[1, 2]], { more: { banned: [[1, 2]] } }],
    sequence_bias: [[[[1, 2], -2]], { more: { bias: [{ ids: [1, 2], bias: -2 }] } }],
    min_length: [5, { more: { leastLength: 5 } }],
    min_new_tokens: [5, { more: { leastTokens: 5 } }],
    max_length: [5, { more: { mostLength: 5 } }],
    max_new_tokens: [5, { more: { mostTokens: 5 } }],
    forced_bos_token_id: [5, { more: { forcedBegin: 5 } }],
    forced_eos_token_id: [[5, 6], { more: { forcedEnd: [5, 6] } }],
    remove_invalid_values: [true, { more: { replacesInvalid: true } }],
    exponential_decay_length_penalty: [[4, 1.1], { more: { growingEnd: { after: 4, factor: 1.1 } } }],
    suppress_tokens: [[3], { more: { suppressed: [3] } }],
    begin_suppress_tokens: [[3], { more: { suppressedFirst: [3] } }],
    renormalize_logits: [true, { more: { renormalizes: true } }],
    num_beams: [4, { more: { beams: 4 } }],
    length_penalty: [2, { more: { lengthPenalty: 2 } }],
    early_stopping: ['never', { more: { earlyStopping: 'never' } }],
    num_return_sequences: [2, { more: { each: 2 } }],
    stop_strings: ['x', { more: { stopStrings: ['x'] } }],
    bos_token_id: [1, { more: { begin: 1 } }],
    eos_token_id: [[1, 2], { more: { end: [1, 2] } }],
    decoder_start_token_id: [1, { more: { start: 1 } }],
    pad_token_id: [1, {}],
    // What the file says of itself.
    transformers_version: ['5.24.0', {}],
    _from_model_config: [true, {}],
  }
  const plain = { isSampled: false, temperature: 1, topK: 50, topP: 1 }

  for (const name of fields)
    test(name, () => {
      assert.deepEqual(generationFromJSON({ [name]: null }), plain)
      if (Object.hasOwn(done, name)) {
        const [value, becomes] = done[name]
        assert.deepEqual(generationFromJSON({ [name]: value }), { ...plain, ...becomes })
        return
      }
      assert.deepEqual(generationFromJSON({ [name]: 'something' }), {
        ...plain,
        unused: [`generation_config.json: ${name} is not used. Cutaway writes as if the file did not ask for it.`],
      })
      for (const nothing of unusedFields[name]) assert.deepEqual(generationFromJSON({ [name]: nothing }), plain)
    })

  test('several that are not used, and those that nobody knows', () => {
    assert.deepEqual(generationFromJSON({ guidance_scale: 2, penalty_alpha: 0.6, chat_format: 'x', a: 1 }).unused, [
      'generation_config.json: guidance_scale, penalty_alpha are not used. Cutaway writes as if the file did not ask for them.',
      'generation_config.json: "chat_format", "a" are not known to Cutaway, and not used.',
    ])
  })

  test('what means nothing where nothing is drawn', () => {
    assert.deepEqual(generationFromJSON({ temperature: 0, top_p: 0, top_k: -1 }), {
      ...plain,
      unused: [
        'generation_config.json: temperature is 0 and is not used, as do_sample is not true. Give a number above 0; 1 leaves the logits as they are.',
        'generation_config.json: top_k is -1 and is not used, as do_sample is not true. Give a whole number from 1, or 0 to draw from all tokens.',
        'generation_config.json: top_p is 0 and is not used, as do_sample is not true. Give a probability above 0; 1 draws from all tokens.',
      ],
    })
  })
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
