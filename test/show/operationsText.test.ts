// Operations in words.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelOperations } from '../../src/inspect/shapes/operations.ts'
import { passOf } from '../../src/model/pass.ts'
import { operationSentence, operationsText } from '../../src/show/operationsText.ts'
import { bert, type Case, gpt2, llama, translator } from '../inspect/stream/models.ts'

const sentencesOf = ({ model, inputs }: Case): Map<string, string> =>
  new Map(
    modelOperations(passOf(model, { position: 7, source: inputs['source']?.length ?? 7 })).map((operation) => [
      operation.address ?? `${operation.part} ${operation.role}`,
      operationSentence(operation),
    ]),
  )

test('the sentences of GPT-2', () => {
  const sentences = [...sentencesOf(gpt2())]
  assert.deepEqual(
    [...sentences.slice(0, 16), ...sentences.slice(-3)].map(([, sentence]) => sentence),
    [
      'Each of the 7 tokens becomes its row of the table: 12 numbers, of 13 rows.',
      'Numbers that say where each token stands are added, 12 for each of the 7 places.',
      'The 12 numbers of each token are brought to a common length.',
      "Each of the 3 heads asks a question of 4 numbers of the stream's 12.",
      "Each of the 3 heads makes an offer of 4 numbers of the stream's 12.",
      "Each of the 3 heads makes a value of 4 numbers of the stream's 12.",
      'In each of the 3 heads every question meets every offer, 7 · 7 pairs: one number each, summed over 4.',
      'In each of the 3 heads the scores of a position become shares of 7 sources, which add up to 1.',
      'Each of the 3 heads adds up the values of the sources by their shares: 4 numbers for each token.',
      'The answers of 3 heads, 4 numbers each, become 12 numbers of the stream.',
      'What the attention has made is added to the stream, 12 numbers for each token.',
      'The 12 numbers of each token are brought to a common length.',
      "The stream's 12 numbers are weighed by each of 20 hidden units.",
      'Each of the 20 hidden units fires or stays quiet: a function of its one number.',
      'The 20 hidden units write 12 numbers, each as strongly as it fires.',
      'What the MLP has made is added to the stream, 12 numbers for each token.',
      'The 12 numbers of each token are brought to a common length.',
      "The stream's 12 numbers are compared with the vector of each of the 13 tokens: one logit each.",
      'The 13 logits of each position become probabilities, which add up to 1.',
    ],
  )
})

test('those of heads that share keys, of gates and of turning', () => {
  const found = sentencesOf(llama())
  assert.equal(
    found.get('blocks.0.attention query') ?? '',
    "Each of the 4 heads asks a question of 4 numbers of the stream's 12.",
  )
  assert.equal(
    found.get('blocks.0.attention.value'),
    "Each of the 2 heads makes a value of 4 numbers of the stream's 12.",
  )
  assert.equal(
    found.get('blocks.0.attention.query'),
    'The question of each of the 4 heads is turned by where its token stands, so that distances count when both meet.',
  )
  assert.equal(found.get('blocks.0.mlp.gate'), "The stream's 12 numbers say how far to open each of 20 gates.")
  assert.equal(found.get('blocks.0.mlp.hidden'), 'Each of the 20 hidden units lets through as much as its gate says.')
})

test('attention across says so; a layer that is not known has its formula or its weight', () => {
  assert.equal(
    sentencesOf(translator()).get('decoder.blocks.0 sum'),
    'What the MLP has made is added to the stream, 12 numbers for each token.',
  )
  const found = sentencesOf(bert())
  assert.equal(
    found.get('transforming'),
    'A product with transform.weight: 12 (model) numbers become 12 (transformed).',
  )
  assert.match(found.get(' value') ?? '', /^transforming · .*erf\(/)
})

test('the list says what goes in and comes out, why, and what it costs; blocks that are alike stand once', () => {
  const operations = modelOperations(passOf(gpt2().model, { position: 7 }), { vocab: '13 letters', position: 'chosen' })
  const lines = operationsText(operations, { width: 110, isEveryBlockShown: false })
  assert.equal(lines[0], '33 operations, 46.3 kFLOP, 2,668 parameters')
  assert.ok(
    lines.includes('blocks.0 to blocks.1, all alike; blocks.0:') ||
      lines.includes('blocks.0 and blocks.1, all alike; blocks.0:'),
  )
  assert.ok(!lines.some((line) => line.includes('blocks.1.attention.query:')))
  const first = lines.indexOf(
    "   4  blocks.0.attention.query: Each of the 3 heads asks a question of 4 numbers of the stream's 12.",
  )
  assert.deepEqual(lines.slice(first + 1, first + 6), [
    '      (position 7 × model 12) , (model 12 × head 3 × key 4) , (head 3 × key 4) → (position 7 × head 3 × key',
    '        4); 2.10 kFLOP, 4.5 %, 156 parameters',
    '      model 12: forced by embedding.token: blocks.0.attention.query is a product that runs over both',
    '      head 3: chosen',
    '      key 4: 4 = 12 / 3 heads',
  ])
  const all = operationsText(operations, { width: 110, isEveryBlockShown: true })
  assert.ok(all.some((line) => line.includes('blocks.1.attention.query:')))
})
