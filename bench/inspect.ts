// Looking inside, beside TransformerLens on PyTorch: GPT-2 124M with random weights.

import { compare } from './compare.ts'
import { startCutaway } from './cutaway.ts'
import { startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'

const threads = 2

const pieces = [
  { title: 'all patterns and streams of 512 tokens', piece: 'patterns', tokens: 512 },
  { title: 'logit lens at all layers, 512 tokens', piece: 'lens', tokens: 512 },
  { title: 'the loss without each of 144 heads, 64 tokens', piece: 'ablate', tokens: 64 },
  {
    title: 'the part of each of 144 heads in a difference of logits, by one gradient, 512 tokens',
    piece: 'estimate',
    tokens: 512,
  },
] as const

export async function inspectBlocks(rounds: number): Promise<Block[]> {
  const blocks: Block[] = []
  for (const { title, ...workload } of pieces) {
    const contenders = [
      await startCutaway({ kind: 'inspect', workload, threads }),
      await startPyTorch('torch_inspect.py', { name: 'TransformerLens' }, { ...workload, threads }),
    ]
    const lines = await compare(
      contenders.map((contender) =>
        typeof contender === 'string'
          ? contender
          : { contender, line: ({ ms }) => ({ name: contender.name, values: ms }) },
      ),
      { rounds, times: 1 },
    )
    blocks.push({ title: `GPT-2 124M, two threads: ${title}`, unit: 'ms', isRate: false, lines })
  }
  return blocks
}
