import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { labText } from '../../src/lab/labText.ts'
import { usualModel } from '../../src/lab/smallChoices.ts'
import { costsOfTwice } from '../../src/lab/twiceAsLong.ts'

test('twice the length takes about twice the memory, and more where the pattern is kept', async () => {
  const text = await labText('to be or not to be '.repeat(700), 'text')
  const measure = async (positions: 'rotary' | 'alibi') => {
    const engine = await cpu({ threads: 1 })
    const choices = { ...usualModel, layers: 1, model: 16, hidden: 32, heads: 2, context: 128, positions }
    const costs = await costsOfTwice({ engine, text, seed: 0, choices }, 1)
    engine.close()
    return costs
  }
  const [rotary, alibi] = [await measure('rotary'), await measure('alibi')]
  assert.ok(rotary.memory > 1.6 && rotary.memory < 2.2, `${rotary.memory}`)
  assert.ok(alibi.memory > 2.8, `${alibi.memory}`)
  assert.ok(rotary.time > 0)
})
