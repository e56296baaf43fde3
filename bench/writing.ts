// Tokens a second: one text, written token by token with a cache of keys and values, on two threads.

import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { plain, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'
import { workloads } from './workloads.ts'

/** The length of a text: so long that the context is full several times, as in most texts. */
const tokens = 500

export async function writingBlock(rounds: number): Promise<Block> {
  const workload = workloads.small
  const contenders = [
    await startCutaway({ kind: 'write', workload, tokens, threads: 2 }),
    await startPyTorch('torch_generate.py', plain, { ...workload, tokens, threads: 2 }),
  ]
  const lines = await compare(
    contenders.map((contender) => (typeof contender === 'string' ? contender : written(contender))),
    { rounds, times: 2 },
  )
  return { title: 'writing with a cache, small, one text, two threads', unit: 'tokens/s', isRate: true, lines }
}

function written(contender: Contender): Entry {
  return { contender, line: ({ ms }) => ({ name: contender.name, values: ms.map((each) => (1000 * tokens) / each) }) }
}
