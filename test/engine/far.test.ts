// Where things lie changes nothing: a model that learns and writes at addresses around 2 GiB, where signed numbers turn over, and up
// to the end of the memory says the same, to the bit. What is never touched costs no memory.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getWeights } from '../../src/checkpoint/engineWeights.ts'
import { type CpuEngine, cpu } from '../../src/engine/cpu/index.ts'
import { generate } from '../../src/generate/generate.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { Node } from '../../src/tensor/node.ts'
import { parameter } from '../../src/tensor/primitives.ts'
import { train } from '../../src/train/train.ts'

const ids = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (7 * i * i) % 61)
const corpus = { training: ids(900), validation: ids(300) }

/** What is learnt and written, as numbers. */
async function learnAndWrite(engine: CpuEngine): Promise<readonly number[]> {
  const model = new GPT2({ vocab: 61, context: 96, layer: 1, head: 2, model: 48 })
  for await (const _ of train({ engine, model, corpus, steps: 2, batch: 3, evaluateBatches: 1 }));
  const weights = [...(await getWeights(engine, model)).values()].flatMap(({ data }) => [...data])
  const written: number[] = []
  for await (const { id } of generate({ engine, model, prompt: ids(70), tokens: 8, temperature: 0 })) written.push(id)
  return [...weights, ...written]
}

/** An engine whose free memory begins at this address, or nothing where the system gives less. */
async function openAt(address: number): Promise<{ engine: CpuEngine; before: Node } | undefined> {
  const engine = await cpu({ threads: 2, aloneBelow: 0 })
  const before = parameter({ cell: Math.floor((address - engine.usage.bytes) / 64) * 16 }, 'zeros')
  try {
    engine.keep(before, 'f32')
    return { engine, before }
  } catch {
    engine.close()
    return undefined
  }
}

describe('a model says the same', () => {
  const kilobytes = 1024
  for (const address of [
    2 ** 31 - 1800 * kilobytes,
    2 ** 31 - 1100 * kilobytes,
    2 ** 31 - 500 * kilobytes,
    2 ** 31 - 100 * kilobytes,
    2 ** 32 - 2500 * kilobytes,
  ])
    test(`from address ${address} on`, async (t) => {
      const near = await cpu({ threads: 2, aloneBelow: 0 })
      const expected = await learnAndWrite(near)
      near.close()
      const far = await openAt(address)
      if (!far) return t.skip('the system gives WebAssembly less memory')
      assert.deepEqual(await learnAndWrite(far.engine), expected)
      far.engine.forget(far.before)
      far.engine.close()
    })
})
