// The training state: everything comes back to the bit, and what belongs to another model is refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSafetensors, writeSafetensors } from '../../src/checkpoint/safetensors.ts'
import { readTraining, type TrainingState, writeTraining } from '../../src/checkpoint/training.ts'
import { countingWeights, sizesOf, tiny } from './tiny.ts'

const sizes = sizesOf(tiny)
const state: TrainingState = {
  step: 400,
  seed: 2 ** 53 - 1,
  settings: { batch: 12, rate: 1e-3, name: 'é "notes"\n' },
  history: [
    { step: 0, training: 4.17, validation: 4.18 },
    { step: 400, training: 0.1 + 0.2, validation: 2.5 },
  ],
  weights: countingWeights(sizes, 0.1),
  first: countingWeights(sizes, -1e-9),
  second: countingWeights(sizes, 1e-30),
}
const bytes = new Uint8Array(Buffer.concat(writeTraining(state)))

/** The same file with other metadata. */
function withMetadata(change: Record<string, string>): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes)
  return new Uint8Array(Buffer.concat(writeSafetensors(tensors, { ...metadata, ...change })))
}

test('what is written is read, to the bit', () => {
  assert.deepEqual(readTraining(bytes, sizes), state)
})

test('a state of another model is refused with everything that differs', () => {
  assert.throws(() => readTraining(bytes, sizesOf({ ...tiny, layer: 1, vocab: 12 })), {
    message: [
      'training.safetensors: 51 tensors do not fit the model.',
      '  other shape: weights/embedding.token is (11, 8), but weights/embedding.token (vocab 12, model 8) takes (12, 8).',
      '  other shape: first/embedding.token is (11, 8), but first/embedding.token (vocab 12, model 8) takes (12, 8).',
      '  other shape: second/embedding.token is (11, 8), but second/embedding.token (vocab 12, model 8) takes (12, 8).',
      ...['first', 'second', 'weights']
        .flatMap((kind) =>
          [
            'attention.key.bias (2, 4)',
            'attention.key.weight (8, 2, 4)',
            'attention.output.bias (8)',
            'attention.output.weight (2, 4, 8)',
            'attention.query.bias (2, 4)',
            'attention.query.weight (8, 2, 4)',
            'attention.value.bias (2, 4)',
            'attention.value.weight (8, 2, 4)',
            'attentionNorm.scale (8)',
            'attentionNorm.shift (8)',
            'mlp.down.bias (8)',
            'mlp.down.weight (12, 8)',
            'mlp.up.bias (12)',
            'mlp.up.weight (8, 12)',
            'mlpNorm.scale (8)',
            'mlpNorm.shift (8)',
          ].map((rest) => `  unknown: ${kind}/blocks.{layer}.${rest}, for layer 1.`),
        )
        .slice(0, 37),
      '  … and 11 more.',
      '  Take the config.json that was saved with these weights.',
    ].join('\n'),
  })
})

const cases: [name: string, bytes: Uint8Array, message: string][] = [
  [
    'another format',
    withMetadata({ format: 'pt' }),
    'training.safetensors: its format is "pt", not "cutaway training 1". It is no training state, or that of another version; start the training anew.',
  ],
  [
    'half a step',
    withMetadata({ step: '3.5' }),
    'training.safetensors: step is "3.5", not a whole number. The file is damaged; start the training anew.',
  ],
  [
    'a negative seed',
    withMetadata({ seed: '-1' }),
    'training.safetensors: seed is "-1", not a whole number. The file is damaged; start the training anew.',
  ],
  [
    'a history that is no JSON',
    withMetadata({ history: '[{' }),
    "training.safetensors: history: this is not JSON (Expected property name or '}' in JSON at position 2 (line 1 column 3)). " +
      'The file may be cut off or damaged; restore it or save it again.',
  ],
]
for (const [name, bytes, message] of cases) {
  test(`refused: ${name}`, () => assert.throws(() => readTraining(bytes, sizes), { message }))
}
