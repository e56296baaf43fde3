// Training steps a second: Cutaway, PyTorch, and the floor under a step's time: the steps a second that the products of a
// step would allow if all else took no time, at the rate that Cutaway's matrix product reaches in the same minutes.

import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { compiled, fused, plain, type Style, startPyTorch } from './pytorch.ts'
import { type Block, median } from './table.ts'
import { type EngineChoice, stepFlops } from './work.ts'
import { type WorkloadName, workloads } from './workloads.ts'

/** How often a step is done in a turn: for about half a second, and a few times for the big model. */
export const stepsInTurn = { small: 20, big: 3 } as const

/** On two threads. */
export async function trainingBlock(name: WorkloadName, rounds: number): Promise<Block> {
  const lines = await compare(
    [
      await cutaway(name, { threads: 2 }),
      ...(await pyTorch(name, 2, [plain, fused, compiled])),
      await floor(name, { threads: 2 }),
    ],
    { rounds, times: stepsInTurn[name] },
  )
  return { title: `training step, ${name}, two threads`, unit: 'steps/s', isRate: true, lines }
}

/** The small model on one thread, with vectors of 256 bits and of 128. */
export async function oneThreadBlocks(rounds: number): Promise<Block[]> {
  const widths = [256, 128] as const
  const entries: (Entry | string)[] = []
  for (const simd of widths) {
    entries.push(await cutaway('small', { threads: 1, simd }), await floor('small', { threads: 1, simd }))
  }
  const peers = await pyTorch('small', 1, [plain, fused])
  const lines = await compare([...entries, ...peers], { rounds, times: stepsInTurn.small })
  return widths.map((simd, i) => ({
    title: `training step, small, one thread, ${simd} bits`,
    unit: 'steps/s',
    isRate: true,
    lines: [lines[2 * i], ...lines.slice(2 * widths.length), lines[2 * i + 1]],
  }))
}

/** The steps that a contender takes. */
export function steps(contender: Contender): Entry {
  return { contender, line: ({ ms }) => ({ name: contender.name, values: ms.map((each) => 1000 / each) }) }
}

async function cutaway(name: WorkloadName, choice: EngineChoice): Promise<Entry | string> {
  const contender = await startCutaway({ kind: 'step', workload: workloads[name], ...choice })
  return typeof contender === 'string' ? contender : steps(contender)
}

export async function pyTorch(
  name: WorkloadName,
  threads: number,
  styles: readonly Style[],
): Promise<(Entry | string)[]> {
  const entries: (Entry | string)[] = []
  for (const style of styles) {
    const contender = await startPyTorch('torch_step.py', style, { ...workloads[name], threads })
    entries.push(typeof contender === 'string' ? contender : steps(contender))
  }
  return entries
}

async function floor(name: WorkloadName, choice: EngineChoice): Promise<Entry | string> {
  const contender = await startCutaway({ kind: 'product', ...choice })
  if (typeof contender === 'string') return contender
  const gflop = stepFlops(workloads[name]) / 1e9
  return {
    contender,
    line: ({ ms }) => ({
      name: `floor: ${gflop.toFixed(1)} GFLOP at ${(1000 / median(ms)).toFixed(0)} GFLOP/s`,
      values: ms.map((each) => 1000 / (each * gflop)),
    }),
  }
}
