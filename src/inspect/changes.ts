// Changes: by how much the values of one run differ from those of another, cell by cell.

import type { Values } from '../engine/engine.ts'

/** after − before, of the values that both runs have. */
export function changeOf(before: ReadonlyMap<string, Values>, after: ReadonlyMap<string, Values>): Map<string, Values> {
  const changes = new Map<string, Values>()
  for (const [address, { axes, data }] of after) {
    const former = before.get(address)
    if (former) changes.set(address, { axes, data: data.map((value, cell) => difference(value, former.data[cell])) })
  }
  return changes
}

/** Where a mask hides a cell in both, nothing has changed: −∞ − −∞ is no number. */
const difference = (after: number, before: number): number => (after === before ? 0 : after - before)
