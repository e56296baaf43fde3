// The sizes of a run where nobody says them: they suit the source and the machine.

import type { GPT2Config } from '../model/gpt2.ts'

/** The rule, as the help states it. */
export const sizesRule = `Sizes that are not given follow the text and the machine:
  up to 50,000 tokens    2 layers, model 64, context 32, batch 16
  more                   4 layers, model 128, context 64, batch 12
  more than 500,000,
  on 8 threads or more   6 layers, model 192, context 128, batch 16
  pairs, labelled texts  2 layers, model 128, batch 64; of more than 20,000: 3 layers, model 256
  tasks                  2 layers, model 64, batch 64
  labelled pictures      4 layers, model 96, batch 64, an MLP of twice the model
The context of a text is halved until the held-back tenth of the text holds it twice; that of pairs and labelled texts holds the longest, up to 256 tokens. Pictures and recordings with words are as pairs; labelled pictures of one size are seen as they are, up to 64 pixels a side, and others are made 64 × 64. Heads have 32 numbers each; the MLP is 4 times as wide as the model. A run reads the text 8 times, but takes at least 500 steps and at most 2000; pairs, labelled texts and pictures it reads 10 times; for tasks it takes 2000 steps.`

export interface RunSizes extends Pick<GPT2Config, 'layer' | 'head' | 'model' | 'context'> {
  readonly batch: number
  /** The width of the MLP, where it is not 4 times that of the model. */
  readonly hidden?: number
}

/** The sizes for a text of so many tokens on so many threads; those that are given hold, and the others go with them. */
export function usualSizes(
  { tokens, threads }: { tokens: number; threads: number },
  given: Partial<RunSizes>,
): RunSizes {
  const usual =
    tokens <= 50_000
      ? { layer: 2, model: 64, context: 32, batch: 16 }
      : tokens > 500_000 && threads >= 8
        ? { layer: 6, model: 192, context: 128, batch: 16 }
        : { layer: 4, model: 128, context: 64, batch: 12 }
  let { context } = usual
  while (context > 8 && tokens / 10 < 2 * context + 1) context /= 2
  const model = given.model ?? usual.model
  return {
    layer: given.layer ?? usual.layer,
    model,
    head: given.head ?? usualHeads(model),
    context: given.context ?? context,
    batch: given.batch ?? usual.batch,
  }
}

/** So many heads that each has 32 numbers, or as near to that as the model can be divided. */
function usualHeads(model: number): number {
  let best = 1
  for (let heads = 1; heads <= model; heads++) {
    if (model % heads !== 0) continue
    if (Math.abs(Math.log(model / heads / 32)) < Math.abs(Math.log(model / best / 32))) best = heads
  }
  return best
}

/** The sizes for so many pairs or labelled texts, or for a task (which has none). */
export function usualExampleSizes(
  { examples, longest }: { examples: number | undefined; longest: number },
  given: Partial<RunSizes>,
): RunSizes {
  const usual =
    examples === undefined
      ? { layer: 2, model: 64 }
      : examples <= 20_000
        ? { layer: 2, model: 128 }
        : { layer: 3, model: 256 }
  const model = given.model ?? usual.model
  return {
    layer: given.layer ?? usual.layer,
    model,
    head: given.head ?? usualHeads(model),
    context: given.context ?? longest,
    batch: given.batch ?? 64,
  }
}

/** The sizes for labelled pictures; their context is their patches, which others count. */
export function usualPictureSizes(given: Partial<RunSizes>): RunSizes {
  const { layer = 4, model = 96, batch = 64 } = given
  const heads = [4, 3, 2, 1].find((heads) => model % heads === 0) ?? 1
  return { layer, model, batch, head: given.head ?? heads, hidden: 2 * model, context: 1 }
}

/** The learning rate for tasks, whose models are small. */
export const usualTaskRate = 2e-3

/** The number of steps that read all examples 10 times; of a task, of which there is no end, a number that most are learnt in. */
export function usualEpochSteps(stepsPerEpoch: number, isTask: boolean): number {
  if (isTask) return 2000
  return Math.min(20_000, Math.max(500, Math.round(stepsPerEpoch / 10) * 100))
}

/** The number of steps that read so many tokens 8 times. */
export function usualSteps(tokens: number, tokensPerStep: number): number {
  return Math.min(2000, Math.max(500, Math.round((8 * tokens) / tokensPerStep / 100) * 100))
}

/** About an eighth of the steps, a round number: between evaluations. */
export function usualInterval(steps: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, steps / 8)))
  const rounded = [1, 2, 2.5, 5, 10].map((factor) => factor * power)
  return rounded.find((interval) => Number.isInteger(interval) && interval >= steps / 8) ?? 1
}
