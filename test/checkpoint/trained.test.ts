// A folder that Cutaway trained, and what Python's transformers makes of it: the same ids, the same logits.
//
// fixtures/trained was written by `cutaway train`; transformers.json in it by tools/check_folder.py.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gpt2, loadTokenizer } from '../../src/checkpoint.ts'
import { cpu, loadFolder } from '../../src/index.ts'
import { read } from '../../src/inspect.ts'
import { filesOf } from '../../src/node.ts'
import { reference } from '../../src/tensor.ts'

const folder = fileURLToPath(new URL('../fixtures/trained', import.meta.url))

describe('a trained folder in transformers', async () => {
  const expected = JSON.parse(await readFile(`${folder}/transformers.json`, 'utf8'))
  const tokenizer = await loadTokenizer(filesOf(folder), expected.logits[0].length)

  test('has the same ids', () => {
    assert.deepEqual([...tokenizer.encode(expected.text)], expected.ids)
    assert.equal(tokenizer.decode(expected.ids), expected.text)
  })

  for (const [name, open] of [
    ['reference', async () => reference()],
    ['cpu', cpu],
  ] as const)
    test(`has the same logits on the ${name} engine`, async () => {
      const engine = await open()
      const { model } = await loadFolder(filesOf(folder), engine, { of: [gpt2] })
      const logits = (await read({ model, engine, inputs: { ids: expected.ids }, addresses: ['logits'] })).get('logits')
      const theirs: number[] = expected.logits.flat()
      assert.equal(logits?.data.length, theirs.length)
      const largest = Math.max(...theirs.map((value, i) => Math.abs(value - (logits?.data[i] ?? Number.NaN))))
      assert.ok(largest <= 1e-4, `the largest difference is ${largest}`)
      engine.close()
    })
})
