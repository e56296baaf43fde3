// Edits that are about one text alone, and mean nothing in another.

import { addressOfEdit, alongText, type Edit, isGivenValues, isOtherRun, type Replacement } from '../../edit/edit.ts'

/** True where an edit says a place in the text, or has values for its places. */
export const isOfText = (edit: Edit): boolean =>
  Object.keys(addressOfEdit(edit).at ?? {}).some((axis) => alongText.includes(axis)) || hasPlaces(edit.to)

function hasPlaces(to: Replacement): boolean {
  if (typeof to !== 'object') return false
  if (isOtherRun(to)) return true
  const values = 'add' in to ? to.add : to
  return isGivenValues(values) && values.axes.some(({ name }) => alongText.includes(name))
}
