// The states of the residual stream: what goes into the first block, what comes out of each, and what lies in the middle of each,
// between attention and MLP. In a model of two halves they are those of the half that gives the logits.

import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'

/** The residual stream at one point. */
export interface StreamState {
  /** `embedded`, `blocks.3.middle`, `blocks.3.output` */
  readonly address: string
  readonly node: Node
  readonly point: StreamPoint
  /** The number of the block, from 0 on; none for what goes into the first. */
  readonly layer?: number
}

/** The points of a block at which the stream is looked at. */
export type StreamPoint = 'embedded' | 'middle' | 'output'

/**
 * The stream from the embeddings to the last block.
 *
 * - `asker`: who asks, for messages; `halves`: 'both' for the states of an encoder too, before those of the half that gives the logits
 *
 * Throws for a model without one.
 */
export function streamStates(
  names: Names,
  asker: string,
  { halves = 'last' }: { readonly halves?: 'last' | 'both' } = {},
): StreamState[] {
  const found = statesIn(names)
  const side = found.at(-1)?.side
  const states = found.filter((state) => halves === 'both' || state.side === side)
  if (side === undefined)
    throw new Error(`${asker}: the model has no values "embedded" or "blocks.0.output"; it seems to have no stream.`)
  // What is normalised before the first block is what goes into it.
  return states.map(({ side, ...state }) => {
    const address = `${side}embeddingNorm.output`
    const normed = names.values.get(address)
    return state.point === 'embedded' && normed ? { ...state, address, node: normed } : state
  })
}

/** The last state of the stream; undefined for a model without one. */
export const lastState = (names: Names): Node | undefined => statesIn(names).at(-1)?.node

type SidedState = StreamState & { readonly side: string }

const statesIn = (names: Names): SidedState[] =>
  [...names.values].flatMap(([address, node]) => stateOf(address, node) ?? [])

function stateOf(address: string, node: Node): SidedState | undefined {
  const [, side, , layer, point] = /^(.*?)(?:(\w+)\.(\d+)\.)?(embedded|middle|output)$/.exec(address) ?? []
  if (side === undefined || (side !== '' && !side.endsWith('.'))) return undefined
  if (point === 'embedded' && layer === undefined) return { address, node, point, side }
  if ((point === 'middle' || point === 'output') && layer !== undefined)
    return { address, node, point, layer: Number(layer), side }
  return undefined
}
