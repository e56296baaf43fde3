// What parts are replaced by, example by example: by nothing, by the mean over all positions of all examples, or by what the next example has.

import type { Values } from '../../engine/engine.ts'
import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import type { AblationKind } from './ablatedParts.ts'
import type { ChosenExample } from './chosenExamples.ts'
import type { Patcher } from './patcher.ts'
import { positionsOfCells } from './positionsOfCells.ts'

/** The values by which parts are replaced. */
export class Replacements {
  readonly #patcher: Patcher
  readonly #examples: readonly ChosenExample[]
  readonly #names: Names
  readonly #along = new Map<string, string | undefined>()
  #means: Map<string, Values> | undefined

  constructor(patcher: Patcher, names: Names, examples: readonly ChosenExample[]) {
    this.#patcher = patcher
    this.#names = names
    this.#examples = examples
  }

  /** The values that stand in one example: none where it is 0, or the mean of all, or what the next ones have. */
  async of(kind: AblationKind, example: number): Promise<ReadonlyMap<string, Values>> {
    if (kind === 'zero') return new Map()
    if (kind === 'resample') return this.#others(example)
    this.#means ??= await this.#meansOfAll()
    return this.#means
  }

  /** Values of which each cell, at all positions alike, is the mean over all positions of all examples. */
  async #meansOfAll(): Promise<Map<string, Values>> {
    const sums = new Map<string, { readonly values: Values; readonly sum: Float64Array; count: number }>()
    for (const [i, { inputs }] of this.#examples.entries())
      for (const [path, values] of (await this.#patcher.look(inputs)).values) {
        const { outside, positions, positionOf } = positionsOfCells(values)
        const length = this.#lengthOf(path, i, positions)
        const own = sums.get(path) ?? { values, sum: new Float64Array(values.data.length / positions), count: 0 }
        values.data.forEach((each, cell) => {
          if (positionOf(cell) < length) own.sum[outside(cell)] += each
        })
        own.count += length
        sums.set(path, own)
      }
    return new Map(
      [...sums].map(([path, { values, sum, count }]) => {
        const { outside } = positionsOfCells(values)
        return [path, { ...values, data: values.data.map((_, cell) => sum[outside(cell)] / count) }]
      }),
    )
  }

  /** The values of the examples after this one, at each position of the next that is so long; where none is, its own. */
  async #others(example: number): Promise<Map<string, Values>> {
    const { values: own } = await this.#patcher.look(this.#examples[example].inputs)
    const given = new Map([...own].map(([path, values]) => [path, { ...values, data: values.data.slice() }]))
    /** The positions of each value that are done. */
    const done = new Map([...own.keys()].map((path) => [path, 0]))
    const all = this.#examples.length
    for (let step = 1; step < all; step++) {
      const other = (example + step) % all
      const longer = [...given].flatMap(([path, values]) => {
        const { positions } = positionsOfCells(values)
        const to = Math.min(this.#lengthOf(path, other, positions), this.#lengthOf(path, example, positions))
        const from = done.get(path) ?? 0
        return to > from ? [{ path, values, from, to }] : []
      })
      if (longer.length === 0) continue
      const seen = await this.#patcher.look(this.#examples[other].inputs)
      for (const { path, values, from, to } of longer) {
        const { positionOf } = positionsOfCells(values)
        seen.values.get(path)?.data.forEach((each, cell) => {
          const position = positionOf(cell)
          if (position >= from && position < to) values.data[cell] = each
        })
        done.set(path, to)
      }
    }
    return given
  }

  /** The number of positions of a value that an example has. */
  #lengthOf(path: string, example: number, positions: number): number {
    if (!this.#along.has(path)) this.#along.set(path, alongOf(this.#names.valueAt(path)))
    const along = this.#along.get(path)
    return Math.min(positions, (along === undefined ? undefined : this.#examples[example].lengths[along]) ?? positions)
  }
}

/** The axis of what the model reads along which the positions of a value lie: what an encoder computes hangs on its source alone. */
function alongOf(node: Node): string | undefined {
  const read = graphOf([node]).filter(({ operation }) => operation.kind === 'input')
  return ['position', 'source'].find((axis) => read.some(({ axes }) => hasAxis(axes, axis)))
}
