// How attention is cut into blocks, and where a block's working memory stands.
//
// A block is a run of positions. Its scores stand in memory the other way round, pattern[source, position]: what is
// done along the sources (maximum, sum) is then done to whole vectors of positions, nothing has to be summed across a
// vector, and only the block's queries are ever transposed, never the keys. A block is made of panels, as many
// positions as a register tile is wide: a panel's scores go only as far as its last position sees.

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'
import { set, setDifference, setLeast, setRoundedUp } from './code.ts'

/** Positions and panels of a block. */
export interface PositionBlock {
  /** Positions in a whole block, a multiple of `panel`; the last block may have fewer. */
  readonly positions: number
  /** Positions in a panel, and how many vectors of four they make. */
  readonly panel: number
  readonly vectors: number
  /**
   * Bytes from one source to the next in a block's pattern, and from one cell to the next in its turned rows. An odd
   * number of cache lines where it can be: panels, which are columns of these, then find room in all parts of a cache.
   */
  readonly line: number
  /** Rows of a register tile. */
  readonly rows: number
  /** The numbers of positions that may be left in a block when no whole tile fits any more. */
  readonly tails: readonly number[]
}

/** The widest panel of whole tiles that the positions fill, and blocks of at most so many positions as `most`. */
export function positionBlockOf(kernel: AttentionKernel, machine: Machine, most: number): PositionBlock {
  const { rows } = machine.tile
  const size = kernel.position.size
  const vectors = Math.min(machine.tile.vectors, Math.ceil(size / 4))
  const panel = vectors * 4
  const positions = size <= most ? roundUp(size, panel) : Math.max(panel, most - (most % panel))
  const tails = size <= positions ? [size % rows] : [positions % rows, (size % positions) % rows]
  const line = positions * 4 + (positions % 32 === 0 ? 64 : 0)
  return { positions, panel, vectors, line, rows, tails }
}

/** Rows of a block, as a function that works on the block knows them. */
export interface BlockRows {
  /** Their number, and that rounded up to whole panels. */
  readonly count: Local
  readonly padded: Local
}

/** Sets the numbers of rows in the block that begins at position `first`, one of `size`. */
export function emitBlockRows(f: WasmFunction, block: PositionBlock, size: number, first: Local): BlockRows {
  const [count, padded] = f.locals('i32', 2)
  setDifference(f, count, size, first)
  setLeast(f, count, count, block.positions)
  set(f, padded, count)
  setRoundedUp(f, padded, block.panel)
  return { count, padded }
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}

/** Gives out addresses in a run of memory, each as a distance from its base. */
export class ScratchLayout {
  bytes = 0

  /** Room for so many numbers, beginning at a cache line. */
  floats(count: number): number {
    const at = this.bytes
    this.bytes = roundUp(at + count * 4, 64)
    return at
  }

  /** Room for so many lines of a block. */
  lines(count: number, block: PositionBlock): number {
    return this.floats((count * block.line) / 4)
  }
}
