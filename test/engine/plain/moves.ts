// Scattering, placing and windows, by plain loops.

import assert from 'node:assert/strict'
import type { PlaceKernel, ScatterKernel, WindowKernel } from '../../../src/engine/lower/kernel.ts'
import { type Cells, offsetOf, placesOf } from './places.ts'

/** The offsets of every place on some axes in several operands. */
function offsetsIn<Name extends string>(
  axes: readonly ({ readonly size: number } & { readonly [name in Name]?: number })[],
  ...names: readonly Name[]
): Record<Name, number>[] {
  return placesOf(axes.map(({ size }) => size)).map((place) => {
    const entries = names.map((name) => [
      name,
      offsetOf(
        place,
        axes.map((axis) => axis[name] ?? 0),
      ),
    ])
    return Object.fromEntries(entries) as Record<Name, number>
  })
}

/** Sums are rounded to the table's cells at every row. */
export function runScatter({ rows, along, table, onto }: ScatterKernel, [values, ids, target]: readonly Cells[]): void {
  const columns = offsetsIn(along, 'values', 'table', 'ids')
  if (!onto)
    for (let id = 0; id < table.size; id++) for (const column of columns) target[id * table.stride + column.table] = 0
  for (const row of offsetsIn(rows, 'values', 'ids'))
    for (const column of columns) {
      const id = ids[row.ids + column.ids]
      if (id >= 0 && id < table.size) target[id * table.stride + column.table] += values[row.values + column.values]
    }
}

/** A place too far on is taken back until the new rows fit. */
export function runPlace({ axes, along }: PlaceKernel, [values, [start], target]: readonly Cells[]): void {
  const at = Math.min(along.size - along.count, Math.max(0, Math.trunc(start)))
  for (const cell of offsetsIn(axes, 'values', 'target')) target[at * along.stride + cell.target] = values[cell.values]
}

export function runWindow({ axes, along }: WindowKernel, [values, target]: readonly Cells[]): void {
  assert.equal(axes[axes.length - 1].target, 1, 'the last axis is contiguous in the result')
  const stride = axes[along.axis].values
  const places = placesOf(axes.map(({ size }) => size))
  offsetsIn(axes, 'values', 'target').forEach((cell, i) => {
    const from = places[i][along.axis] + along.from
    target[cell.target] = from >= 0 && from < along.count ? values[cell.values + along.from * stride] : 0
  })
}
