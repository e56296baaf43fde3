// What every writer writes into the stream of a text: one vector for each writer and position.

import { type Engine, type Program, runWith } from '../../engine/engine.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import { type Axis, cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { type ReaderGroup, type StreamEdges, writesOf } from './streamEdges.ts'

/** The writes of a text, (writer, position, model) row by row, and other values that were asked for, by name. */
export interface Writes {
  readonly writes: Float32Array
  readonly values: ReadonlyMap<string, Float32Array>
}

/** Reads the writes of texts of one size; compiles once. */
export class WritesReader {
  readonly #program: Program
  readonly #groups: readonly string[]
  readonly #others: readonly string[]

  private constructor(program: Program, groups: readonly string[], others: readonly string[]) {
    this.#program = program
    this.#groups = groups
    this.#others = others
  }

  /** `names`: those of a pass over one example; `others`: other values that are wanted too, by name. */
  static async of(
    engine: Engine,
    names: Names,
    edges: StreamEdges,
    others: ReadonlyMap<string, Node> = new Map(),
  ): Promise<WritesReader> {
    const axes = streamAxes(edges)
    const groups = edges.writers.map((group, i) => [`writes ${i}`, writesOf(group, axes)] as const)
    const outputs = Object.fromEntries([...groups, ...others])
    return new WritesReader(
      await engine.compile({ outputs, names }),
      groups.map(([name]) => name),
      [...others.keys()],
    )
  }

  async read(inputs: InputValues): Promise<Writes> {
    await runWith(this.#program, givenOf(inputs))
    const parts: Float32Array[] = []
    for (const name of this.#groups) parts.push((await this.#program.read(name)).data)
    const writes = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
    let start = 0
    for (const part of parts) {
      writes.set(part, start)
      start += part.length
    }
    const values = new Map<string, Float32Array>()
    for (const name of this.#others) values.set(name, (await this.#program.read(name)).data)
    return { writes, values }
  }

  close(): Promise<void> {
    return this.#program.close()
  }
}

/** The axes of the stream: "batch", "position", "model". */
export const streamAxes = ({ readers }: StreamEdges): readonly Axis[] =>
  ['batch', 'position', 'model'].map(
    (name) => readers[0].stream.axes.find((axis) => axis.name === name) ?? { name, size: 1 },
  )

/** The axes of a change of the stream of readers: "batch", the axes along which they lie, "position", "model". */
export function axesOfChange(edges: StreamEdges, { along }: ReaderGroup): readonly Axis[] {
  const [batch, ...rest] = streamAxes(edges)
  return [batch, ...along, ...rest]
}

/** a − b, number by number. */
export const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((each, i) => each - b[i])

/** The axes of what stands for all writers: "writer", "position", "model". */
export function writesAxes(edges: StreamEdges): {
  readonly writer: number
  readonly position: number
  readonly model: number
} {
  const [, position, model] = streamAxes(edges)
  const writer = edges.writers.reduce((count, { along }) => count + cells(along), 0)
  return { writer, position: position.size, model: model.size }
}
