// The edges that are asked for, by the addresses of their ends: each writer with each reader that stands behind it.

import { type Address, addressOf, addressText, parseAddress, pathsOf } from '../../tensor/address.ts'
import type { EdgeEnd, StreamEdges } from './streamEdges.ts'

/** One edge: the number of its writer among all writers, and of its reader among all readers. */
export interface Edge {
  readonly writer: number
  readonly reader: number
}

/** The ends of the edges that are asked for: addresses of writers and readers, which may leave places out and have stars. */
export interface EdgeChoice {
  /** `blocks.0.attention.mixed {head: 1}`, `blocks.*.mlp.output`, `embedding.token`; all writers if not given. */
  readonly from?: readonly (Address | string)[] | undefined
  /** `blocks.1.attention.query {head: 0}`, `blocks.*.mlp.output`, `logits`; all readers if not given. */
  readonly to?: readonly (Address | string)[] | undefined
}

/** All writers, or all readers, in the order of the groups. */
export const endsOf = (groups: readonly { readonly ends: readonly EdgeEnd[] }[]): EdgeEnd[] =>
  groups.flatMap(({ ends }) => ends)

/** The number of the first end of each group among all ends. */
export function startsOf(groups: readonly { readonly ends: readonly EdgeEnd[] }[]): number[] {
  let start = 0
  return groups.map(({ ends }) => {
    const own = start
    start += ends.length
    return own
  })
}

/** For each end the number of its group, and its place within. */
export const placesInGroups = (
  groups: readonly { readonly ends: readonly EdgeEnd[] }[],
): { readonly group: number; readonly place: number }[] =>
  groups.flatMap(({ ends }, group) => ends.map((_, place) => ({ group, place })))

/** The edges between the ends that are asked for. Throws for an address that is no end, and where no edge is left. */
export function chosenEdges(edges: StreamEdges, { from, to }: EdgeChoice, asker: string): Edge[] {
  const isFrom = chosenEnds(endsOf(edges.writers), from, `${asker}: from`)
  const isTo = chosenEnds(endsOf(edges.readers), to, `${asker}: to`)
  const writerStarts = startsOf(edges.writers)
  const readerStarts = startsOf(edges.readers)
  const found = edges.readers.flatMap(({ ends, writers }, group) =>
    ends.flatMap((_, place) =>
      writers
        .flatMap((number) => edges.writers[number].ends.map((_, i) => writerStarts[number] + i))
        .map((writer): Edge => ({ writer, reader: readerStarts[group] + place }))
        .filter(({ writer, reader }) => isFrom[writer] && isTo[reader]),
    ),
  )
  if (found.length === 0)
    throw new Error(`${asker}: no edge goes from these writers to these readers. A reader reads what stands before it.`)
  return found
}

/** For each end true if it is asked for. */
function chosenEnds(
  ends: readonly EdgeEnd[],
  asked: readonly (Address | string)[] | undefined,
  asker: string,
): readonly boolean[] {
  if (!asked) return ends.map(() => true)
  const all = ends.map(({ address }) => parseAddress(address))
  const chosen = ends.map(() => false)
  for (const address of asked.map(addressOf)) {
    const paths = new Set(pathsOf(address, new Set(all.map(({ path }) => path)), asker))
    const places = Object.entries(address.at ?? {})
    const fits = all.map(({ path, at = {} }) => paths.has(path) && places.every(([axis, place]) => at[axis] === place))
    if (!fits.includes(true))
      throw new Error(
        `${asker}: there is no ${addressText(address)}; there is ${all
          .filter(({ path }) => paths.has(path))
          .slice(0, 3)
          .map(addressText)
          .join(', ')}.`,
      )
    for (const [i, isFitting] of fits.entries()) chosen[i] ||= isFitting
  }
  return chosen
}
