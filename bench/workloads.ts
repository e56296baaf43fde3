// What the bench trains: a small model, as one trains on a character text on a CPU, and a big one.

import type { GPT2Config } from '../src/model/gpt2.ts'
import { small } from '../src/train/settings.ts'

export interface Workload extends GPT2Config {
  readonly batch: number
}

/** The number of different characters in Shakespeare's plays. */
const vocab = 65

export const workloads = {
  small: { ...small.model, vocab, batch: small.training.batch },
  big: { layer: 6, head: 6, model: 384, context: 256, dropout: 0, vocab, batch: 8 },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads
