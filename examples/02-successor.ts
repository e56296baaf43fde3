// Two layers of attention learn to look things up, all of a sudden.
//
// In every sequence each of 16 symbols has a successor, drawn anew; it comes next with probability 0.7, else any symbol does.
// Nothing can be learnt by heart. To predict, a model must find where the same symbol stood before and say what came after
// it. That takes two layers: in one every position learns what stood before it, in the next each looks for positions that
// come after its own symbol. For some hundred steps nothing happens but that the model learns how often symbols repeat; then
// both halves come together, and the loss falls. One layer never gets there.
//
// Attention only, no MLP; where tokens stand, only queries and keys know. Olsson et al. 2022, "In-context learning and
// induction heads". Read next: 03-warm-up.ts.

import { cpu, nextToken, train } from '../src/index.ts'
import { parametersByPart } from '../src/inspect.ts'
import { bucketedBatches, successorOptimum, successorTask, taskExamples } from '../src/tasks.ts'
import { attentionOnly } from './attentionOnly.ts'
import { report, usual } from './learn.ts'

const [vocab, length] = [16, 32]

const task = successorTask({ symbols: vocab, length })
const heldBack = taskExamples(task, { as: 'decoder', part: 'validation', seed: 0 })
const validation = bucketedBatches(heldBack, { batch: 32, seed: 0 })
const sequences = Array.from({ length: heldBack.count }, (_, i) => {
  const { prompt, answer } = heldBack.question(i)
  return task.tokenizer.encode(prompt + answer)
})
const optimum = successorOptimum(sequences)

const build = (layers: number) => attentionOnly({ vocab, context: length, layers, heads: 2, model: 32 })

/** The losses on sequences that it has not seen, every 50 steps. */
async function lossesOf(layers: number, seed: number): Promise<number[]> {
  const engine = await cpu({ threads: 1 })
  const objective = nextToken(build(layers))
  const training = bucketedBatches(taskExamples(task, { as: 'decoder', seed }), { batch: 32, seed })
  const settings = { ...usual, steps: 3000, rate: 3e-3, seed, evaluateEvery: 50, evaluateBatches: 1 }
  const losses: number[] = []
  for await (const event of train({ engine, objective, training, validation, ...settings }))
    if (event.kind === 'evaluation') losses.push(event.validation)
  engine.close()
  return losses
}

/** In which 50 steps the loss fell most, once what symbols there are was learnt. */
function dropOf(losses: readonly number[]): number {
  const falls = losses.map((loss, i) => (i < 4 ? 0 : losses[i - 1] - loss))
  return 50 * falls.indexOf(Math.max(...falls))
}

const parameters = parametersByPart(build(2)).reduce((sum, { count }) => sum + count, 0)
console.log(`${parameters} parameters. The best that anybody can do: ${optimum.toFixed(3)} nats.`)
const ends: Record<number, number[]> = { 1: [], 2: [] }
const drops: number[] = []
for (const [layers, seed] of [
  [2, 1],
  [2, 2],
  [2, 3],
  [1, 1],
] as const) {
  // biome-ignore format: a table
  const losses = await lossesOf(layers, seed)
  const curve = losses.filter((_, i) => i % 5 === 0).map((loss) => loss.toFixed(2))
  const end = losses[losses.length - 1]
  ends[layers].push(end)
  console.log(`${layers} ${layers === 1 ? 'layer' : 'layers'}, seed ${seed}, every 250 steps: ${curve.join(' ')}`)
  if (layers === 1) continue
  drops.push(dropOf(losses))
  console.log(
    `  it fell most before step ${dropOf(losses)}; at last it is ${(end - optimum).toFixed(3)} above the best`,
  )
}
report(
  Math.max(...ends[2]) < optimum + 0.08 &&
    Math.min(...ends[1]) > optimum + 0.3 &&
    drops.every((step) => step >= 500 && step <= 1000),
  `two layers come within ${(Math.max(...ends[2]) - optimum).toFixed(3)} of the best, one within ${(ends[1][0] - optimum).toFixed(3)}; the targets are 0.08 with a drop between steps 500 and 1000, and never 0.3.`,
)
