// Looking into GPT-2 124M with random weights: all patterns and streams of a text, the logit lens at all layers, the loss without
// each head, and what each head's part in a difference of logits is by its gradient. torch_inspect.py does the same by TransformerLens.

import type { Engine } from '../src/engine/engine.ts'
import { ablate } from '../src/inspect/interventions/ablate.ts'
import { estimatePatches } from '../src/inspect/interventions/estimate.ts'
import { Reader } from '../src/inspect/read.ts'
import { logitLens } from '../src/inspect/stream/lens.ts'
import { GPT2 } from '../src/model/gpt2.ts'
import { fillAtRandom, gpt2, promptIds } from './inferenceWork.ts'

export interface InspectWorkload {
  readonly piece: 'patterns' | 'lens' | 'ablate' | 'estimate'
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
  if (piece === 'ablate') {
    const text = promptIds(tokens + 1)
    return async () => {
      await ablate({ model, engine, ids: text, kind: 'zero', parts: ['attention'] })
      return {}
    }
  }
  if (piece === 'estimate') {
    const pairs = [{ clean: { ids }, corrupt: { ids: ids.with(tokens >> 1, 5) } }]
    const at = model.blocks.flatMap((_, layer) =>
      Array.from({ length: gpt2.head }, (_, head) => ({ path: `blocks.${layer}.attention.mixed`, at: { head } })),
    )
    return async () => {
      await estimatePatches({ model, engine, pairs, at, metric: { token: 11, against: 13 } })
      return {}
    }
  }
  const target = [...ids.subarray(1), 0]
  return async () => {
    await logitLens({ model, engine, inputs: { ids }, target })
    return {}
  }
}
