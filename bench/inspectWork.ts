// Looking into GPT-2 124M with random weights: all patterns and streams of a text, and the logit lens at all layers.
// torch_inspect.py does the same by TransformerLens.

import type { Engine } from '../src/engine/engine.ts'
import { Reader } from '../src/inspect/read.ts'
import { logitLens } from '../src/inspect/stream/lens.ts'
import { GPT2 } from '../src/model/gpt2.ts'
import { fillAtRandom, gpt2, promptIds } from './inferenceWork.ts'

export interface InspectWorkload {
  readonly piece: 'patterns' | 'lens'
  readonly tokens: number
}

/** Looks once, each time that it is called. */
export async function inspecting(
  engine: Engine,
  { piece, tokens }: InspectWorkload,
): Promise<() => Promise<Record<string, never>>> {
  const model = new GPT2(gpt2)
  await fillAtRandom(engine, model, 'f32')
  const ids = promptIds(tokens)
  if (piece === 'patterns') {
    const addresses = ['embedded', 'blocks.*.attention.pattern', 'blocks.*.output']
    const reader = new Reader({ model, engine, addresses, sizes: { position: tokens } })
    return async () => {
      await reader.read({ ids })
      return {}
    }
  }
  const target = [...ids.subarray(1), 0]
  return async () => {
    await logitLens({ model, engine, inputs: { ids }, target })
    return {}
  }
}
