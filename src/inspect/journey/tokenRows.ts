// Rows of a model's tables: that of the token with those that point most nearly the same way, and those that the last state is compared
// with. An engine computes them, so that no table is copied out of it.

import { type Engine, type Program, runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { dot, gather, input, multiply, sqrt, sum } from '../../tensor/primitives.ts'
import type { NearToken } from '../embeddings/cosines.ts'
import { likeliestOf } from '../stream/likeliest.ts'
import type { AnswerAxis, Readout } from '../stream/readout.ts'

/** The rows that a journey needs. */
export interface JourneyRows {
  readonly nearest: readonly NearToken[]
  /** Of the unembedding, for each token that is followed. */
  readonly compared: readonly Float32Array[]
}

const token = 'journey token'
const followed = 'journey followed'

export class RowReader {
  readonly #programs: Programs
  readonly #table: Node | undefined
  readonly #readout: Readout | undefined

  constructor(
    engine: Engine,
    { table, readout }: { readonly table: Node | undefined; readonly readout: Readout | undefined },
  ) {
    this.#programs = new Programs(engine)
    this.#table = table
    this.#readout = readout
  }

  /** `id`: the token, if there is one; `ids`: those that are followed, one or two; `most`: the number of neighbours. */
  async read(id: number | undefined, ids: readonly number[], most: number): Promise<JourneyRows> {
    if (!this.#table && !this.#readout) return { nearest: [], compared: [] }
    const program = await this.#programs.get('rows', () => ({ outputs: this.#outputs() }))
    await runWith(program, {
      ...(this.#table && { [token]: id ?? 0 }),
      ...(this.#readout && { [followed]: [ids[0] ?? 0, ids[1] ?? ids[0] ?? 0] }),
    })
    const rows = this.#readout && (await program.read('compared')).data
    const width = rows ? rows.length / 2 : 0
    return {
      nearest: this.#table && id !== undefined ? await this.#nearest(program, id, most) : [],
      compared: rows ? ids.map((_, i) => rows.slice(i * width, (i + 1) * width)) : [],
    }
  }

  async #nearest(program: Program, id: number, most: number): Promise<NearToken[]> {
    const [products, lengths] = [(await program.read('products')).data, (await program.read('lengths')).data]
    // A row of zeros has no direction.
    const cosines = products.map((product, other) => {
      const both = lengths[id] * lengths[other]
      return both > 0 ? product / both : 0
    })
    return likeliestOf(cosines, most + 1)
      .filter((other) => other !== id)
      .slice(0, most)
      .map((other) => ({ id: other, cosine: cosines[other] }))
  }

  #outputs(): Record<string, Node> {
    const outputs: Record<string, Node> = {}
    if (this.#table) {
      const table = this.#table as Tensor<'vocab' | 'model'>
      const id = input(token, {}, { below: sizeOf(table.axes, 'vocab') })
      const row = gather(table, id, 'vocab')
      outputs['products'] = dot(table, row, 'model')
      outputs['lengths'] = sqrt(sum(multiply(table, table), 'model'))
    }
    if (this.#readout) {
      const { unembedding, axis } = this.#readout
      const ids = input(followed, { choice: 2 }, { below: sizeOf(unembedding.axes, axis) })
      outputs['compared'] = gather(unembedding as Tensor<AnswerAxis | 'model'>, ids, axis)
    }
    return outputs
  }

  close(): Promise<void> {
    return this.#programs.close()
  }
}
