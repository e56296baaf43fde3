// The kinds of models that a run can train, by what becomes of them.

import type { Architecture } from '../checkpoint/architecture.ts'

export const runKinds = ['decoder', 'llama', 'encoder', 'encoder-decoder', 'classifier'] as const

export type RunKind = (typeof runKinds)[number]

/** The kind of run that trains an architecture; undefined where none does. */
export function kindOfArchitecture({ name }: Architecture): RunKind | undefined {
  if (name === 'gpt2') return 'decoder'
  if (['llama', 'mistral', 'qwen2', 'qwen3'].includes(name)) return 'llama'
  if (name === 'maskedBert') return 'encoder'
  if (name === 'classifyingBert') return 'classifier'
  return name === 'marian' ? 'encoder-decoder' : undefined
}
