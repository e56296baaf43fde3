// The choices of a small model, of which the lab's questions change one and leave the others.

import type { Start } from '../tensor/node.ts'

/** The choices of a small model: plain values, which are part of an experiment's setting. */
export interface SmallModel {
  readonly layers: number
  /** The width of the stream. */
  readonly model: number
  readonly heads: number
  /** The width of the MLP; 0 leaves it out. */
  readonly hidden: number
  /** The number of positions that it is trained on. */
  readonly context: number
  readonly positions: 'learnt' | 'sinusoidal' | 'number' | 'rotary' | 'alibi' | 'none'
  /** The number of the stream's numbers that hold the place alone, beside those of the token; 0: positions are added. */
  readonly beside: number
  /** A token is a vector, or one number that is spread over the stream by the same learnt line for all. */
  readonly embedding: 'vector' | 'number'
  readonly embeddingScale: number
  readonly norm: 'pre' | 'post' | 'none'
  /** False: a part's answer takes the place of the stream, rather than being added to it. */
  readonly skip: boolean
  /** False: no position looks at itself. */
  readonly diagonal: boolean
  /** The tokens that a position looks at: those before it, the next one besides (a mask that is off by one), or all. */
  readonly sight: 'past' | 'next' | 'all'
  /** `raw`: no W_Q and no W_K, so one head; `bare`: no W_O, the heads' answers stand side by side. */
  readonly attention: 'whole' | 'raw' | 'bare'
  /** Scores are divided by √d_k, or not. */
  readonly scale: 'key' | 'none'
  /** Weights begin as GPT-2's, or with as much variance going out as comes in (Glorot, Bengio 2010). */
  readonly start: 'gpt2' | 'glorot'
  readonly activation: 'gelu' | 'relu'
  readonly dropout: number
}

/** The model that most questions begin with. */
export const usualModel: SmallModel = {
  layers: 2,
  model: 64,
  heads: 4,
  hidden: 256,
  context: 64,
  positions: 'learnt',
  beside: 0,
  embedding: 'vector',
  embeddingScale: 1,
  norm: 'pre',
  skip: true,
  diagonal: true,
  sight: 'past',
  attention: 'whole',
  scale: 'key',
  start: 'gpt2',
  activation: 'gelu',
  dropout: 0,
}

/** So many times longer than `context` a text may be that it reads. */
export const timesLonger = 4

/**
 * The beginning of a matrix.
 *
 * - `additions`: the number of parts that add to the stream, where this is the matrix that does: GPT-2 begins them smaller
 */
export function startOf({ start }: SmallModel, from: number, to: number, additions = 1): Start {
  return { normal: start === 'glorot' ? Math.sqrt(2 / (from + to)) : 0.02 / Math.sqrt(additions) }
}
