// Writing with GPT-2 124M and random weights, as inference is measured: greedy tokens after a prompt, or a prompt alone.

import type { Engine } from '../src/engine/engine.ts'
import { toBfloat16 } from '../src/engine/storage.ts'
import { Generator } from '../src/generate/generate.ts'
import { GPT2 } from '../src/model/gpt2.ts'
import { parametersOf } from '../src/tensor/names.ts'
import { median } from './table.ts'

/** The smallest GPT-2. */
export const gpt2 = { vocab: 50257, context: 1024, layer: 12, head: 12, model: 768 } as const

export type WeightType = 'f32' | 'bf16'

export interface InferenceWorkload {
  readonly weights: WeightType
  /** How many tokens stand before. */
  readonly prompt: number
  /** How many are written; one is what a prompt alone gives. */
  readonly tokens: number
}

/** The first tokens take other paths, in every implementation. */
export const firstCounted = 8

/** The ids of a prompt, the same for everybody. */
export const promptIds = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => (i * 7919) % gpt2.vocab)

/** The milliseconds of one token in the middle; or those of the prompt, if there is only one. */
export async function inferring(
  engine: Engine,
  { weights, prompt, tokens }: InferenceWorkload,
): Promise<() => Promise<{ ms: number }>> {
  const model = new GPT2(gpt2)
  await fillAtRandom(engine, model, weights)
  const generator = new Generator({ engine, model })
  const ids = promptIds(prompt)
  return async () => {
    const stamps = [performance.now()]
    for await (const _ of generator.generate(ids, { tokens, temperature: 0 })) stamps.push(performance.now())
    return { ms: tokenMs(stamps) }
  }
}

/** From when each token was there, and before them when it began. */
export function tokenMs(stamps: readonly number[]): number {
  const each = stamps.slice(1).map((stamp, i) => stamp - stamps[i])
  return each.length === 1 ? each[0] : median(each.slice(firstCounted))
}

/** Random numbers of about GPT-2's size, straight into the engine; those of matrices as bfloat16, if asked for. */
export async function fillAtRandom(engine: Engine, model: object, weights: WeightType): Promise<void> {
  const some = Float32Array.from({ length: 65_521 }, () => (Math.random() - 0.5) / 15)
  const halves = Uint16Array.from(some, toBfloat16)
  for (const parameter of parametersOf(model).values()) {
    const isHalf = weights === 'bf16' && parameter.axes.length === 2
    engine.keep(parameter, isHalf ? 'bf16' : 'f32')
    await engine.fill(parameter, ({ type, data }) => {
      for (let at = 0; at < data.length; at += some.length) {
        const count = Math.min(some.length, data.length - at)
        data.set((type === 'bf16' ? halves : some).subarray(0, count), at)
      }
    })
  }
}
