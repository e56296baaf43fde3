// The same bits whoever computes them: training on one thread, on two and on three, with 256-bit pairing and without.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialValues, withSizes } from '../../src/checkpoint.ts'
import { windowBatches } from '../../src/data/windows.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { type CpuOptions, cpu, GPT2, small, Trainer } from '../../src/index.ts'

const ids = Int32Array.from({ length: 3000 }, (_, i) => (i * i * 7 + i * 3) % 29)

/** All weights after some steps, as one run of 32-bit words. */
async function weightsAfterTraining(options: CpuOptions, seed: number): Promise<Int32Array> {
  const engine = await cpu(options)
  const model = new GPT2({ vocab: 29, context: 18, layer: 2, head: 3, model: 21, hidden: 50, dropout: 0.1 })
  const batches = windowBatches({ ids, context: 18, batch: 3, seed })
  const trainer = await Trainer.create(engine, nextToken(model), { ...small.training, seed }, batches)
  trainer.begin(withSizes(model, initialValues(model, seed)))
  for (let step = 0; step < 20; step++) await trainer.step([batches.at(step)], 1e-2)
  const { weights } = await trainer.state()
  engine.close()
  return Int32Array.from(
    [...weights.values()].flatMap(({ data }) => [...new Int32Array(data.buffer, data.byteOffset, data.length)]),
  )
}

for (const fma of [true, false])
  test(`training gives the same bits on any number of threads, ${fma ? 'fused' : 'not fused'}`, async () => {
    const one = await weightsAfterTraining({ threads: 1, fma }, 5)
    assert.ok(one.length > 5000 && new Set(one).size > 1000, 'the weights are many and different')
    for (const options of [
      { threads: 2 },
      { threads: 3 },
      { threads: 1, simd: 128 },
      { threads: 2, simd: 128 },
    ] as const)
      assert.deepEqual(await weightsAfterTraining({ ...options, fma }, 5), one, JSON.stringify(options))
  })

test('another seed gives other bits', async () => {
  assert.notDeepEqual(await weightsAfterTraining({ threads: 1 }, 5), await weightsAfterTraining({ threads: 1 }, 6))
})
