// Values of a model as a figure: positions in rows, sources or the last axis in columns, a grid for each place on all others.

import type { Values } from '../engine/engine.ts'
import { type Axis, cells, denseStrides, placesOfCell } from '../tensor/axes.ts'
import type { Figure, Labels, Panel } from './figure.ts'
import { sharesSeen } from './patternsFigure.ts'
import { visible } from './visible.ts'

/** More grids than this are too many to look at; the others are left out, and it is said. */
const mostGrids = 24

/** The texts along axes whose places are tokens. */
export type AxisWords = Readonly<Record<string, readonly string[]>>

/** The figure of values, by address. */
export function valuesFigure(values: ReadonlyMap<string, Values>, title: string, words: AxisWords): Figure {
  const panels = [...values].flatMap(([address, value]) => gridsOf(address, value, words))
  const left = panels.length - mostGrids
  return {
    title,
    ...(left > 0 && {
      notes: [
        `The first ${mostGrids} of ${panels.length} grids are shown; an address with places on its axes asks for less.`,
      ],
    }),
    panels: panels.slice(0, mostGrids),
  }
}

function gridsOf(address: string, { axes, data }: Values, words: AxisWords): Panel[] {
  const strides = denseStrides(axes.map(({ size }) => size))
  const along = axes.map((axis, i) => ({ ...axis, stride: strides[i] }))
  // Who asks stands in rows, who answers in columns, whatever the order in memory.
  const columns = along.find(({ name }) => name === 'source') ?? along.at(-1)
  const others = along.filter((axis) => axis !== columns)
  const rows = others.find(({ name }) => name === 'position') ?? others.at(-1)
  const outer = others.filter((axis) => axis !== rows)
  const [height, width] = [rows?.size ?? 1, columns?.size ?? 1]
  const scale = /^[\w.]*\.pattern( |$)/.test(address) ? 'share' : 'signed'
  return Array.from({ length: cells(outer) }, (_, i) => {
    const places = placesOfCell(outer, i)
    const start = places.reduce((sum, place, axis) => sum + place * outer[axis].stride, 0)
    const own = Float32Array.from({ length: height * width }, (_, cell) => {
      const [row, column] = [Math.floor(cell / width), cell % width]
      return data[start + row * (rows?.stride ?? 0) + column * (columns?.stride ?? 0)]
    })
    return {
      kind: 'grid',
      title: [address, ...places.map((place, axis) => `${outer[axis].name} ${place}`)].join(', '),
      rows: labelsOf(rows, words),
      columns: labelsOf(columns, words),
      values: scale === 'share' && rows?.name === 'position' ? seenShares(address, own, height, width) : own,
      unit: scale === 'share' ? 'share' : '',
      scale,
      hasNaN: own.some(Number.isNaN),
    }
  })
}

/** The shares of a pattern as a figure of patterns has them: nothing where no position looks, because it comes later. */
function seenShares(address: string, shares: Float32Array, positions: number, sources: number): Float32Array {
  const part = /\.cross\.pattern( |$)/.test(address) ? 'cross' : undefined
  return sharesSeen({ part, positions, sources, shares })
}

function labelsOf(axis: Axis | undefined, words: AxisWords): Labels {
  if (!axis) return { name: '', labels: [''] }
  const own = words[axis.name]
  const labels = own?.length === axis.size ? own.map(visible) : Array.from({ length: axis.size }, (_, i) => String(i))
  return { name: axis.name, labels }
}
