// Places in the picture of one head: how large a cell is, where cells begin, and which cell is where.

import type { AttentionSides } from './data.ts'
import type { MatrixSize } from './pooling.ts'

/** The sides that cells can have, in pixels: whole numbers, or below one pixel halves of halves, where squares of cells share one. */
export const zooms: readonly number[] = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32]

/** Tokens stand along the sides where cells are so large. */
export const labelledZoom = 10

/** Labels are cut after so many characters. */
export const longestLabel = 12

export interface MatrixPlaces {
  readonly zoom: number
  /** The number of cells, in both directions, that share a pixel. */
  readonly step: number
  /** The place where cells begin. */
  readonly left: number
  readonly top: number
  /** All of it. */
  readonly width: number
  readonly height: number
}

const length = (labels: readonly string[]): number =>
  labels.reduce((most, label) => Math.max(most, Math.min(longestLabel, [...label].length)), 1)

/** The places at a zoom. */
export function matrixPlaces({ rows, columns }: MatrixSize, labels: AttentionSides, zoom: number): MatrixPlaces {
  const isLabelled = zoom >= labelledZoom
  const across = length(labels.sources)
  const left = isLabelled ? 12 + Math.ceil(7.4 * Math.max(2, length(labels.positions))) : 36
  const top = isLabelled ? (across === 1 ? 22 : 12 + Math.ceil(7.4 * across)) : 20
  const step = Math.max(1, 1 / zoom)
  return {
    zoom,
    step,
    left,
    top,
    width: left + Math.ceil(columns / step) * zoom * step,
    height: top + Math.ceil(rows / step) * zoom * step,
  }
}

/** The places at the largest zoom at which all of it can be seen. */
export function fittingPlaces(
  size: MatrixSize,
  labels: AttentionSides,
  { width, height }: { readonly width: number; readonly height: number },
): MatrixPlaces {
  const all = zooms.map((zoom) => matrixPlaces(size, labels, zoom))
  return all.findLast((places) => places.width <= width && places.height <= height) ?? all[0]
}
