// Training steps a second of an encoder-decoder: Cutaway and PyTorch, with dropout as in the paper and without.

import { compare, type Entry } from './compare.ts'
import { startCutaway } from './cutaway.ts'
import { compiled, fused, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'
import { steps } from './training.ts'
import { translation } from './translationWork.ts'

export async function translationBlocks(rounds: number): Promise<Block[]> {
  const blocks: Block[] = []
  for (const dropout of [translation.dropout, 0]) {
    const workload = { ...translation, dropout }
    const contenders = [
      await startCutaway({ kind: 'translate', workload, threads: 2 }),
      await startPyTorch(
        'torch_translation.py',
        { ...fused, name: 'fused AdamW and attention' },
        { ...workload, threads: 2 },
      ),
      await startPyTorch('torch_translation.py', compiled, { ...workload, threads: 2 }),
    ]
    const entries = contenders.map((each): Entry | string => (typeof each === 'string' ? each : steps(each)))
    const lines = await compare(entries, { rounds, times: 4 })
    const title = `training step, encoder-decoder (3 + 3 layers, model 256, batch 64), dropout ${dropout}, two threads`
    blocks.push({ title, unit: 'steps/s', isRate: true, lines })
  }
  return blocks
}
