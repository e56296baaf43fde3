// Memory: the most that a process which trains the big model takes, everything included.

import { compare } from './compare.ts'
import { startCutaway } from './cutaway.ts'
import { fused, plain, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'
import { workloads } from './workloads.ts'

export async function memoryBlock(): Promise<Block> {
  const workload = workloads.big
  const contenders = [
    await startCutaway({ kind: 'step', workload, threads: 2 }),
    await startPyTorch('torch_step.py', plain, { ...workload, threads: 2 }),
    await startPyTorch('torch_step.py', fused, { ...workload, threads: 2 }),
  ]
  const lines = await compare(
    contenders.map((contender) =>
      typeof contender === 'string'
        ? contender
        : { contender, line: ({ bytes = Number.NaN }) => ({ name: contender.name, values: [bytes / 1e6] }) },
    ),
    { rounds: 1, times: 3, warmsUp: false },
  )
  return { title: 'peak memory of a process that trains, big, two threads', unit: 'MB', isRate: false, lines }
}
