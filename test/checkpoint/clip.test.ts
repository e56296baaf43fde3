// CLIP's folders: what is particular to them beside the numbers, which test/model/transformers.test.ts compares.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { blobFiles } from '../../src/checkpoint/blobFiles.ts'
import { type ClipFolderConfig, clip } from '../../src/checkpoint/clip.ts'
import { loadTokenizer } from '../../src/checkpoint/load.ts'
import { tokenizerFromJSON } from '../../src/text/tokenizer/fromJSON.ts'

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/tokenizers/${name}.json`, import.meta.url), 'utf8'))

const config = {
  ...{ architectures: ['CLIPModel'], model_type: 'clip', projection_dim: 5 },
  text_config: { vocab_size: 13, hidden_size: 12, num_attention_heads: 3, eos_token_id: 2 },
  vision_config: { hidden_size: 10, num_attention_heads: 2, image_size: 8, patch_size: 4 },
}
const configOf = (more: object): ClipFolderConfig =>
  blueprintFromJSON({ ...config, ...more }, 'config.json', [clip]).blueprint.config

describe('the config of a CLIP', () => {
  test('reads texts at their largest id where the end token is the one of old', () => {
    assert.equal(configOf({}).end, undefined)
    assert.equal(configOf({ text_config: { ...config.text_config, eos_token_id: 12 } }).end, 12)
  })

  test('takes the encoders of the oldest files, which count where both are there', () => {
    const older = configOf({ text_config_dict: { vocab_size: 20, hidden_size: 16 } })
    assert.deepEqual([older.vocab, older.textEncoder.model, older.textEncoder.head], [20, 16, 8])
  })

  test('is refused where heads do not share the stream, and pictures are not square', () => {
    assert.throws(() => configOf({ text_config: { ...config.text_config, num_attention_heads: 5 } }), {
      message:
        'config.json: text_config: hidden_size 12 cannot be divided among num_attention_heads 5 heads. Choose a hidden_size that is a multiple of num_attention_heads.',
    })
    assert.throws(() => configOf({ vision_config: { ...config.vision_config, image_size: [8, 12] } }), {
      message: "config.json: vision_config: image_size is 8 × 12, and a CLIP's is square. Give one whole number.",
    })
  })
})

describe("CLIP's tokenizer in its two files", () => {
  const { tokenizer } = fixture('clip')
  const { vocab, merges } = tokenizer.model
  const lines = [
    '#version: 0.2',
    ...merges.map((pair: string | string[]) => (typeof pair === 'string' ? pair : pair.join(' '))),
    '',
  ]
  const files = (more: Record<string, string> = {}) =>
    blobFiles(
      new Map(
        Object.entries({ 'vocab.json': JSON.stringify(vocab), 'merges.txt': lines.join('\n'), ...more }).map(
          ([name, text]) => [name, new Blob([text])],
        ),
      ),
      'clip',
    )
  const size = Object.keys(vocab).length

  test('gives the ids of the tokenizer.json', async () => {
    const [ours, whole] = [await loadTokenizer(files(), size), await tokenizerFromJSON(tokenizer, {}, 'clip', size)]
    for (const text of fixture('texts').slice(0, 40))
      if (typeof text === 'string')
        assert.deepEqual(ours.encode(text, { special: true }), whole.encode(text, { special: true }), text)
  })

  test('is refused where its tokens for beginning and end are not there', async () => {
    const { '<|endoftext|>': _, ...without } = vocab
    await assert.rejects(loadTokenizer(files({ 'vocab.json': JSON.stringify(without) }), size), {
      message: 'clip/vocab.json: <|endoftext|> is missing. Restore the file.',
    })
  })
})
