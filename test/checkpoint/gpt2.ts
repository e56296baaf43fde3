// GPT-2's weight names, and the sizes of its parameters, for the tests of this folder.

import type { CompleteConfig } from '../../src/checkpoint/config.ts'
import type { Architecture } from '../../src/checkpoint/folder.ts'
import type { AxisSizes } from '../../src/checkpoint/layout.ts'
import type { TrainingState } from '../../src/checkpoint/training.ts'
import type { Weight, WeightTable } from '../../src/checkpoint/weights.ts'

export const table: WeightTable = {
  prefix: 'transformer.',
  rows: [
    { name: 'wte.weight', of: { 'embedding.token': 'vocab model' } },
    { name: 'wpe.weight', of: { 'positions.place': 'position model' } },
    { name: 'h.{layer}.ln_1.weight', of: { 'blocks.{layer}.attentionNorm.scale': 'model' } },
    { name: 'h.{layer}.ln_1.bias', of: { 'blocks.{layer}.attentionNorm.shift': 'model' } },
    {
      name: 'h.{layer}.attn.c_attn.weight',
      of: {
        'blocks.{layer}.attention.query.weight': 'model (head key)',
        'blocks.{layer}.attention.key.weight': 'model (head key)',
        'blocks.{layer}.attention.value.weight': 'model (head value)',
      },
      stackedAlong: 1,
    },
    {
      name: 'h.{layer}.attn.c_attn.bias',
      of: {
        'blocks.{layer}.attention.query.bias': '(head key)',
        'blocks.{layer}.attention.key.bias': '(head key)',
        'blocks.{layer}.attention.value.bias': '(head value)',
      },
      stackedAlong: 0,
    },
    { name: 'h.{layer}.attn.c_proj.weight', of: { 'blocks.{layer}.attention.output.weight': '(head value) model' } },
    { name: 'h.{layer}.attn.c_proj.bias', of: { 'blocks.{layer}.attention.output.bias': 'model' } },
    { name: 'h.{layer}.ln_2.weight', of: { 'blocks.{layer}.mlpNorm.scale': 'model' } },
    { name: 'h.{layer}.ln_2.bias', of: { 'blocks.{layer}.mlpNorm.shift': 'model' } },
    { name: 'h.{layer}.mlp.c_fc.weight', of: { 'blocks.{layer}.mlp.up.weight': 'model hidden' } },
    { name: 'h.{layer}.mlp.c_fc.bias', of: { 'blocks.{layer}.mlp.up.bias': 'hidden' } },
    { name: 'h.{layer}.mlp.c_proj.weight', of: { 'blocks.{layer}.mlp.down.weight': 'hidden model' } },
    { name: 'h.{layer}.mlp.c_proj.bias', of: { 'blocks.{layer}.mlp.down.bias': 'model' } },
    { name: 'ln_f.weight', of: { 'norm.scale': 'model' } },
    { name: 'ln_f.bias', of: { 'norm.shift': 'model' } },
  ],
  // Causal masks, which older versions of transformers saved among the weights.
  ignored: ['h.{layer}.attn.bias', 'h.{layer}.attn.masked_bias'],
  // The unembedding is the token embedding.
  copies: { 'lm_head.weight': 'wte.weight' },
}

export const tiny: CompleteConfig = {
  vocab: 11,
  context: 6,
  layer: 2,
  model: 8,
  head: 2,
  hidden: 12,
  epsilon: 1e-5,
  dropout: 0,
}

export function sizesOf(config: CompleteConfig): Map<string, AxisSizes> {
  const { vocab, context, layer, model, head, hidden } = config
  const perHead = model / head
  const sizes = new Map<string, AxisSizes>([
    ['embedding.token', { vocab, model }],
    ['positions.place', { position: context, model }],
  ])
  for (let i = 0; i < layer; i++) {
    const block: Record<string, AxisSizes> = {
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
export function countingWeights(sizes: ReadonlyMap<string, AxisSizes>, scale = 1): Map<string, Weight> {
  return new Map(
    [...sizes].map(([path, own], parameter) => {
      const length = Object.values(own).reduce((product, size) => product * size, 1)
      return [path, { sizes: own, data: Float32Array.from({ length }, (_, i) => scale * (1000 * parameter + i)) }]
    }),
  )
}

export const architecture: Architecture = { table, sizes: sizesOf }

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
