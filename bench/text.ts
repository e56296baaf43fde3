// A whole training run on a text of the user's, with nanoGPT's settings for a CPU: seconds from the command to the saved
// run, evaluations and checkpoints included, and the loss on the tenth of the text that was held back.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { small } from '../src/train/settings.ts'
import { compare, type Entry } from './compare.ts'
import { runningWhole } from './contender.ts'
import { fused, noPyTorch, plain, pyTorch, type Style } from './pytorch.ts'
import { cli } from './start.ts'
import type { Block } from './table.ts'
import type { Command } from './talkingProcess.ts'

export async function textBlock(file: string, rounds: number): Promise<Block> {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-bench-'))
  try {
    const path = resolve(file)
    const run = join(folder, 'run')
    const train = {
      command: process.execPath,
      args: [cli, 'train', path, '--preset', 'nanogpt', '--threads', '2', '--out', run, '--force', '--json'],
    }
    const job = { ...small.model, ...small.training, file: path, out: folder, threads: 2 }
    const inPyTorch = ({ name, ...style }: Style): Entry =>
      whole(`PyTorch, ${name}`, pyTorch('torch_text.py', { ...job, ...style }))
    const lines = await compare(
      [
        whole('Cutaway: cutaway train --preset nanogpt', train),
        ...(noPyTorch ? [noPyTorch] : [inPyTorch(plain), inPyTorch(fused)]),
      ],
      { rounds, times: 1, warmsUp: false },
    )
    return { title: `2,000 steps of a small model on ${file}`, unit: 's', isRate: false, lines }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function whole(name: string, command: Command): Entry {
  return {
    contender: runningWhole(name, command),
    line: ({ ms, loss }) => ({
      name,
      values: ms.map((each) => each / 1000),
      remark: `loss on unseen text ${loss?.toFixed(3)}`,
    }),
  }
}
