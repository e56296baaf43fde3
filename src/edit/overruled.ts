// Edits that later ones overrule: all that they could change is a number of a later edit's, and whoever wrote them believes that
// they say something.

import { matchingPaths } from '../tensor/address.ts'
import { addressOfEdit, type Edit } from './edit.ts'

/**
 * The number of the first edit whose cells are all replaced by later edits, whatever stood there; undefined if none is.
 *
 * - `known`: the addresses that a model has
 */
export function overruledEdit(edits: readonly Edit[], known: Iterable<string>): number | undefined {
  const paths = [...known]
  const own = edits.map(({ at, to }) => {
    const address = addressOfEdit({ at, to })
    return { to, places: address.at ?? {}, paths: matchingPaths(address, paths) }
  })
  const found = own.findIndex(({ places, paths }, i) => {
    const later = own.slice(i + 1).filter(
      ({ to, places: those }) =>
        // What is computed from the old value needs it, and given values may be fewer than it has places.
        (typeof to === 'number' || to === '-Infinity') &&
        Object.entries(those).every(([axis, place]) => places[axis] === place),
    )
    return paths.length > 0 && paths.every((path) => later.some((other) => other.paths.includes(path)))
  })
  return found < 0 ? undefined : found
}
