// A program that was loaded into an engine's threads: what its users hold. It holds what it needs of the engine, so that all of
// it can go when nobody holds the program any more.

import type { Axis } from '../../../tensor/axes.ts'
import type { Node } from '../../../tensor/node.ts'
import {
  arrayFor,
  checkInputs,
  type InputNode,
  type Inputs,
  type Plan,
  type Program,
  type Values,
} from '../../engine.ts'
import type { StorageType } from '../../storage.ts'
import type { Arena } from '../memory/arena.ts'
import { copyIn, copyOut, widenOut } from '../memory/copies.ts'
import type { Pool } from '../threads/pool.ts'

/** Where a result lies after a run. */
export interface OutputPlace {
  readonly address: number
  readonly type: StorageType
  readonly axes: readonly Axis[]
}

export interface LoadedParts {
  /** As long as the program can be reached, its engine lives. */
  readonly engine: object
  readonly arena: Arena
  readonly pool: Pool
  readonly plan: Plan
  /** The program's number in the pool, and whether one thread runs it. */
  readonly id: number
  readonly isAlone: boolean
  readonly inputs: readonly InputNode[]
  /** Where those lie that are needed. */
  readonly places: ReadonlyMap<InputNode, number>
  readonly outputs: ReadonlyMap<string, OutputPlace>
  /** All that has memory which lasts: as long as the program can be reached, so can they. */
  readonly lasting: readonly Node[]
  /** Told after every run. */
  readonly afterRun?: (() => void) | undefined
  /** Gives back what the program has, after the runs that were asked for. */
  readonly giveBack: () => Promise<void>
}

export class LoadedProgram implements Program {
  readonly plan: Plan
  readonly inputs: readonly string[]
  /** Nothing once it is closed. */
  #parts: LoadedParts | undefined
  #closed: Promise<void> | undefined
  #hasRun = false

  constructor(parts: LoadedParts) {
    this.plan = parts.plan
    this.inputs = parts.inputs.map(({ operation }) => operation.name)
    this.#parts = parts
  }

  async run(given: Inputs): Promise<void> {
    const parts = this.#open('run')
    const { arena, pool, id, isAlone, inputs, places, afterRun } = parts
    checkInputs(inputs, given)
    this.#hasRun = true
    for (const [{ operation, axes }, address] of places) copyIn(arena, address, axes, given[operation.name])
    await (isAlone ? pool.runAlone(id) : pool.run(id))
    afterRun?.()
  }

  async read(output: string, into?: Float32Array): Promise<Values> {
    const { arena, outputs } = this.#open('read')
    const found = outputs.get(output)
    if (!found)
      throw new Error(`read: the program has no output "${output}". It has ${[...outputs.keys()].join(', ')}.`)
    if (!this.#hasRun) throw new Error(`read: "${output}" has not been made yet. Run the program first.`)
    const { address, type, axes } = found
    const data = arrayFor(output, axes, into)
    const copy = type === 'bf16' ? widenOut : copyOut
    copy(arena, address, axes, data)
    return { axes, data }
  }

  close(): Promise<void> {
    this.#closed ??= this.#parts?.giveBack() ?? Promise.resolve()
    this.#parts = undefined
    return this.#closed
  }

  #open(place: string): LoadedParts {
    if (this.#parts) return this.#parts
    throw new Error(`${place}: the program was closed. Compile it again.`)
  }
}
