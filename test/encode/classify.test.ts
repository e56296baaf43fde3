// Classification of texts in batches: what the model says of each alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { read } from '../../src/inspect/read.ts'
import { ClassifyingBert } from '../../src/model/bert.ts'
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
  const found = await new Classifier({ engine, model }).classify(texts)
  for (const [i, ids] of texts.entries()) {
    const logits = (await read({ model, engine, ids, addresses: ['classes'] })).get('classes')?.data ?? []
    const powers = Array.from(logits, Math.exp)
    const whole = powers.reduce((sum, power) => sum + power, 0)
    powers.forEach((power, label) => {
      assert.ok(Math.abs(found[i][label] - power / whole) < 1e-5, `text ${i}, class ${label}`)
    })
  }
  await assert.rejects(new Classifier({ engine, model }).classify([[]]), {
    message: 'classify: text 0 has no tokens. Leave it out.',
  })
})
