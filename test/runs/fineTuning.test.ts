// What is told of a classifier whose classes will mean something else once it is trained.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClassifyingBertFolderConfig, classifyingBert } from '../../src/checkpoint/bert.ts'
import type { Problem } from '../../src/checkpoint/problem.ts'
import type { Learnt } from '../../src/runs/beginning.ts'
import { continued, newMeaning } from '../../src/runs/fineTuning.ts'

const sizes = { vocab: 11, context: 6, layer: 1, head: 2, model: 8 }
const configOf = (classes: number, problem: Problem): ClassifyingBertFolderConfig => ({
  ...sizes,
  class: classes,
  labels: ['a', 'b', 'c'].slice(0, classes),
  ...problem,
})
const learnt = (classes: number, problem: Problem): Learnt => ({
  kind: 'learnt',
  blueprint: classifyingBert.blueprint(configOf(classes, problem)),
  name: 'old',
  tokenizer: {} as Learnt['tokenizer'],
  weights: new Map(),
  from: {} as Learnt['from'],
  warnings: [],
})

test('classes that were no alternatives become some, and that is told', () => {
  const told = (classes: number, problem: Problem) => newMeaning(learnt(classes, problem), 'classifier')
  const end = 'what is trained here gives each text one of several labels.'
  assert.deepEqual(told(3, {}), [])
  assert.deepEqual(told(3, { problem: 'multi_label_classification' }), [
    `old: its classes were probabilities by themselves (multi_label_classification); ${end}`,
  ])
  assert.deepEqual(told(1, { problem: 'regression' }), [`old: its classes were numbers (regression); ${end}`])
  assert.deepEqual(told(1, {}), [`old: its classes were probabilities by themselves (it has one class); ${end}`])
  const from = learnt(3, { problem: 'multi_label_classification' })
  const { blueprint } = continued(from, { as: 'classifier', labels: ['a', 'b'], seed: 0 })
  const model = blueprint.build()
  assert.equal(model.kind === 'classifier' && model.config.scores, 'softmax')
  assert.equal('problem' in blueprint.config, false)
})
