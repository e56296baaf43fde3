// What every engine refuses, in the same words.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { input, multiply } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'

for (const { name, open } of engines) {
  describe(`refused: ${name}`, async () => {
    const engine = await open()
    after(() => engine.close())
    const x = input('x', { a: 2 })

    it('numbers of what is no parameter', async () => {
      const message = (place: string) => ({
        message: `${place}: the input (a 2) is no parameter. Compile and run what makes it.`,
      })
      assert.throws(() => engine.set(x, [1, 2]), message('set'))
      await assert.rejects(engine.get(x), message('get'))
      await assert.rejects(
        engine.fill(x, () => undefined),
        message('fill'),
      )
      await assert.rejects(
        engine.read(x, () => undefined),
        message('read'),
      )
    })

    it('a result that is not there', async () => {
      const program = await engine.compile({ outputs: { y: multiply(x, 2) } })
      await assert.rejects(program.read('y'), { message: 'read: "y" has not been made yet. Run the program first.' })
      await program.run({ x: [1, 2] })
      await assert.rejects(program.read('z'), { message: 'read: the program has no output "z". It has y.' })
      assert.deepEqual(Array.from((await program.read('y')).data), [2, 4])
      await program.close()
    })
  })
}
