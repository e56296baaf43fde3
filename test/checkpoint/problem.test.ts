// What a classifier's numbers mean, by its config.json.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { classifyingBert } from '../../src/checkpoint/bert.ts'

const sizes = { vocab: 11, context: 6, layer: 1, head: 2, model: 8 }
const json = (classes: number, more: object) => ({
  ...classifyingBert.blueprint({ ...sizes, class: classes }).toJSON(),
  ...more,
})
const sentenceTransformers = (name: string) => ({ sentence_transformers: { activation_fn: name, version: '5.1.0' } })
const identity = 'torch.nn.modules.linear.Identity'
const logistic = 'torch.nn.modules.activation.Sigmoid'

describe('a classifier', () => {
  const cases = [
    ['several classes', 3, {}, 'softmax'],
    ['several classes, one of them', 3, { problem_type: 'single_label_classification' }, 'softmax'],
    ['several classes, any of them', 3, { problem_type: 'multi_label_classification' }, 'sigmoid'],
    ['several numbers', 3, { problem_type: 'regression' }, 'none'],
    ['one class', 1, {}, 'sigmoid'],
    ['one number', 1, { problem_type: 'regression' }, 'none'],
    ['a cross-encoder', 1, sentenceTransformers(identity), 'none'],
    [
      'a cross-encoder of a regression',
      1,
      { problem_type: 'regression', ...sentenceTransformers(logistic) },
      'sigmoid',
    ],
    ['an older cross-encoder', 1, { sbert_ce_default_activation_function: identity }, 'none'],
    ['a cross-encoder of several classes', 3, sentenceTransformers(identity), 'softmax'],
  ] as const
  for (const [name, classes, more, scores] of cases)
    test(name, () => {
      const {
        blueprint: { config },
        warnings,
      } = blueprintFromJSON(json(classes, more), 'config.json', [classifyingBert])
      assert.equal(classifyingBert.blueprint(config).build().config.scores, scores)
      assert.deepEqual(warnings, [])
      const again = blueprintFromJSON(classifyingBert.blueprint(config).toJSON(), 'config.json', [classifyingBert])
        .blueprint.config
      assert.deepEqual(again, config)
    })

  test('of several classes has no function of its own', () => {
    const { warnings } = blueprintFromJSON(json(3, sentenceTransformers(logistic)))
    assert.deepEqual(warnings, [
      'config.json: activation_fn is not used: it counts where there is one class, and here are 3.',
    ])
  })

  test('whose names are too few has its number of classes', () => {
    const {
      blueprint: { config },
      warnings,
    } = blueprintFromJSON(json(3, { num_labels: 4 }), 'config.json', [classifyingBert])
    assert.deepEqual(config.labels, ['LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3'])
    assert.deepEqual(warnings, [
      'config.json: num_labels is 4, but id2label names 3 classes. The names are not used: the classes are LABEL_0 and so on.',
    ])
  })

  test('of a kind that nobody knows is refused', () => {
    assert.throws(() => blueprintFromJSON(json(3, { problem_type: 'ranking' })), {
      message:
        'config.json: problem_type is "ranking", and Cutaway runs only "regression" or "single_label_classification" or "multi_label_classification". Take another checkpoint.',
    })
    assert.throws(() => blueprintFromJSON(json(1, { problem_type: 'single_label_classification' })), {
      message:
        'config.json: problem_type is "single_label_classification", but there is one class. Write "regression", or name two.',
    })
    assert.throws(() => blueprintFromJSON(json(1, sentenceTransformers('torch.nn.modules.activation.Tanh'))), {
      message: `config.json: sentence_transformers: activation_fn is "torch.nn.modules.activation.Tanh", and Cutaway runs only "${logistic}" or "${identity}" or "torch.nn.Sigmoid" or "torch.nn.Identity". Take another checkpoint.`,
    })
  })
})
