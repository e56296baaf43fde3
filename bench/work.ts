// What Cutaway does for the bench, the same in Node and in a page: a training step, a text, a matrix product. Each is got
// ready once, and then done as often as one likes.

import { setWeights, withSizes } from '../src/checkpoint/engineWeights.ts'
import { windowBatches } from '../src/data/windows.ts'
import { type CpuOptions, cpu } from '../src/engine/cpu/index.ts'
import { type Engine, nodesOf } from '../src/engine/engine.ts'
import { nextToken } from '../src/evaluate/objective.ts'
import { Generator } from '../src/generate/generate.ts'
import { GPT2 } from '../src/model/gpt2.ts'
import { initialValues } from '../src/model/start.ts'
import { cells } from '../src/tensor/axes.ts'
import { dot, parameter } from '../src/tensor/primitives.ts'
import { uniform } from '../src/tensor/random.ts'
import { small } from '../src/train/settings.ts'
import { Trainer, type TrainerSettings } from '../src/train/trainer.ts'
import { TrainingGraphs } from '../src/train/trainingGraphs.ts'
import { type InferenceWorkload, inferring } from './inferenceWork.ts'
import { type InspectWorkload, inspecting } from './inspectWork.ts'
import type { MediaWorkload } from './mediaWork.ts'
import type { SentencesWorkload } from './sentencesWork.ts'
import { takenSteps } from './takenSteps.ts'
import { type TranslationWorkload, translating } from './translationWork.ts'
import type { Workload } from './workloads.ts'

/** What is to be done, as JSON can say it. */
export type Job =
  | ({ readonly kind: 'step'; readonly workload: Workload } & EngineChoice)
  | ({ readonly kind: 'write'; readonly workload: Workload; readonly tokens: number } & EngineChoice)
  | ({ readonly kind: 'infer'; readonly workload: InferenceWorkload } & EngineChoice)
  | ({ readonly kind: 'inspect'; readonly workload: InspectWorkload } & EngineChoice)
  | ({ readonly kind: 'translate'; readonly workload: TranslationWorkload } & EngineChoice)
  | ({ readonly kind: 'sentences'; readonly workload: SentencesWorkload } & EngineChoice)
  | ({ readonly kind: 'media'; readonly workload: MediaWorkload } & EngineChoice)
  | ({ readonly kind: 'product' } & EngineChoice)

export type EngineChoice = Pick<CpuOptions, 'threads' | 'simd'>

export interface Work {
  /** The engine, in its own words. */
  readonly name: string
  /** Does it `times` times: how long each took in ms, and the last loss if there is one. */
  run(times: number): Promise<{ ms: number[]; loss?: number }>
}

export async function prepare(job: Job): Promise<Work> {
  const { threads, simd } = job
  const engine = await cpu({ threads, simd })
  const once = job.kind === 'step' ? await stepping(engine, job.workload)
    : job.kind === 'translate' ? await translating(engine, job.workload)
    : job.kind === 'infer' ? await inferring(engine, job.workload)
    : job.kind === 'inspect' ? await inspecting(engine, job.workload)
    // These read files, which a page cannot.
    : job.kind === 'media' ? await (await import('./mediaWork.ts')).showing(engine, job.workload)
    : job.kind === 'sentences' ? await (await import('./sentencesWork.ts')).embedding(engine, job.workload)
    : job.kind === 'write' ? await writing(engine, job.workload, job.tokens)
    : await multiplying(engine) // biome-ignore format: a table
  return {
    name: engine.description,
    async run(times) {
      const ms: number[] = []
      let done: Done = {}
      for (let i = 0; i < times; i++) {
        const begun = performance.now()
        done = await once()
        ms.push(done.ms ?? performance.now() - begun)
      }
      return { ms, loss: done.loss }
    },
  }
}

interface Done {
  readonly loss?: number
  /** What to report in place of the time it took. */
  readonly ms?: number
}

/** The settings of a step; its gradient is not clipped, as PyTorch's is not. */
const settings: TrainerSettings = { ...small.training, clip: 0 }

/** As `train` does it: draw a batch, take the step, read the loss. */
async function stepping(engine: Engine, workload: Workload): Promise<() => Promise<Done>> {
  const model = new GPT2(workload)
  const ids = Int32Array.from({ length: 100_000 }, (_, i) => Math.floor(uniform(1, 0, i) * workload.vocab))
  const { batch, context } = workload
  const batches = windowBatches({ ids, batch, context, seed: settings.seed })
  const trainer = await Trainer.create(engine, nextToken(model), settings, batches)
  return takenSteps(trainer, model, (step) => batches.at(step))
}

/** The operations in the products of a training step that weights take part in: what no implementation can do without. */
export function stepFlops(workload: Workload): number {
  const { batch, context } = workload
  const graph = new TrainingGraphs(nextToken(new GPT2(workload)), settings).apply({ batch, position: context })
  return nodesOf(graph).reduce((sum, { operation, axes, inputs }) => {
    if (operation.kind !== 'dot') return sum
    return sum + 2 * cells(axes) * cells(inputs[0].axes.filter(({ name }) => operation.over.includes(name)))
  }, 0)
}

/** Texts of so many tokens, from a prompt of one. */
async function writing(engine: Engine, workload: Workload, tokens: number): Promise<() => Promise<Done>> {
  const model = new GPT2(workload)
  setWeights(engine, model, withSizes(model, initialValues(model, 0)))
  const generator = new Generator({ engine, model })
  return async () => {
    let written = 0
    for await (const _ of generator.generate([0], { tokens, seed: 0 })) written++
    if (written !== tokens) throw new Error(`bench: ${written} of ${tokens} tokens were written.`)
    return {}
  }
}

/** Products large enough to reach what this machine can do, rows × inner × columns. */
const largeProducts = [
  [1536, 256, 1024],
  [2048, 384, 1536],
  [1024, 1024, 1024],
] as const

/** Several large products; the time is that of 10⁹ operations in the one that went best. */
async function multiplying(engine: Engine): Promise<() => Promise<Done>> {
  const products = await Promise.all(
    largeProducts.map(async ([row, inner, column]) => {
      const [left, right] = [parameter({ row, inner }, 'ones'), parameter({ inner, column }, 'ones')]
      engine.set(left, new Float32Array(row * inner).fill(1))
      engine.set(right, new Float32Array(inner * column).fill(1))
      const program = await engine.compile({ outputs: { product: dot(left, right, 'inner') } })
      return { program, gflop: (2 * row * inner * column) / 1e9 }
    }),
  )
  return async () => {
    let ms = Number.POSITIVE_INFINITY
    for (const { program, gflop } of products) {
      const begun = performance.now()
      // This engine's runs are done when they say so.
      await program.run({})
      ms = Math.min(ms, (performance.now() - begun) / gflop)
    }
    return { ms }
  }
}
