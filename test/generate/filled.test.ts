// Prompts are filled up to a length for which there is a program. RoPE that asks how long the longest text is must not see that.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { setWeights } from '../../src/checkpoint/engineWeights.ts'
import { llama } from '../../src/checkpoint/llama.ts'
import { reference } from '../../src/engine/reference.ts'
import { Generator } from '../../src/generate/generate.ts'
import { Llama, type LlamaConfig } from '../../src/model/llama.ts'
import { logSoftmax } from '../../src/tensor/definitions.ts'
import { input } from '../../src/tensor/primitives.ts'
import { formulaWeights } from '../model/formula.ts'

test('a prompt shorter than the original context is computed as such, however it is filled up', async () => {
  const engine = reference()
  const config: LlamaConfig = {
    vocab: 13,
    context: 64,
    layer: 1,
    head: 2,
    model: 8,
    hidden: 12,
    scaling: { kind: 'longrope', original: 9, short: [1, 1], long: [5, 20], strength: 1 },
  }
  const model = new Llama(config)
  setWeights(engine, model, formulaWeights(model, llama.blueprint(config).table, 'filled'))
  const prompt = [3, 1, 4, 1, 5, 9]
  const ids = input('ids', { batch: 1, position: prompt.length }, { below: 13 })
  const program = await engine.compile({ outputs: { expected: logSoftmax(model.logits({ ids }), 'vocab') } })
  await program.run({ ids: prompt })
  const expected = (await program.read('expected')).data.slice(-13)

  const generator = new Generator({ engine, model })
  const settings = { tokens: 1, temperature: 0, logProbabilities: true }
  for (const openings of [[{ prompt }], [{ prompt: [2] }, { prompt }]]) {
    const written: { row: number; id: number; logProbability?: number }[] = []
    for await (const token of generator.generateAll(openings, settings)) written.push(token)
    const { id, logProbability = 0 } = written[openings.length - 1]
    assert.ok(Math.abs(logProbability - expected[id]) < 1e-6, `${logProbability} instead of ${expected[id]}`)
  }
  engine.close()
})
