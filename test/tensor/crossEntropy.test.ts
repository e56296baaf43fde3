// Cross-entropy where nothing is asked, and where logits are −∞: the definition, on every engine.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Engine } from '../../src/engine/engine.ts'
import { crossEntropy } from '../../src/tensor/definitions.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { constant, divide, input, less, maximum, parameter, sum } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'
import { assertClose } from './numbers.ts'

const [no, none] = [-Infinity, Number.NaN]

for (const { name, open } of engines)
  describe(`cross-entropy, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    /** The mean over what is asked, for three rows of three entries. */
    async function meanOf(values: readonly number[], targets: readonly number[], smoothing = 0) {
      const logits = parameter({ position: 3, vocab: 3 })
      const asked = input('targets', { position: 3 })
      const total = sum(crossEntropy(logits, asked, 'vocab', { smoothing }), 'position')
      const loss = divide(total, maximum(sum(less(constant(-1), asked), 'position'), 1))
      const [slope] = gradient(loss as Node as Tensor<never>, [logits])
      const program = await engine.compile({ outputs: { loss, slope } })
      engine.set(logits, values)
      await program.run({ targets })
      return { loss: (await program.read('loss')).data[0], slope: [...(await program.read('slope')).data] }
    }

    for (const smoothing of [0, 0.1]) {
      const said = smoothing === 0 ? 'without smoothing' : 'with smoothing'

      test(`a row that is not asked counts for nothing, whatever its logits are, ${said}`, async () => {
        const of = (row: readonly number[]) => meanOf([1, 2, 3, ...row, 0, 1, 0], [2, -1, 1], smoothing)
        const plain = await of([1, 2, 3])
        assert.ok(plain.loss > 0.4 && plain.loss < 0.7)
        for (const row of [
          [no, no, no],
          [none, none, none],
          [Infinity, 0, 0],
          [no, none, 1],
        ]) {
          const { loss, slope } = await of(row)
          assert.equal(loss, plain.loss)
          assert.deepEqual(slope, plain.slope)
          assert.deepEqual(slope.slice(3, 6), [0, 0, 0])
        }
      })

      test(`the mean over nothing is 0, and so is its gradient, ${said}`, async () => {
        const { loss, slope } = await meanOf([1, 2, 3, no, no, no, none, 0, Infinity], [-1, -1, -1], smoothing)
        assert.equal(loss, 0)
        assert.deepEqual(slope, [0, 0, 0, 0, 0, 0, 0, 0, 0])
      })
    }

    test('an entry of −∞ beside the target has no chance, and no gradient', async () => {
      const { loss, slope } = await meanOf([no, 1, 2, 0, 0, 0, 0, 0, 0], [1, -1, -1])
      assertClose([loss], [Math.log(1 + Math.E)], 1e-6)
      const share = 1 / (1 + Math.E)
      assertClose(slope.slice(0, 3), [0, share - 1, 1 - share], 1e-6)
    })

    test('a target of −∞, and a smoothed entry of −∞, surprise without end', async () => {
      assert.equal((await meanOf([no, 1, 2, 0, 0, 0, 0, 0, 0], [0, -1, -1])).loss, Infinity)
      assert.equal((await meanOf([no, 1, 2, 0, 0, 0, 0, 0, 0], [1, -1, -1], 0.1)).loss, Infinity)
    })

    test('where something is asked of nothing but −∞, or of NaN, the loss is no number', async () => {
      for (const row of [
        [no, no, no],
        [none, 0, 0],
      ])
        assert.ok(Number.isNaN((await meanOf([...row, 0, 0, 0, 0, 0, 0], [1, 1, -1])).loss))
    })
  })
