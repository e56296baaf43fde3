// A new model of each kind, in the words of the architecture whose folder it will be saved as.
//
//   decoder            GPT-2                                                 encoder       BERT, with a head for masked tokens
//   llama              RMSNorm, RoPE, SwiGLU                                 classifier    BERT, with one for classes
//   encoder-decoder    the transformer of 2017, which is Marian's

import type { Architecture } from '../checkpoint/architecture.ts'
import { classifyingBert, maskedBert } from '../checkpoint/bert.ts'
import type { GenerationIds } from '../checkpoint/generationIds.ts'
import { gpt2 } from '../checkpoint/gpt2.ts'
import { llama } from '../checkpoint/llama.ts'
import { marian } from '../checkpoint/marian.ts'
import { endOf, type Task } from '../data/tasks/task.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { RunKind } from './kinds.ts'

export interface NewSizes {
  readonly vocab: number
  readonly context: number
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden: number | undefined
  readonly dropout: number
}

/** An architecture with a config of it. */
export interface Planned {
  readonly architecture: Architecture
  readonly config: object
}

/**
 * - `special`: the ids that begin, end and fill up texts
 * - `labels`: the names of the classes of a classifier
 */
export function newModel(
  as: RunKind,
  { vocab, context, layer, head, model, hidden = as === 'llama' ? gatedWidth(model) : 4 * model, dropout }: NewSizes,
  { special, labels = [] }: { special?: GenerationIds; labels?: readonly string[] } = {},
): Planned {
  const common = { vocab, context, model, dropout, ...(special && { special }) }
  const sizes = { ...common, layer, head, hidden }
  switch (as) {
    case 'decoder':
      return { architecture: gpt2, config: { ...sizes, epsilon: 1e-5 } }
    case 'llama':
      return { architecture: llama, config: { ...sizes, shared: head, key: model / head, epsilon: 1e-6, isTied: true } }
    case 'encoder':
      return { architecture: maskedBert, config: sizes }
    case 'classifier':
      return { architecture: classifyingBert, config: { ...sizes, class: labels.length, labels } }
    case 'encoder-decoder': {
      const half = { layer, head, hidden }
      return { architecture: marian, config: { ...common, encoder: half, decoder: half } }
    }
  }
}

/** Three matrices of this width have about as many weights as two of 4 · model. Shazeer 2020, section 3. */
const gatedWidth = (model: number): number => Math.max(8, 8 * Math.round(model / 3))

/** The special ids of a new model, for its config. */
export function specialIds(as: RunKind, { special }: Tokenizer, task?: Task): GenerationIds | undefined {
  if (as === 'encoder-decoder') {
    const end = task ? endOf(task) : (special.end ?? 0)
    const pad = task ? end : (special.pad ?? end)
    return { end: [end], pad, start: pad, forcedEnd: [end] }
  }
  const { begin, end, pad } = special
  const found: GenerationIds = {
    ...(begin !== undefined && { begin }),
    ...(end !== undefined && { end: [end] }),
    ...(pad !== undefined && { pad }),
  }
  return Object.keys(found).length === 0 ? undefined : found
}
