// Axes along which the terms of a cell lie, and their places. One example is no batch: its cells have no place there.

import type { AxisPlaces } from '../../tensor/address.ts'
import type { Node } from '../../tensor/node.ts'
import { overOf } from './cellValues.ts'
import type { TermAxis } from './explanation.ts'

const isShown = ({ name }: TermAxis): boolean => name !== 'batch'

/** The axes that are shown, of these. */
export const termAxes = (axes: readonly TermAxis[]): TermAxis[] =>
  axes.filter(isShown).map(({ name, size }) => ({ name, size }))

/** The axes along which a node sums. */
export const axesSummed = (node: Node): TermAxis[] => termAxes(overOf(node))

/** The axes of a value with these names. */
export const axesAmong = ({ axes }: Node, names: readonly string[]): TermAxis[] =>
  termAxes(axes.filter(({ name }) => names.includes(name)))

/** The places that are shown, of these. */
export const termPlaces = (places: AxisPlaces): AxisPlaces =>
  Object.fromEntries(Object.entries(places).filter(([name]) => name !== 'batch'))

/** The places of a cell of a node on the axes that it has. */
export const placesShown = ({ axes }: Node, places: AxisPlaces): AxisPlaces =>
  Object.fromEntries(termAxes(axes).map(({ name }) => [name, places[name]]))
