// What every engine refuses, in the same words.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Node } from '../../src/tensor/node.ts'
import { input, multiply, parameter } from '../../src/tensor/primitives.ts'
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
      const weight = parameter({ a: 2, b: 3 })
      assert.throws(() => engine.keep(x, 'f32'), message('keep'))
      assert.throws(() => engine.forget(x), message('forget'))
      for (const copy of [
        { from: x, to: weight },
        { from: weight, to: x },
      ])
        await assert.rejects(engine.copyRows([copy], [0, 1], 3), message('copyRows'))
    })

    it('new values for what is no parameter, and for one that they do not fit', async () => {
      const updating = (of: Node, value: Node) => engine.compile({ outputs: {}, updates: new Map([[of, value]]) })
      await assert.rejects(updating(x, multiply(x, 2)), {
        message: 'updates: the input (a 2) is no parameter. Compile and run what makes it.',
      })
      const others: [Node, string][] = [
        [parameter({ a: 3 }), '(a 3)'],
        [parameter({ b: 2 }), '(b 2)'],
      ]
      for (const [other, axes] of others)
        await assert.rejects(updating(other, x), {
          message: `updates: the parameter ${axes} cannot become (a 2). Give a value with the axes of the parameter, or with some of them.`,
        })
    })

    it('a result that is not there', async () => {
      const program = await engine.compile({ outputs: { y: multiply(x, 2) } })
      await assert.rejects(program.read('y'), { message: 'read: "y" has not been made yet. Run the program first.' })
      await program.run({ x: [1, 2] })
      await assert.rejects(program.read('z'), { message: 'read: the program has no output "z". It has y.' })
      assert.deepEqual(Array.from((await program.read('y')).data), [2, 4])
      const into = new Float32Array(2)
      assert.equal((await program.read('y', into)).data, into)
      assert.deepEqual([...into], [2, 4])
      await assert.rejects(program.read('y', new Float32Array(3)), {
        message: 'read: "y" (a 2) has not the 3 cells of the array for it.',
      })
      await program.close()
    })
  })
}
