// How long the weights are while they learn, how long their gradients, and how far a step takes them: of every tensor, and of every part
// with all that is in it.
//
//   weight-norm      ‖w‖                               √Σ w²
//   gradient-norm    ‖∂ loss / ∂ w‖                    the loss of the batch that is looked at, its mean in nats; no dropout, not clipped
//   update-norm      ‖w after a step − w before it‖    that of the last step alone, with decay and all
//   update-ratio     ‖w after − w before‖ / ‖w before‖
//
// The norm of a part is that of all its tensors as one vector: √Σ of their squares.

import { type Program, runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { answerLoss } from '../../evaluate/loss.ts'
import { checkBatch, checkFits, inputsFor, withItsEdits } from '../../evaluate/objective.ts'
import { gradient } from '../../tensor/gradient.ts'
import { graphOf } from '../../tensor/graph.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { divide, maximum, multiply, parameter, subtract, sum } from '../../tensor/primitives.ts'
import { batchOf, type Looked } from './looked.ts'
import type { Gauge, Watched } from './watched.ts'

/** Norms of weights. */
export function weightNorms({ engine, model }: Looked): Gauge {
  const groups = groupsOf(model)
  const programs = new Programs(engine)
  const outputs = squaresOf(parametersOf(model))
  return {
    watched: groups.map((group) => watchedOf('weight-norm', 'length', group)),
    async look() {
      const program = await programs.get('weights', () => ({ outputs }))
      await program.run({})
      const squares = await read(program, Object.keys(outputs))
      return groups.map(({ tensors }) => Math.sqrt(sumOver(squares, tensors)))
    },
    close: () => programs.close(),
  }
}

/** Norms of the gradient of the batch's loss. */
export async function gradientNorms(looked: Looked): Promise<Gauge> {
  const { engine, model } = looked
  const batch = batchOf(looked, 'gradient-norms')
  checkBatch(batch, looked.objective)
  checkFits(batch.sizes, looked.objective)
  const objective = await withItsEdits(looked.objective)
  const weights = parametersOf(model)
  const { outputs, names } = trace(objective.model, () => {
    const { sum, count } = answerLoss(objective.answer(inputsFor(objective, batch.sizes)))
    const loss = divide(sum, maximum(count, 1))
    const reached = new Set(graphOf([loss]))
    const used = [...weights].filter(([, weight]) => reached.has(weight))
    const gradients = gradient(
      loss,
      used.map(([, weight]) => weight),
    )
    return squaresOf(new Map(used.map(([path], i) => [path, gradients[i]])))
  })
  const groups = groupsOf(model)
  const programs = new Programs(engine)
  return {
    watched: groups.map((group) => watchedOf('gradient-norm', 'nats for each length', group)),
    async look() {
      const program: Program = await programs.get('gradients', () => ({ outputs, names }))
      await runWith(program, batch.inputs)
      const squares = await read(program, Object.keys(outputs))
      return groups.map(({ tensors }) => Math.sqrt(sumOver(squares, tensors)))
    },
    close: () => programs.close(),
  }
}

/** Norms of what the last step changed, and their ratios to what was there before. NaN where that was not remembered. */
export function updateNorms({ engine, model }: Looked): Gauge {
  const weights = parametersOf(model)
  const kept = new Map(
    [...weights].map(([path, { axes }]) => [
      path,
      parameter(Object.fromEntries(axes.map(({ name, size }) => [name, size])), 'zeros') as Node,
    ]),
  )
  const before = (path: string): Tensor => kept.get(path) as Tensor
  const changes = new Map([...weights].map(([path, weight]) => [path, subtract(weight as Tensor, before(path))]))
  const outputs = {
    ...squaresOf(changes),
    ...squaresOf(new Map([...kept].map(([path, node]) => [`${path}, before`, node]))),
  }
  const groups = groupsOf(model)
  const programs = new Programs(engine)
  let isRemembered = false
  return {
    watched: groups.flatMap((group) => [
      watchedOf('update-norm', 'length', group),
      watchedOf('update-ratio', 'share', group),
    ]),
    async remember() {
      const program = await programs.get('remember', () => ({
        outputs: {},
        updates: new Map([...weights].map(([path, weight]) => [before(path), weight])),
      }))
      await program.run({})
      isRemembered = true
    },
    async look() {
      if (!isRemembered) return new Array<number>(2 * groups.length).fill(Number.NaN)
      isRemembered = false
      const program = await programs.get('changes', () => ({ outputs }))
      await program.run({})
      const squares = await read(program, Object.keys(outputs))
      return groups.flatMap(({ tensors }) => {
        const change = sumOver(squares, tensors)
        const length = sumOver(
          squares,
          tensors.map((path) => `${path}, before`),
        )
        return [Math.sqrt(change), Math.sqrt(change / length)]
      })
    },
    async close() {
      await programs.close()
      for (const node of kept.values()) engine.forget(node)
    },
  }
}

/** Tensors whose norm is one: a single one, or all in a part; without an address all of the model. */
interface Group {
  readonly address: string | undefined
  readonly tensors: readonly string[]
}

/** The whole model, each part that has several tensors, and each tensor, in the order of the fields. */
function groupsOf(model: object): Group[] {
  const paths = [...parametersOf(model).keys()]
  const groups = new Map<string, string[]>([['', paths]])
  for (const path of paths) {
    const names = path.split('.')
    for (let length = 1; length <= names.length; length++) {
      const part = names.slice(0, length).join('.')
      groups.set(part, [...(groups.get(part) ?? []), path])
    }
  }
  return [...groups]
    .filter(([part, own]) => part === '' || own.length > 1 || own[0] === part)
    .map(([part, tensors]) => ({ address: part === '' ? undefined : part, tensors }))
}

const watchedOf = (score: string, unit: string, { address }: Group): Watched => ({
  score,
  unit,
  ...(address !== undefined && { address }),
})

/** Σ x² of each. */
const squaresOf = (nodes: ReadonlyMap<string, Node>): Record<string, Node> =>
  Object.fromEntries(
    [...nodes].map(([path, node]) => {
      const x = node as Tensor
      return [path, sum(multiply(x, x), ...x.axes.map(({ name }) => name))]
    }),
  )

async function read(program: Program, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const name of names) found.set(name, (await program.read(name)).data[0])
  return found
}

/** A tensor that the loss does not depend on adds nothing. */
const sumOver = (squares: ReadonlyMap<string, number>, paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + (squares.get(path) ?? 0), 0)
