// Edits at places that no run ever came to: they changed nothing, and whoever wrote them believes that they did.

import type { SequenceModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { mostAlong, varyingAxis } from '../model/reads.ts'
import { type Address, addressText, matchingPaths } from '../tensor/address.ts'
import { hasAxis, sizeOf } from '../tensor/axes.ts'
import { addressOfEdit, alongText, type Edit } from './edit.ts'
import type { Reached } from './reached.ts'

/** Places on the axes of a value: from `first` to before `end`, in the text or in the source that it looks at. */
interface Stretch {
  readonly first: number
  readonly end: number
  readonly of: 'text' | 'source'
}

/**
 * Throws for an edit at a place that no run came to.
 *
 * - `model`: the one that ran; of one that looks at a source some values lie along that
 * - `asker`: who ran, for messages
 */
export function checkReached(edits: readonly Edit[], model: object, reached: Reached, asker: string): void {
  for (const address of edits.map(addressOfEdit)) {
    const missed = stretchesOf(model, address, reached).map((stretches) => stretches.find(isMissed(address)))
    const first = missed[0]
    // With a star, one value is enough.
    if (!first || missed.includes(undefined)) continue
    throw new Error(`${asker}: the edit of ${addressText(address)} never took effect: ${saidOf(first[1])}`)
  }
}

type Placed = readonly [axis: string, stretch: Stretch]

const isMissed =
  ({ at = {} }: Address) =>
  ([axis, { first, end }]: Placed): boolean =>
    at[axis] >= 0 && !(at[axis] >= first && at[axis] < end)

/** For each value that an address means, where the axes lie on which it says places. */
function stretchesOf(model: object, address: Address, { positions, first = 0, sources = 0 }: Reached): Placed[][] {
  const axes = alongText.filter((axis) => address.at?.[axis] !== undefined)
  const text: Stretch = { first, end: positions, of: 'text' }
  if (axes.length === 0 || !isSequence(model)) return [axes.map((axis) => [axis, text] as const)]
  // A text of one token and a source of two: sizes tell along which of them a value lies.
  const { source } = model.reads
  const along = varyingAxis(source)
  const { values } = passOf(model, {
    position: 1,
    ...(along !== undefined && { [along]: Math.min(2, mostAlong(source.axes[along])) }),
  }).names
  return matchingPaths(address, values.keys()).map((path) => {
    const own = values.get(path)?.axes ?? []
    return axes
      .filter((axis) => hasAxis(own, axis))
      .map((axis) => [axis, sizeOf(own, axis) === 1 ? text : { first: 0, end: sources, of: 'source' }] as const)
  })
}

const isSequence = (model: object): model is SequenceModel => 'kind' in model && model.kind === 'encoder-decoder'

function saidOf({ first, end, of }: Stretch): string {
  if (of === 'source')
    return `the source had ${end === 1 ? 'one token' : `${end} tokens`}. Give a place among these, or a longer source.`
  const seen = end - first === 1 ? `only position ${first} was` : `positions ${first} to ${end - 1} were`
  return `${seen} computed. Give a place among these, or a longer text.`
}
