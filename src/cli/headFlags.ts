// Heads as a command is told them: 1 is head 1 of every layer, 0.1 that of layer 0; "cross 0.1" that of one part of a translator.

import type { HeadChoice } from '../inspect/circuits/headLabels.ts'
import { type Flag, wholes } from './flags.ts'

/** The flags of commands that look at some heads alone. */
export const headFlags = {
  layer: wholes('only the heads of these layers, from 0'),
  head: {
    help: 'only these heads: by their numbers, from 0, or with the layer, 0.1',
    value: 'N|L.N,…',
    otherwise: undefined,
    read: headsFrom,
  } satisfies Flag<readonly HeadChoice[] | undefined> as Flag<readonly HeadChoice[] | undefined>,
}

/** The heads that a text names. */
export function headsFrom(given: string): HeadChoice[] {
  return given.split(',').map((one) => {
    const [, part, layer, head] = /^\s*(?:(encoder|decoder|cross)\s+)?(?:(\d+)\.)?(\d+)\s*$/.exec(one) ?? []
    if (head === undefined) throw new Error(`needs heads such as 1, or 0.1 with the layer, but got "${given}"`)
    return {
      head: Number(head),
      ...(layer !== undefined && { layer: Number(layer) }),
      ...(part !== undefined && { part: part as HeadChoice['part'] }),
    }
  })
}

/** The heads that both flags name together; undefined for all. */
export function chosenHeads({
  layer: layers,
  head: heads,
}: {
  readonly layer: readonly number[] | undefined
  readonly head: readonly HeadChoice[] | undefined
}): HeadChoice[] | undefined {
  if (!heads) return layers?.map((layer) => ({ layer }))
  if (!layers) return [...heads]
  return heads.flatMap((one) => (one.layer === undefined ? layers.map((layer) => ({ ...one, layer })) : [one]))
}
