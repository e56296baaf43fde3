// Waves: calls side by side do not depend on one another, and there are no more of them than a machine takes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lower } from '../../../src/engine/lower/lower.ts'
import { nextToken } from '../../../src/evaluate/objective.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { small } from '../../../src/train/settings.ts'
import { TrainingGraphs } from '../../../src/train/trainingGraphs.ts'
import { narrow, targets } from '../plain/targets.ts'

const model = new GPT2({ vocab: 11, context: 8, layer: 2, head: 2, model: 12 })
const step = new TrainingGraphs(nextToken(model), small.training).apply({ batch: 2, position: 8 })

describe('the waves of a training step', () => {
  for (const [name, target] of Object.entries({ ...targets, narrow: { ...narrow, memory: targets.wide.memory } }))
    test(name, () => {
      const { calls, waves, memory } = lower(step, target)
      assert.deepEqual(
        waves.flat().sort((a, b) => calls.indexOf(a) - calls.indexOf(b)),
        calls,
      )
      assert.ok(waves.length < calls.length)
      for (const wave of waves) {
        assert.ok(wave.length <= target.mostInWave)
        const touched = wave.map(({ operands, writes }) =>
          operands.map((node) => {
            const place = memory.placeOf(node)
            const from = 'slab' in place ? place.offset : 0
            const of = 'slab' in place ? place.slab : place.lasting
            return { of, from, to: from + target.layout.bytes(node.axes), isWritten: writes.has(node) }
          }),
        )
        touched.forEach((own, i) => {
          for (const a of own)
            for (const b of touched.slice(i + 1).flat()) {
              const meets = a.of === b.of && a.from < b.to && b.from < a.to
              assert.ok(!meets || !(a.isWritten || b.isWritten))
            }
        })
      }
    })
})
