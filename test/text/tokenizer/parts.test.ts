// The parts of a tokenizer.json that are not as they should be: each is refused with its place, and nothing else happens.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'

const model = { type: 'BPE', vocab: { a: 0, b: 1, '▁': 2 }, merges: [] }
const load = (parts: object, config?: unknown) => tokenizerFromJSON({ model, ...parts }, config, 'file')
const odd = { toString: 2 }
const text = { Sequence: { id: 'A', type_id: 0 } }
const template = (single: unknown, special: unknown = {}) => ({
  post_processor: { type: 'TemplateProcessing', single, pair: [], special_tokens: special },
})

describe('refused', () => {
  const cases: [parts: object, message: string][] = [
    [
      { normalizer: 3 },
      'file: normalizer: expected an object {…}, but found 3. The file may be damaged, or another one.',
    ],
    [{ normalizer: {} }, 'file: normalizer: type is missing. Give a text.'],
    [
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Prepend', prepend: odd }] } },
      'file: normalizer: normalizers[1]: prepend is an object. Give a text.',
    ],
    [
      { normalizer: { type: 'Sequence', normalizers: odd } },
      'file: normalizer: normalizers is an object. Give a list.',
    ],
    [
      { normalizer: { type: 'Lowercased' } },
      'file: normalizer is of the type "Lowercased", which cannot be run. ' +
        'Take another tokenizer, or one of another kind.',
    ],
    [
      { normalizer: { type: 'BertNormalizer', lowercase: 'no' } },
      'file: normalizer: lowercase is "no". Write true or false.',
    ],
    [
      { normalizer: { type: 'Replace', pattern: 'a', content: 'b' } },
      'file: normalizer: pattern: expected an object {…}, but found "a". The file may be damaged, or another one.',
    ],
    [
      { normalizer: { type: 'Replace', pattern: {}, content: 'b' } },
      'file: normalizer: pattern is neither {"String": …} nor {"Regex": …}. Give one of them.',
    ],
    [
      { normalizer: { type: 'Replace', pattern: { String: 'a' } } },
      'file: normalizer: content is missing. Give a text.',
    ],
    [
      { pre_tokenizer: { type: 'Split', behavior: 'Isolated' } },
      'file: pre_tokenizer: pattern is missing. Give {"String": …} or {"Regex": …}.',
    ],
    [
      { pre_tokenizer: { type: 'Metaspace', replacement: '' } },
      'file: pre_tokenizer: replacement is "". Give one character.',
    ],
    [
      { pre_tokenizer: { type: 'Metaspace', prepend_scheme: 'often' } },
      'file: pre_tokenizer: prepend_scheme is "often". Write "always", "first" or "never".',
    ],
    [
      { pre_tokenizer: { type: 'CharDelimiterSplit', delimiter: 'ab' } },
      'file: pre_tokenizer: delimiter is "ab". Give one character.',
    ],
    [
      { pre_tokenizer: { type: 'FixedLength', length: 0 } },
      'file: pre_tokenizer: length is 0. Give a whole number from 1 to 10000000000.',
    ],
    [
      { decoder: { type: 'Strip', content: ' ', start: -1, stop: 0 } },
      'file: decoder: start is -1. Give a whole number from 0 to 10000000000.',
    ],
    [{ decoder: { type: 'WordPiece', prefix: odd } }, 'file: decoder: prefix is an object. Give a text.'],
    [
      { decoder: { type: 'Sequence', decoders: [1] } },
      'file: decoder: decoders[0]: expected an object {…}, but found 1. The file may be damaged, or another one.',
    ],
    [
      { post_processor: { type: 'RobertaProcessing' } },
      'file: post_processor: cls is nothing. Give a token and its id: ["[SEP]", 102].',
    ],
    [
      template(undefined),
      'file: post_processor: single has the text 0 times. Give {"Sequence": {"id": "A", "type_id": 0}} once.',
    ],
    [
      template([{ SpecialToken: { id: '<x>', type_id: 0 } }, text]),
      'file: post_processor: special_tokens has no ids for "<x>", which the template adds. Save the tokenizer again.',
    ],
    [
      template([{ SpecialToken: { id: 'a', type_id: 0 } }, text], { a: { ids: [7] } }),
      'file: post_processor adds the id 7, which the vocabulary lacks. Save the tokenizer again.',
    ],
    [
      { added_tokens: [{ id: 3, content: 'x'.repeat(1001) }] },
      'file: added_tokens[0]: the content has 1001 characters, and may have 1000. The file may be damaged; save the tokenizer again.',
    ],
    [
      { added_tokens: [{ id: 3, content: 'x', lstrip: 1 }] },
      'file: added_tokens[0]: lstrip is 1. Write true or false.',
    ],
    [{ model: { ...model, unk_token: 1 } }, 'file: model: unk_token is 1. Give a text.'],
    [
      {
        model: {
          type: 'Unigram',
          unk_id: 2,
          vocab: [
            ['a', 0],
            ['b', -1],
          ],
        },
      },
      'file: model: unk_id is 2. Give a whole number from 0 to 1.',
    ],
    [
      { model: { type: 'Unigram', unk_id: 0, vocab: [['a', Number.NEGATIVE_INFINITY]] } },
      'file: model.vocab: entry 0 is a list of 2, and should be a piece and its score. Save the tokenizer again.',
    ],
  ]
  for (const [parts, message] of cases) test(message, () => assert.rejects(load(parts), { message }))

  test('a role that is no token', () =>
    assert.rejects(load({}, { bos_token: 3 }), {
      message: 'tokenizer_config.json: bos_token is 3. Give the text of a token, or null.',
    }))

  test('replacements that make a text longer and longer', async () => {
    const twice = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' }
    const tokenizer = await load({
      normalizer: { type: 'Sequence', normalizers: Array.from({ length: 40 }, () => twice) },
    })
    assert.throws(() => tokenizer.encode('aaaa'), {
      message:
        'file: normalizer: it makes more than 1000000 characters of 4. Take another tokenizer, or a shorter text.',
    })
  })
})

test('the ids that a template carries count, and not those of its tokens', async () => {
  const tokenizer = await load({ post_processor: { type: 'BertProcessing', cls: ['a', 1], sep: ['no piece', 0] } })
  assert.deepEqual([...tokenizer.encode('b', { special: true })], [1, 1, 0])
})

test('of added tokens the longest is found, wherever it begins', async () => {
  const contents = ['<a>', '<ab>', '<', '<ab><c>', 'é<', '😀', '😀😀']
  const added_tokens = contents.map((content, i) => ({ id: 10 + i, content }))
  const tokenizer = await load({ added_tokens })
  assert.deepEqual([...tokenizer.encode('<ab><a><b<ab><c>é<😀😀😀')], [4, 3, 5, 1, 6, 7, 9, 8])
})
