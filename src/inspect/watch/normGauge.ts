// How long the weights are while they learn, and how far a step takes them: of every tensor, and of every part with all that is in it.
// (Their gradients: batchGauge.ts.)
//
//   weight-norm      ‖w‖                               √Σ w²
//   update-norm      ‖w after a step − w before it‖    that of the last step alone, with decay and all
//   update-ratio     ‖w after − w before‖ / ‖w before‖

import { Programs } from '../../engine/programs.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { parameter, subtract } from '../../tensor/primitives.ts'
import type { Looked } from './looked.ts'
import { normGroups, normsOf, readSquares, squaresOf, sumOver, watchedNorm } from './norms.ts'
import type { Gauge } from './watched.ts'

/** Norms of weights. */
export function weightNorms({ engine, model }: Looked): Gauge {
  const groups = normGroups(model)
  const programs = new Programs(engine)
  const outputs = squaresOf(parametersOf(model))
  return {
    watched: groups.map((group) => watchedNorm('weight-norm', 'length', group)),
    async look() {
      const program = await programs.get('weights', () => ({ outputs }))
      await program.run({})
      const squares = await readSquares(program, Object.keys(outputs))
      return normsOf(groups, squares)
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
  const groups = normGroups(model)
  const programs = new Programs(engine)
  let isRemembered = false
  return {
    watched: groups.flatMap((group) => [
      watchedNorm('update-norm', 'length', group),
      watchedNorm('update-ratio', 'share', group),
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
      const squares = await readSquares(program, Object.keys(outputs))
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
