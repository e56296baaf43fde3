// The values that a folder says its model should give: read as they are, and refused where they are something else.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blobFiles } from '../../src/checkpoint/blobFiles.ts'
import { expectedValues } from '../../src/checkpoint/expectedValues.ts'

/** A folder with one expected.json. */
const folder = (json: unknown) => blobFiles(new Map([['expected.json', new Blob([JSON.stringify(json)])]]), 'run')

describe('expected values', () => {
  test('are read with their inputs and axes', async () => {
    const made = {
      made: 'transformers 5',
      inputs: { ids: [1, 2] },
      values: { logits: { axes: [{ name: 'position', size: 2 }], data: [0.5, -1] } },
    }
    assert.deepEqual(await expectedValues(folder(made)), made)
  })

  test('are none where there is no such file', async () => {
    assert.equal(await expectedValues(blobFiles(new Map(), 'run')), undefined)
  })

  for (const [json, message] of [
    [[], 'run/expected.json: expected an object {…}, but found a list of 0. The file may be damaged, or another one.'],
    [
      { inputs: { ids: [1] }, values: { logits: { axes: ['position'], data: [1] } } },
      'run/expected.json: logits: axes must be a list of { name, size }. Write the file anew, with tools/make_expected.py.',
    ],
    [
      { inputs: { ids: [1] }, values: { logits: { axes: [], data: [null] } } },
      'run/expected.json: logits: data must be a list of numbers. Write the file anew, with tools/make_expected.py.',
    ],
  ] as const)
    test(`refuse: ${message.slice(19, 60)}`, async () => {
      await assert.rejects(expectedValues(folder(json)), { message })
    })
})
