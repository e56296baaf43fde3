// A tiny GPT-2 for the tests of this folder: its sizes, written out, and weights whose every number says where it belongs.

import { architectureOf } from '../../src/checkpoint/architecture.ts'
import { type GPT2FolderConfig, gpt2 } from '../../src/checkpoint/gpt2.ts'
import type { WeightAxes } from '../../src/checkpoint/rearrange.ts'
import type { TrainingState } from '../../src/checkpoint/training.ts'
import type { Weight } from '../../src/checkpoint/weights.ts'
import { parameter } from '../../src/tensor/primitives.ts'

export const tiny: GPT2FolderConfig = {
  vocab: 11,
  context: 6,
  layer: 2,
  model: 8,
  head: 2,
  hidden: 12,
  epsilon: 1e-5,
  dropout: 0,
}

export function sizesOf(config: GPT2FolderConfig): Map<string, WeightAxes> {
  const { vocab, context, layer, model, head, hidden = 4 * model } = config
  const perHead = model / head
  const sizes = new Map<string, WeightAxes>([
    ['embedding.token', { vocab, model }],
    ['positions.place', { position: context, model }],
  ])
  for (let i = 0; i < layer; i++) {
    const block: Record<string, WeightAxes> = {
      'attentionNorm.scale': { model },
      'attentionNorm.shift': { model },
      'attention.query.weight': { model, head, key: perHead },
      'attention.query.bias': { head, key: perHead },
      'attention.key.weight': { model, head, key: perHead },
      'attention.key.bias': { head, key: perHead },
      'attention.value.weight': { model, head, value: perHead },
      'attention.value.bias': { head, value: perHead },
      'attention.output.weight': { head, value: perHead, model },
      'attention.output.bias': { model },
      'mlpNorm.scale': { model },
      'mlpNorm.shift': { model },
      'mlp.up.weight': { model, hidden },
      'mlp.up.bias': { hidden },
      'mlp.down.weight': { hidden, model },
      'mlp.down.bias': { model },
    }
    for (const [path, own] of Object.entries(block)) sizes.set(`blocks.${i}.${path}`, own)
  }
  return sizes.set('norm.scale', { model }).set('norm.shift', { model })
}

/** Weights whose every number is another one: 1000 · (the parameter's number) + its place, times `scale`. */
export function countingWeights(sizes: ReadonlyMap<string, WeightAxes>, scale = 1): Map<string, Weight> {
  return new Map(
    [...sizes].map(([path, own], parameter) => {
      const length = Object.values(own).reduce((product, size) => product * size, 1)
      return [path, { sizes: own, data: Float32Array.from({ length }, (_, i) => scale * (1000 * parameter + i)) }]
    }),
  )
}

/** An architecture whose checkpoints have our own names. */
export const plain = architectureOf<GPT2FolderConfig, object>({
  ...gpt2.definition,
  build: (config) => Object.fromEntries([...sizesOf(config)].map(([path, sizes]) => [path, parameter(sizes)])),
  table: (config) => ({
    prefix: '',
    rows: [...sizesOf(config)].map(([path, sizes]) => ({ name: path, of: { [path]: Object.keys(sizes).join(' ') } })),
    ignored: [],
    copies: {},
  }),
})

/** What a run of the tiny model would save at a step: every number is a multiple of the step. */
export function runAt(step: number): TrainingState {
  const sizes = sizesOf(tiny)
  return {
    step,
    seed: 1337,
    settings: { batch: 12 },
    history: Array.from({ length: step }, (_, i) => ({ step: i + 1, training: 1 / (i + 1) })),
    weights: countingWeights(sizes, step),
    first: countingWeights(sizes, -step),
    second: countingWeights(sizes, 2 * step),
  }
}
