// From the command to the end of the first step: what somebody waits who trains a small model on a text of a million
// characters. Cutaway reads and counts the text and evaluates the model before that step; the PyTorch script only makes
// its model and takes the step.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { uniform } from '../src/tensor/random.ts'
import { compare, type Entry } from './compare.ts'
import { type Contender, startingAnew } from './contender.ts'
import { noPyTorch, plain, pyTorch } from './pytorch.ts'
import type { Block } from './table.ts'
import { workloads } from './workloads.ts'

export const cli = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export async function startBlock(rounds: number): Promise<Block> {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-bench-'))
  try {
    const text = join(folder, 'text.txt')
    await writeFile(text, randomText(1_000_000, workloads.small.vocab))
    const run = join(folder, 'run')
    const train = {
      command: process.execPath,
      args: [cli, 'train', text, '--preset', 'nanogpt', '--threads', '2', '--out', run, '--json'],
    }
    const step = pyTorch('torch_step.py', { ...workloads.small, threads: 2 })
    const lines = await compare(
      [
        seconds(startingAnew('Cutaway: cutaway train', train, ({ kind }) => kind === 'step')),
        noPyTorch ?? seconds(startingAnew(`PyTorch, ${plain.name}`, step)),
      ],
      { rounds, times: 1 },
    )
    return { title: 'from the command to the end of the first step, small', unit: 's', isRate: false, lines }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function seconds(contender: Contender): Entry {
  return { contender, line: ({ ms }) => ({ name: contender.name, values: ms.map((each) => each / 1000) }) }
}

/** Nonsense of so many different characters. */
function randomText(length: number, different: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(0x30 + Math.floor(uniform(1, 0, i) * different))).join('')
}
