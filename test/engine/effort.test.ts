// Small programs are left to one thread, with the same bits.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { dot, input, parameter } from '../../src/tensor/primitives.ts'

const values = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i))

/** A product's result, and the threads that computed it. */
async function multiply(size: number, aloneBelow?: number): Promise<{ data: Float32Array; threads: string }> {
  const lines: string[] = []
  const engine = await cpu({
    threads: 2,
    debug: 'schedule',
    print: (line) => lines.push(line),
    ...(aloneBelow === undefined ? {} : { aloneBelow }),
  })
  const weight = parameter({ model: size, hidden: size })
  engine.set(weight, values(size * size))
  const program = await engine.compile({
    outputs: { y: dot(input('x', { position: 9, model: size }), weight, 'model') },
  })
  await program.run({ x: values(9 * size) })
  const { data } = await program.read('y')
  engine.close()
  return { data, threads: /waves for (.*), \d+ bytes/.exec(lines.join('\n'))?.[1] ?? '' }
}

it('a small program is run by one thread, with the same bits', async () => {
  const [alone, together] = [await multiply(65), await multiply(65, 0)]
  assert.equal(alone.threads, 'one thread')
  assert.equal(together.threads, '2 threads')
  assert.deepEqual(alone.data, together.data)
})

it('a large one by all', async () => {
  assert.equal((await multiply(700)).threads, '2 threads')
})
