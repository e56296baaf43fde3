// The loss while it learns: of all places of a batch together, place by place, and how much lower it is late than early.
//
//   loss at a place    Σ −ln p(target) / number of targets        over the rows of the batch that are asked there; nats
//   in-context         loss late − loss early                     positions as in `inContextPositions`

import { type Program, runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { answerLoss } from '../../evaluate/loss.ts'
import { checkBatch, checkFits, inputsFor, withItsEdits } from '../../evaluate/objective.ts'
import { type AxisPlaces, placesIn } from '../../tensor/address.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { crossEntropy } from '../../tensor/definitions.ts'
import type { Tensor } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { constant, less, sum } from '../../tensor/primitives.ts'
import { inContextPositions } from '../heads/inContext.ts'
import { batchOf, type Looked } from './looked.ts'
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
 * The losses of the batch that are asked for.
 *
 * Throws where the objective's answers have no positions and these are asked for, and where nothing is asked at them.
 */
export async function lossGauge(looked: Looked, asked: readonly LossAsked[]): Promise<Gauge> {
  const batch = batchOf(looked, 'the loss')
  checkBatch(batch, looked.objective)
  checkFits(batch.sizes, looked.objective)
  const objective = await withItsEdits(looked.objective)
  const { outputs, names } = trace(objective.model, () => {
    const answer = objective.answer(inputsFor(objective, batch.sizes))
    if (!('logits' in answer && hasAxis(answer.targets.axes, 'position'))) {
      const { sum, count } = answerLoss(answer)
      return { sums: sum, counts: count }
    }
    const targets = answer.targets as Tensor<'batch'>
    const losses = crossEntropy(answer.logits as Tensor, targets as Tensor, answer.over) as Tensor<'batch'>
    return { sums: sum(losses, 'batch'), counts: sum(less(constant(-1), targets), 'batch') }
  })
  const { axes } = outputs.sums
  const positions = hasAxis(axes, 'position') ? sizeOf(axes, 'position') : undefined
  const watched = asked.flatMap((each) => askedOf(each, positions))
  const programs = new Programs(looked.engine)
  const losses = async (): Promise<ByPosition> => {
    const program: Program = await programs.get('losses', () => ({ outputs, names }))
    await runWith(program, batch.inputs)
    return { sums: (await program.read('sums')).data, counts: (await program.read('counts')).data }
  }
  return {
    watched: watched.map(({ of: _, ...labels }) => labels),
    async look() {
      const found = await losses()
      return watched.map(({ of }) => of(found))
    },
    close: () => programs.close(),
  }
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
