// A batch while it is learnt of: its loss, of all places together, place by place, and how much lower it is late than early; and how long
// the gradients of that loss are. One pass through the model gives all of it.
//
//   loss at a place    Σ −ln p(target) / number of targets        over the rows of the batch that are asked there; nats
//   in-context         loss late − loss early                     positions as in `inContextPositions`
//   gradient-norm      ‖∂ loss / ∂ w‖                             the mean loss, in nats; no dropout, not clipped

import type { Batch } from '../../data/batch.ts'
import { runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { type Answer, answerLoss, type LossSum, sumOf } from '../../evaluate/loss.ts'
import { checkBatch, checkFits, inputsFor, withItsEdits } from '../../evaluate/objective.ts'
import { type AxisPlaces, placesIn } from '../../tensor/address.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { crossEntropy } from '../../tensor/definitions.ts'
import { gradient } from '../../tensor/gradient.ts'
import { graphOf } from '../../tensor/graph.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { constant, divide, less, maximum, sum } from '../../tensor/primitives.ts'
import { inContextPositions } from '../heads/inContext.ts'
import { batchOf, type Looked } from './looked.ts'
import { normGroups, normsOf, readSquares, squaresOf, watchedNorm } from './norms.ts'
import type { Gauge, Watched } from './watched.ts'

/** A question about the loss: all of it, at a place, at every place, or late against early. */
export type LossAsked = 'loss' | 'loss-by-position' | 'in-context' | AxisPlaces

/** The losses of a batch by position: Σ over its rows, and how many of these are asked there. */
interface ByPosition {
  readonly sums: ArrayLike<number>
  readonly counts: ArrayLike<number>
}

/** A number of these losses, with its labels. */
interface Asked extends Watched {
  readonly of: (losses: ByPosition) => number
}

/**
 * The losses of the batch that are asked for and, where they are, the norms of its gradients.
 *
 * Throws where the objective's answers have no positions and these are asked for, and where nothing is asked at them.
 */
export async function batchGauge(
  looked: Looked,
  { losses: asked, gradients }: { readonly losses: readonly LossAsked[]; readonly gradients: boolean },
): Promise<Gauge> {
  const batch = batchOf(looked, gradients ? 'a gradient' : 'the loss')
  checkBatch(batch, looked.objective)
  checkFits(batch.sizes, looked.objective)
  const objective = await withItsEdits(looked.objective)
  const { outputs, names } = trace(objective.model, () => {
    const found = byPosition(objective.answer(inputsFor(objective, batch.sizes)))
    return { ...found, ...(gradients && gradientSquares(looked, found)) }
  })
  const { axes } = outputs.sums
  const positions = hasAxis(axes, 'position') ? sizeOf(axes, 'position') : undefined
  const watched = asked.flatMap((each) => askedOf(each, positions))
  for (const each of watched) if (!asked.includes('loss-by-position')) checkIsAsked(batch, each)
  const groups = gradients ? normGroups(looked.model) : []
  const programs = new Programs(looked.engine)
  return {
    watched: [
      ...watched.map(({ of: _, ...labels }) => labels),
      ...groups.map((group) => watchedNorm('gradient-norm', 'nats per unit', group)),
    ],
    async look() {
      const program = await programs.get('batch', () => ({ outputs, names }))
      await runWith(program, batch.inputs)
      const found = { sums: (await program.read('sums')).data, counts: (await program.read('counts')).data }
      const norms = gradients ? normsOf(groups, await readSquares(program, Object.keys(outputs))) : []
      return [...watched.map(({ of }) => of(found)), ...norms]
    },
    close: () => programs.close(),
  }
}

/** Σ loss and the number of targets; by position where the answer has positions. */
function byPosition(answer: Answer | LossSum): { readonly sums: Node; readonly counts: Node } {
  if (!('logits' in answer && hasAxis(answer.targets.axes, 'position'))) {
    const { sum, count } = answerLoss(answer)
    return { sums: sum, counts: count }
  }
  const targets = answer.targets as Tensor<'batch'>
  const losses = crossEntropy(answer.logits as Tensor, targets as Tensor, answer.over) as Tensor<'batch'>
  return { sums: sum(losses, 'batch'), counts: sum(less(constant(-1), targets), 'batch') }
}

/** Σ g² of the gradient of the mean loss, by the path of each weight that it depends on. */
function gradientSquares({ model }: Looked, { sums, counts }: { readonly sums: Node; readonly counts: Node }) {
  const loss = divide(sumOf(sums), maximum(sumOf(counts), 1))
  const reached = new Set(graphOf([loss]))
  const used = [...parametersOf(model)].filter(([, weight]) => reached.has(weight))
  const weights = used.map(([, weight]) => weight)
  const gradients = gradient(loss, weights)
  return squaresOf(new Map(used.map(([path], i) => [path, gradients[i]])))
}

/** Throws for a loss at a position where no row of the batch is asked. */
function checkIsAsked({ inputs, sizes }: Batch, { score, position }: Watched): void {
  const targets = inputs['targets']
  const length = sizes['position'] ?? 0
  if (position === undefined || !targets || targets.some((target, cell) => target >= 0 && cell % length === position))
    return
  throw new Error(
    `watch: ${score}: nothing is asked at position ${position} of the batch that is looked at, so that there is no loss. Watch "loss" or "loss-by-position".`,
  )
}

function askedOf(asked: LossAsked, positions: number | undefined): Asked[] {
  const nats = { score: 'loss', unit: 'nats' }
  if (asked === 'loss') return [{ ...nats, of: ({ sums, counts }) => total(sums) / total(counts) }]
  const name = typeof asked === 'string' ? asked : 'loss at a place'
  if (positions === undefined || positions < 3)
    throw new Error(
      `watch: ${name} is of models that answer at every position of a text, but this one ${positions === undefined ? 'answers once for each example' : `answers at ${positions}`}. Watch "loss".`,
    )
  const lossAt =
    (position: number) =>
    ({ sums, counts }: ByPosition): number =>
      sums[position] / counts[position]
  const at = (position: number, score = 'loss'): Asked => ({ ...nats, score, position, of: lossAt(position) })
  if (asked === 'loss-by-position') return Array.from({ length: positions }, (_, position) => at(position))
  if (asked !== 'in-context') {
    const axes = [{ name: 'position', size: positions }]
    return [at(placesIn(axes, { path: 'loss', at: asked }, 'watch')['position'])]
  }
  const [late, early] = inContextPositions(positions)
  const score = {
    ...nats,
    score: 'in-context',
    of: (losses: ByPosition) => lossAt(late)(losses) - lossAt(early)(losses),
  }
  return [score, at(late, 'late-loss'), at(early, 'early-loss')]
}

function total(numbers: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]
  return sum
}
