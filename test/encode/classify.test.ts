// Classification of texts in batches: what the model says of each alone.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { read } from '../../src/inspect/read.ts'
import { ClassifyingBert } from '../../src/model/bert.ts'
import type { ClassScores } from '../../src/model/language.ts'
import { initialValues } from '../../src/model/start.ts'

test('every text gets the classes that the model gives it alone', async (t) => {
  const model = new ClassifyingBert({ vocab: 13, context: 24, layer: 1, head: 2, model: 8, class: 3 })
  const engine = await cpu({ threads: 1 })
  t.after(() => engine.close())
  const values = [...initialValues(model, 2)].map(
    ([path, numbers]) => [path, path.endsWith('scale') ? numbers : numbers.map((value) => 20 * value)] as const,
  )
  setWeights(engine, model, withSizes(model, new Map(values)))
  const texts = Array.from({ length: 19 }, (_, i) =>
    Int32Array.from({ length: 1 + ((i * 7) % 20) }, (_, k) => (i + k * 5) % 13),
  )
  const found = await new Classifier({ engine, model }).classify(texts.map((ids) => ({ ids })))
  for (const [i, ids] of texts.entries()) {
    const logits = (await read({ model, engine, inputs: { ids }, addresses: ['classes'] })).get('classes')?.data ?? []
    const powers = Array.from(logits, Math.exp)
    const whole = powers.reduce((sum, power) => sum + power, 0)
    powers.forEach((power, label) => {
      assert.ok(Math.abs(found[i][label] - power / whole) < 1e-5, `text ${i}, class ${label}`)
    })
  }
  await assert.rejects(new Classifier({ engine, model }).classify([{ ids: [] }]), {
    message: 'classify: example 0: ids is empty, but the model looks at 1 to 24 tokens at once. Give a longer one.',
  })
})

describe('a classifier', () => {
  const sizes = { vocab: 13, context: 24, layer: 1, head: 2, model: 8, class: 3 }
  const lively = (model: ClassifyingBert) =>
    withSizes(model, new Map([...initialValues(model, 2)].map(([path, numbers]) => [path, numbers.map((x) => 20 * x)])))
  const texts = [[1, 2, 3, 4, 5], [6], [7, 8, 9]]

  async function said(scores: ClassScores | undefined, kinds?: (number[] | undefined)[]): Promise<number[][]> {
    const engine = await cpu({ threads: 1 })
    const model = new ClassifyingBert({ ...sizes, ...(scores && { scores }) })
    setWeights(engine, model, lively(model))
    const found = await new Classifier({ engine, model }).classify(texts.map((ids, i) => ({ ids, kinds: kinds?.[i] })))
    engine.close()
    return found.map((each) => Array.from(each))
  }

  test('gives shares, a probability for each class, or numbers, as its model says', async () => {
    const numbers = await said('none')
    const near = (a: number[][], b: number[][]) => {
      for (const [i, x] of a.flat().entries()) assert.ok(Math.abs(x - b.flat()[i]) < 1e-5)
    }
    near(
      await said('sigmoid'),
      numbers.map((row) => row.map((x) => 1 / (1 + Math.exp(-x)))),
    )
    const shares = numbers.map((row) => {
      const powers = row.map(Math.exp)
      return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0))
    })
    near(await said('softmax'), shares)
    near(await said(undefined), shares)
  })

  test('reads which of two texts a token belongs to', async () => {
    const plain = await said('none')
    const paired = await said('none', [[0, 0, 0, 1, 1], undefined, [0, 0, 0]])
    assert.notDeepEqual(paired[0], plain[0])
    assert.deepEqual(paired.slice(1), plain.slice(1))
  })

  test('refuses kinds that do not fit, and weights that are no numbers', async () => {
    await assert.rejects(said('none', [[0, 1]]), {
      message: 'classify: example 0: kinds has 2 places along "position", but others have 5. Give as many of each.',
    })
    await assert.rejects(said('none', [undefined, [2]]), {
      message:
        'classify: example 1: kinds has the id 2 at place 0, outside 0..1. The text may have been encoded for another model.',
    })
    const engine = await cpu({ threads: 1 })
    const model = new ClassifyingBert(sizes)
    const weights = lively(model)
    for (const { data } of weights.values()) data[0] = Number.NaN
    setWeights(engine, model, weights)
    await assert.rejects(new Classifier({ engine, model }).classify(texts.map((ids) => ({ ids }))), {
      message: 'classify: what comes out for example 0 is NaN. The weights may be damaged.',
    })
    engine.close()
  })
})
