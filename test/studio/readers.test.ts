// Programs that are kept for the next look give what a look by itself gives, of the weights as they are at that moment.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { journey } from '../../src/inspect/journey/journeys.ts'
import { read } from '../../src/inspect/read.ts'
import { latticeWithStates } from '../../src/inspect/stream/lattice.ts'
import { initialValues } from '../../src/model/start.ts'
import { Readers } from '../../src/studio/worker/readers.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { fillWeights } from '../fillWeights.ts'
import { smallModel } from '../inspect/model.ts'

test('looks by kept programs are those of programs made anew, whatever changes between them', async () => {
  const engine = await cpu({ threads: 1 })
  const [model, other] = [smallModel(), smallModel()]
  fillWeights(engine, other)
  const readers = new Readers()
  const addresses = ['blocks.0.output', 'logits {position: -1}']
  const before = engine.usage.programs
  for (const seed of [1, 2]) {
    // Training changes weights in place.
    const weights = parametersOf(model)
    for (const [path, values] of initialValues(model, seed)) {
      const weight = weights.get(path)
      if (weight) engine.set(weight, values)
    }
    for (const looking of [
      { model, engine, inputs: { ids: [3, 1, 4] } },
      { model, engine, inputs: { ids: [1, 5, 9] } },
      { model, engine, inputs: { ids: [2, 6, 5, 3] } },
      { model, engine, inputs: { ids: [2, 6, 5, 3] }, edits: [{ at: 'blocks.0.output', to: 0.5 }] },
      { model: other, engine, inputs: { ids: [3, 1, 4] } },
    ]) {
      assert.deepEqual(await readers.read(looking, addresses), await read({ ...looking, addresses }))
      assert.deepEqual(await readers.lattice(looking), await latticeWithStates(looking))
      for (const position of [0, -1])
        assert.deepEqual(await readers.journey(looking, { position }), await journey({ ...looking, position }))
    }
  }
  const kept = engine.usage.programs - before
  assert.ok(kept > 0)
  for (let length = 1; length <= 8; length++)
    for (const address of ['blocks.0.output', 'embedded'])
      await readers.read({ model, engine, inputs: { ids: new Array(length).fill(1) } }, [address])
  assert.ok(engine.usage.programs - before <= 12, 'the oldest go')
  await readers.clear()
  assert.equal(engine.usage.programs, before)
  engine.close()
})

test('a look that cannot be made is refused each time, and leaves nothing', async () => {
  const engine = await cpu({ threads: 1 })
  const model = smallModel()
  fillWeights(engine, model)
  const readers = new Readers()
  for (let i = 0; i < 2; i++)
    await assert.rejects(readers.read({ model, engine, inputs: { ids: [1] } }, ['blocks.9.output']), /blocks\.9/)
  await readers.clear()
  engine.close()
})
