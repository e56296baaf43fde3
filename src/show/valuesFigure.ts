// Values of a model as a figure: the last axis in columns, the one before it in rows, a grid for each place on all others.

import type { Values } from '../engine/engine.ts'
import type { Axis } from '../tensor/axes.ts'
import type { Figure, Labels, Panel } from './figure.ts'
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
  const columns = axes.at(-1)
  const rows = axes.at(-2)
  const outer = axes.slice(0, -2)
  const size = (columns?.size ?? 1) * (rows?.size ?? 1)
  const scale = /^[\w.]*\.pattern( |$)/.test(address) ? 'share' : 'signed'
  return Array.from({ length: size === 0 ? 0 : data.length / size }, (_, i) => ({
    kind: 'grid',
    title: outer.length === 0 ? address : `${address}, ${placeText(outer, i)}`,
    rows: labelsOf(rows, words),
    columns: labelsOf(columns, words),
    values: data.subarray(i * size, (i + 1) * size),
    unit: scale === 'share' ? 'share' : '',
    scale,
  }))
}

function labelsOf(axis: Axis | undefined, words: AxisWords): Labels {
  if (!axis) return { name: '', labels: [''] }
  const own = words[axis.name]
  const labels = own?.length === axis.size ? own.map(visible) : Array.from({ length: axis.size }, (_, i) => String(i))
  return { name: axis.name, labels }
}

/** `head 2, group 0`: the place of a grid on the axes that are neither rows nor columns. */
function placeText(axes: readonly Axis[], index: number): string {
  let rest = index
  return axes
    .toReversed()
    .map(({ name, size }) => {
      const place = rest % size
      rest = Math.floor(rest / size)
      return `${name} ${place}`
    })
    .toReversed()
    .join(', ')
}
