// Training steps of the encoder-decoder, as torch_translation.py takes them: padded pairs of random ids, label smoothing.

import type { Batch } from '../src/data/batch.ts'
import type { Engine } from '../src/engine/engine.ts'
import { targetSequence } from '../src/evaluate/objective.ts'
import { EncoderDecoder } from '../src/model/encoderDecoder.ts'
import { uniform } from '../src/tensor/random.ts'
import { small } from '../src/train/settings.ts'
import { Trainer } from '../src/train/trainer.ts'
import { takenSteps } from './takenSteps.ts'

/** The paper's base model with half the layers and half the width, and a batch of pairs. */
export interface TranslationWorkload {
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden: number
  readonly vocab: number
  readonly dropout: number
  readonly batch: number
  /** How long the longest source and the longest target of a batch are; the shortest are two thirds of it. */
  readonly source: number
  readonly position: number
}

export const translation: TranslationWorkload = {
  layer: 3,
  head: 8,
  model: 256,
  hidden: 1024,
  vocab: 8000,
  dropout: 0.1,
  batch: 64,
  source: 24,
  position: 24,
}

export async function translating(
  engine: Engine,
  workload: TranslationWorkload,
): Promise<() => Promise<{ loss: number }>> {
  const { layer, head, hidden, model: width, vocab, dropout, batch, source, position } = workload
  const half = { layer, head, hidden }
  const drops = { embedding: dropout, residual: dropout }
  const model = new EncoderDecoder({ vocab, context: 128, model: width, encoder: half, decoder: half, dropout: drops })
  const sizes = { batch, source, position }
  const objective = targetSequence(model, { smoothing: 0.1 })
  const trainer = await Trainer.create(engine, objective, { ...small.training, clip: 0 }, { shapes: [sizes] })
  return takenSteps(trainer, model, (step) => pairs(workload, step))
}

function pairs({ vocab, batch, source, position }: TranslationWorkload, step: number): Batch {
  let drawn = 0
  const below = (end: number): number => Math.floor(uniform(step, 0, drawn++) * end)
  const ids = (count: number): Int32Array => Int32Array.from({ length: batch * count }, () => below(vocab))
  const lengths = (longest: number): Int32Array => {
    const shortest = Math.floor((longest * 2) / 3)
    return Int32Array.from({ length: batch }, () => shortest + below(longest - shortest + 1))
  }
  const ends = lengths(position)
  const targets = ids(position).map((id, i) => (i % position < ends[Math.floor(i / position)] ? id : -1))
  const inputs = { source: ids(source), sourceLengths: lengths(source), ids: ids(position), targets }
  return { sizes: { batch, source, position }, inputs }
}
