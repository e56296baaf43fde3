// Pictures and sound, as media.ts measures them: a picture's classes, what is said in half a minute, a training step on digits. The
// first two load the folders that write_media.py wrote, as the peers do.

import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadModel } from '../src/checkpoint/load.ts'
import { bucketedBatches } from '../src/data/bucketed.ts'
import { pictureExamples } from '../src/data/pictures.ts'
import { Classifier } from '../src/encode/classify.ts'
import type { Engine } from '../src/engine/engine.ts'
import { classification } from '../src/evaluate/objective.ts'
import { Generator } from '../src/generate/generate.ts'
import { listen } from '../src/generate/listening.ts'
import { framesOf } from '../src/generate/transcribe.ts'
import { ClassifyingViT } from '../src/model/vit.ts'
import { uniform } from '../src/tensor/random.ts'
import { small } from '../src/train/settings.ts'
import { Trainer } from '../src/train/trainer.ts'
import { takenSteps } from './takenSteps.ts'

/** How a sound is heard. */
export interface Hearing {
  /** The first ids of a text, and how many are written behind them. */
  readonly prompt: readonly number[]
  readonly tokens: number
}

export type MediaWorkload =
  | { readonly task: 'see'; readonly folder: string; readonly side: number }
  | ({ readonly task: 'hear'; readonly folder: string; readonly seconds: number } & Hearing)
  | { readonly task: 'digits'; readonly digits: DigitsWorkload }

/** A ViT for MNIST's pictures, and how many of them it learns from in a step. */
export interface DigitsWorkload {
  readonly side: number
  readonly patch: number
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden: number
  readonly class: number
  readonly batch: number
}

/** The settings of examples/16-digits.ts. */
export const digits: DigitsWorkload = {
  side: 28,
  patch: 7,
  layer: 4,
  head: 4,
  model: 96,
  hidden: 192,
  class: 10,
  batch: 64,
}

interface Done {
  readonly loss?: number
}

export function showing(engine: Engine, workload: MediaWorkload): Promise<() => Promise<Done>> {
  if (workload.task === 'see') return seeing(engine, workload.folder, workload.side)
  if (workload.task === 'hear') return hearing(engine, workload.folder, workload.seconds, workload)
  return learningDigits(engine, workload.digits)
}

/** The classes of one picture, from its prepared pixels. */
async function seeing(engine: Engine, folder: string, side: number): Promise<() => Promise<Done>> {
  const { model } = await loadModel(filesOf(folder), engine)
  if (!(model instanceof ClassifyingViT)) throw new Error(`bench: ${folder} holds no ViT with classes.`)
  const classifier = new Classifier({ engine, model })
  const pixels = Float32Array.from({ length: 3 * side * side }, (_, i) => 2 * uniform(1, 0, i) - 1)
  return async () => {
    const [scores] = await classifier.classify([{ pixels }])
    if (scores.length !== model.config.class) throw new Error('bench: a class is missing.')
    return {}
  }
}

/** From samples to ids, greedily. */
async function hearing(
  engine: Engine,
  folder: string,
  seconds: number,
  { prompt, tokens }: Hearing,
): Promise<() => Promise<Done>> {
  const { model, features } = await loadModel(filesOf(folder), engine)
  if (!('remember' in model) || !features) throw new Error(`bench: ${folder} holds nobody who hears.`)
  const generator = new Generator({ engine, model })
  const { rate } = features.mel
  const samples = Float32Array.from({ length: seconds * rate }, (_, i) => uniform(1, 0, i) - 0.5)
  return async () => {
    let written = 0
    const settings = { prompt, tokens, stop: [], onToken: () => written++ }
    for await (const _ of listen(generator, framesOf(features, { rate, samples }), settings));
    if (written !== tokens) throw new Error(`bench: ${written} of ${tokens} tokens were written.`)
    return {}
  }
}

/** As `train` does it: draw a batch, each picture a pixel aside, take the step, read the loss. */
async function learningDigits(engine: Engine, workload: DigitsWorkload): Promise<() => Promise<Done>> {
  const { side, patch, batch } = workload
  const square = (size: number) => ({ down: size, across: size })
  const picture = { channel: 1, ...square(side) }
  const model = new ClassifyingViT({ ...workload, picture, patch: square(patch), activation: 'gelu' })
  const pictures = Array.from({ length: 10_000 }, (_, number) => ({
    picture: {
      width: side,
      height: side,
      channels: 1 as const,
      pixels: Uint8Array.from({ length: side * side }, (_, i) => 256 * uniform(1, number, i)),
    },
    label: number % workload.class,
  }))
  const preparation = { channels: 1, scale: 1 / 255, mean: [0.1307], deviation: [0.3081] } as const
  const batches = bucketedBatches(pictureExamples(pictures, { preparation, shift: 1, seed: 1 }), { batch, seed: 1 })
  const trainer = await Trainer.create(engine, classification(model), { ...small.training, clip: 1 }, batches)
  return takenSteps(trainer, model, (step) => batches.at(step))
}
