// The positions at which the cells of a value stand, and which cells are one and the same but for those.

import type { Values } from '../../engine/engine.ts'
import { cells } from '../../tensor/axes.ts'

/** The positions of cells, counted row-major, and where these are without them. */
export function positionsOfCells({ axes, data }: Values) {
  const at = axes.findIndex(({ name }) => name === 'position')
  const positions = at < 0 ? 1 : axes[at].size
  const within = at < 0 ? data.length : cells(axes.slice(at + 1))
  return {
    positions,
    positionOf: (cell: number): number => Math.floor(cell / within) % positions,
    outside: (cell: number): number => Math.floor(cell / (positions * within)) * within + (cell % within),
  }
}
