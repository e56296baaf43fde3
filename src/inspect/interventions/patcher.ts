// Many patches of one model by one program: each row of the batch is another patch. At every address that is swept stands a choice,
// for each row, between the value as it is and what is given for it:
//
//   value ← where(chosen, given, value)     chosen: an input along "batch" and the axes on which patches say places
//
// So hundreds of patches are compiled once, and a run does as many of them as the batch has rows.

import { type Edited, settled } from '../../edit/edit.ts'
import { checkAddresses, editing } from '../../edit/editedModel.ts'
import { settleEdits } from '../../edit/settleEdits.ts'
import { type Program, runWith, type Values } from '../../engine/engine.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { type Address, placesIn } from '../../tensor/address.ts'
import { type Axis, cells, placesOfCell, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { expand, input, where } from '../../tensor/primitives.ts'
import { replacing } from '../../tensor/rewrite.ts'

/** A value of one number for each row of the batch, made of the names of a pass. */
export type RowMetric = (names: Names) => Node

interface Swept {
  readonly axes: readonly Axis[]
  readonly chosenName: string
  readonly chosenAxes: readonly Axis[]
  readonly givenName: string
}

/** Runs patches of one model over examples of one size; compiles once. */
export class Patcher {
  readonly #program: Program
  readonly #rows: number
  readonly #swept: ReadonlyMap<string, Swept>

  private constructor(program: Program, rows: number, swept: ReadonlyMap<string, Swept>) {
    this.#program = program
    this.#rows = rows
    this.#swept = swept
  }

  /**
   * - `sizes`: those of the examples: `{ position: 12 }`; `optional`: what they bring that the model does without too
   * - `patches`: the addresses, without stars; `rows`: the number of patches in one run
   *
   * Throws for addresses and edits that the model does not have.
   */
  static async of({
    model,
    engine,
    edits = [],
    sizes,
    optional = [],
    patches,
    metric,
    rows,
  }: Edited<AnyModel> & {
    readonly sizes: Readonly<Record<string, number>>
    readonly optional?: readonly string[]
    readonly patches: readonly Address[]
    readonly metric: RowMetric
    readonly rows: number
  }): Promise<Patcher> {
    const { names: bare } = passOf(model, { ...sizes, batch: rows }, optional)
    checkAddresses(bare.values, edits)
    const edited = editing(bare.values, settled(await settleEdits({ model, engine, edits })), { isWhole: true })
    const names = bare.carried((node) => edited.of(node))
    const swept = new Map<string, Swept>()
    const choices = new Map<Node, (value: Node) => Node>()
    for (const [path, own] of Map.groupBy(patches, (patch) => patch.path)) {
      const node = names.valueAt(path)
      const places = new Set(own.flatMap(({ at = {} }) => Object.keys(at)))
      const chosenAxes = node.axes.filter(({ name }) => name === 'batch' || places.has(name))
      const axes = node.axes.filter(({ name }) => name !== 'batch')
      for (const address of own) placesIn(axes, address, 'patch')
      const each = { axes, chosenAxes, chosenName: `chosen at ${path}`, givenName: `given at ${path}` }
      swept.set(path, each)
      const chosen = input(each.chosenName, sizesOf(chosenAxes))
      const given = input(each.givenName, sizesOf(axes))
      choices.set(node, (value) => where(chosen as Tensor, expand(given, value.axes) as Tensor, value as Tensor))
    }
    const rewriting = replacing(choices)
    const carried = names.carried((node) => rewriting.of(node))
    const program = await engine.compile({ outputs: { metric: metric(carried) }, names: carried })
    return new Patcher(program, rows, swept)
  }

  /** The metric of each patch over one example: what is given stands where the patch says. A patch of undefined changes nothing. */
  async run(
    inputs: InputValues,
    given: ReadonlyMap<string, Values>,
    patches: readonly (Address | undefined)[],
    report: (done: number) => void = () => {},
  ): Promise<number[]> {
    const repeated = Object.fromEntries(
      Object.entries(givenOf(inputs)).map(([name, values]) => {
        const row = Array.from(values)
        return [name, Array.from({ length: this.#rows }, () => row).flat()]
      }),
    )
    const givenValues = Object.fromEntries(
      [...this.#swept].map(([path, { givenName, axes }]) => [
        givenName,
        given.get(path)?.data ?? new Float32Array(cells(axes)),
      ]),
    )
    const found: number[] = []
    for (let from = 0; from < patches.length; from += this.#rows) {
      const now = patches.slice(from, from + this.#rows)
      await runWith(this.#program, { ...repeated, ...givenValues, ...this.#choices(now) })
      found.push(...(await this.#program.read('metric')).data.slice(0, now.length))
      report(found.length)
    }
    return found
  }

  async close(): Promise<void> {
    await this.#program.close()
  }

  #choices(patches: readonly (Address | undefined)[]): Record<string, Float32Array> {
    const choices: Record<string, Float32Array> = {}
    for (const [path, { axes, chosenName, chosenAxes }] of this.#swept) {
      const own = patches.map((patch) => (patch?.path === path ? placesIn(axes, patch, 'patch') : undefined))
      const batch = chosenAxes.findIndex(({ name }) => name === 'batch')
      choices[chosenName] = Float32Array.from({ length: cells(chosenAxes) }, (_, cell) => {
        const at = own[placesOfCell(chosenAxes, cell)[batch]]
        return at && isAt(chosenAxes, cell, at) ? 1 : 0
      })
    }
    return choices
  }
}

const sizesOf = (axes: readonly Axis[]): Record<string, number> =>
  Object.fromEntries(axes.map(({ name }) => [name, sizeOf(axes, name)]))

/** True if a cell, counted row-major, stands at these places. */
export function isAt(axes: readonly Axis[], cell: number, at: Readonly<Record<string, number>>): boolean {
  return placesOfCell(axes, cell).every((place, i) => place === (at[axes[i].name] ?? place))
}
