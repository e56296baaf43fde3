// Rows of a cache that go on from what other rows were: beams whose parents are others. Only what has been written is copied,
// in place, and rows that stay where they are cost nothing.

import type { Engine } from '../engine/engine.ts'
import type { Storage } from '../engine/storage.ts'
import type { Cache } from '../model/cache.ts'
import type { Node } from '../tensor/node.ts'

/** A copy from one row to another; `spare` is a row that stands for none. */
export interface Copy {
  readonly from: number
  readonly to: number
}

export const spare = -1

/**
 * Every row of a cache becomes what row `parents[row]` was.
 *
 * - `used`: how many sources have been written
 */
export function copyRows({
  engine,
  cache,
  parents,
  used,
}: {
  engine: Engine
  cache: Cache
  parents: ArrayLike<number>
  used: number
}): void {
  const copies = copiesFor(parents)
  if (copies.length === 0) return
  for (const part of partsOf(cache)) {
    const { data, row, source } = rowsOf(engine, part)
    copyWithin(data, copies, { row, length: used * source })
  }
}

/** Rows of one cache become rows of another, each so many of them, side by side. */
export function spreadRows({
  engine,
  from,
  to,
  copies,
  used,
}: {
  engine: Engine
  from: Cache
  to: Cache
  copies: number
  used: number
}): void {
  const targets = partsOf(to)
  for (const [i, part] of partsOf(from).entries()) {
    // Both are asked for anew, as either may move the memory of the other.
    for (const each of [part, targets[i]]) engine.memory(each)
    const [source, target] = [rowsOf(engine, part), rowsOf(engine, targets[i])]
    for (let row = 0; row < source.count; row++) {
      const written = source.data.subarray(row * source.row, row * source.row + used * source.source)
      for (let copy = 0; copy < copies; copy++) target.data.set(written, (row * copies + copy) * target.row)
    }
  }
}

const partsOf = ({ kept }: Cache): Node[] => [...kept.values()].flatMap(({ key, value }): Node[] => [key, value])

/** How far apart the rows of a part of a cache lie, and the sources of a row. */
function rowsOf(
  engine: Engine,
  part: Node,
): { readonly data: Storage['data']; readonly count: number; readonly row: number; readonly source: number } {
  const { data, strides } = engine.memory(part)
  return {
    data,
    count: part.axes[axisOf(part, 'batch')].size,
    row: strides[axisOf(part, 'batch')],
    source: strides[axisOf(part, 'source')],
  }
}

function axisOf(part: Node, name: string): number {
  const at = part.axes.findIndex((axis) => axis.name === name)
  if (at !== ['batch', 'source'].indexOf(name))
    throw new Error(
      `copyRows: a cache begins with batch and source, but this one is ${part.axes.map((axis) => axis.name)}.`,
    )
  return at
}

function copyWithin(
  data: Storage['data'],
  copies: readonly Copy[],
  { row, length }: { row: number; length: number },
): void {
  let kept = data
  for (const { from, to } of copies)
    if (to === spare) kept = data.slice(from * row, from * row + length)
    else if (from === spare) data.set(kept, to * row)
    else data.copyWithin(to * row, from * row, from * row + length)
}

/** The copies that make every row what its parent was, in an order in which none is overwritten before it has been read. */
export function copiesFor(parents: ArrayLike<number>): Copy[] {
  const copies: Copy[] = []
  const readers = new Int32Array(parents.length)
  for (let row = 0; row < parents.length; row++) if (parents[row] !== row) readers[parents[row]]++
  const isOpen = Array.from(readers, (_, row) => parents[row] !== row)
  const fill = (row: number, from: number): void => {
    copies.push({ from, to: row })
    isOpen[row] = false
  }
  // A row that nobody reads any more may be overwritten; then its parent has one reader fewer.
  for (let first = 0; first < parents.length; first++)
    for (let row = first; isOpen[row] && readers[row] === 0; row = parents[row]) {
      fill(row, parents[row])
      readers[parents[row]]--
    }
  // What is left goes round in circles.
  for (let first = 0; first < parents.length; first++) {
    if (!isOpen[first]) continue
    copies.push({ from: first, to: spare })
    let row = first
    while (parents[row] !== first) {
      fill(row, parents[row])
      row = parents[row]
    }
    fill(row, spare)
  }
  return copies
}
