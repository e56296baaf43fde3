// Inference with GPT-2 124M and random weights: tokens a second after a short and after a long prompt, and the time that a
// prompt of 512 takes. Beside Cutaway stand transformers.js, PyTorch and llama.cpp, where they are (peers.ts).

import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import type { InferenceWorkload } from './inferenceWork.ts'
import { startLlama, startTransformers } from './peers.ts'
import { plain, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'

const threads = 2

const pieces = [
  { title: 'decoding after 16 tokens', prompt: 16, tokens: 64 },
  { title: 'decoding after 448 tokens', prompt: 448, tokens: 64 },
  { title: 'prefill of 512 tokens, logits of the last', prompt: 512, tokens: 1 },
] as const

export async function inferenceBlocks(rounds: number): Promise<Block[]> {
  const blocks: Block[] = []
  for (const weights of ['f32', 'bf16'] as const)
    for (const { title, prompt, tokens } of pieces) {
      const workload = { weights, prompt, tokens }
      const isRate = tokens > 1
      const contenders = [
        await startCutaway({ kind: 'infer', workload, threads }),
        weights === 'f32' ? await startTransformers({ kind: 'gpt2', threads, ...workload }) : undefined,
        await startPyTorch('torch_infer.py', plain, { ...workload, threads }),
        weights === 'f32' ? await startLlama({ ...workload, threads }) : undefined,
      ].filter((contender) => contender !== undefined)
      const lines = await compare(
        contenders.map((contender) => (typeof contender === 'string' ? contender : measured(contender, workload))),
        { rounds, times: 1 },
      )
      blocks.push({
        title: `GPT-2 124M, ${weights}, two threads: ${title}`,
        unit: isRate ? 'tokens/s' : 'ms',
        isRate,
        lines,
      })
    }
  return blocks
}

function measured(contender: Contender, { tokens }: InferenceWorkload): Entry {
  const value = (ms: number): number => (tokens > 1 ? 1000 / ms : ms)
  return { contender, line: ({ ms }) => ({ name: contender.name, values: ms.map(value) }) }
}
