// Parameters in memory of the host, lent in boxes and moved by rows: what checkpoints and searches ask of an engine.

import type { Node } from '../tensor/node.ts'
import { asBits, boxOf, checkBox, roomIn } from './boxes.ts'
import type { RowsOf } from './engine.ts'
import type { HostMemory } from './hostMemory.ts'
import { copyRows } from './hostRows.ts'
import { type Box, forStretches, type Lent } from './lent.ts'

const widthOf = { f32: 4, f64: 8, bf16: 2 } as const
/** The most bytes that are kept to be lent again: as many as a piece of a checkpoint has, and some more. */
const mostSpare = 2 ** 23

export class Lending {
  readonly #memory: HostMemory
  /** The memory that was lent last: new one takes several times as long to fill as what is in the cache. */
  #spare: ArrayBuffer | undefined

  constructor(memory: HostMemory) {
    this.#memory = memory
  }

  /** As `Engine.fill`. */
  async fill(parameter: Node, write: (room: Lent) => void | Promise<void>, box: Box): Promise<void> {
    checkBox('fill', parameter, box)
    const own = boxOf(this.#memory.of(parameter), box)
    if (!this.#memory.moves) return void (await write(own))
    await this.#inSpare(own, box, async (room) => {
      await write(room)
      copy(room, boxOf(this.#memory.of(parameter), box), box)
    })
  }

  /** As `Engine.read`. */
  async read<Result>(parameter: Node, use: (held: Lent) => Result | Promise<Result>, box: Box): Promise<Result> {
    checkBox('read', parameter, box)
    const own = boxOf(this.#memory.of(parameter), box)
    if (!this.#memory.moves) return use(own)
    return this.#inSpare(own, box, (room) => {
      copy(own, room, box)
      return use(room)
    })
  }

  /** As `Engine.copyRows`. */
  copyRows(copies: readonly RowsOf[], rows: ArrayLike<number>, length: number): void {
    for (const each of copies) copyRows(this.#memory, each, rows, length)
  }

  async #inSpare<Result>(
    { type }: Lent,
    { sizes }: Box,
    use: (room: Lent) => Result | Promise<Result>,
  ): Promise<Result> {
    const bytes = widthOf[type] * sizes.reduce((product, size) => product * size, 1)
    const buffer = this.#spare && this.#spare.byteLength >= bytes ? this.#spare : new ArrayBuffer(bytes)
    this.#spare = undefined
    try {
      return await use(roomIn(buffer, type, sizes))
    } finally {
      if (bytes <= mostSpare) this.#spare = buffer
    }
  }
}

/** One of the two is dense; both are kept alike, and moved as bits. */
function copy(from: Lent, to: Lent, { sizes }: Box): void {
  const [source, target] = [asBits(from), asBits(to)]
  const isInto = target.length === sizes.reduce((product, size) => product * size, 1)
  const { strides } = isInto ? from : to
  forStretches(sizes, strides, (at, dense, length) => {
    const [begin, end] = isInto ? [at, dense] : [dense, at]
    target.set(source.subarray(begin, begin + length), end)
  })
}
