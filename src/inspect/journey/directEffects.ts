// The direct effect of every part on the logit that a journey follows, from numbers that one run of it has given.

import type { Engine, Values } from '../../engine/engine.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { attributedParts, attributionOf, readableOfReadout, valuesOfReadout } from '../stream/attribution.ts'
import type { PlacedAttribution } from '../stream/attributionFacts.ts'
import { readableOf } from '../stream/parts.ts'
import { type Readout, readoutOf } from '../stream/readout.ts'
import type { Summand } from '../stream/summands.ts'
import type { SeenHere } from './atPosition.ts'

/** The parts whose direct effect is known, down to heads and hidden units. */
export interface DirectParts {
  readonly readout: Readout
  readonly summands: readonly Summand[]
}

/** The effects of one run. `direction`: the readout as a direction of the stream, by which any vector's effect is a product. */
export interface DirectEffects {
  readonly attribution: PlacedAttribution
  readonly direction: Float64Array
}

/** The parts of a pass, or the reason why the logit is no sum over them. */
export function directParts(names: Names): DirectParts | { readonly reason: string } {
  try {
    const readout = readoutOf(names, 'journey')
    return { readout, summands: attributedParts(readout, names, 'neurons', 'journey') }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The nodes that effects are computed from, but for logits and rows of the unembedding. */
export function nodesOfParts({ readout, summands }: DirectParts): Node[] {
  return [...readableOf(summands).values(), ...readableOfReadout(readout, []).values()]
}

/** The effects on the logit of a token. `logits`: all of them at the position; `rows`: of the unembedding, for each of the ids. */
export async function directEffects(
  { readout, summands }: DirectParts,
  {
    engine,
    seen,
    logits,
    rows,
    token,
    against,
    position,
  }: {
    readonly engine: Engine
    readonly seen: SeenHere
    readonly logits: Float32Array
    readonly rows: readonly Float32Array[]
    readonly token: number
    readonly against: number | undefined
    readonly position: number
  },
): Promise<DirectEffects> {
  const ids = against === undefined ? [token] : [token, against]
  const values = new Map<string, Values>()
  for (const [name, node] of [...readableOf(summands), ...readableOfReadout(readout, [])])
    values.set(name, seen.get(node) as Values)
  for (const [i, id] of ids.entries()) {
    values.set(`logit ${id}`, { axes: [], data: logits.subarray(id, id + 1) })
    values.set(`row ${id}`, { axes: [], data: rows[i] })
  }
  const attribution = await attributionOf({ engine, readout, summands, values, token, against, position })
  return { attribution, direction: valuesOfReadout(readout, ids, values).direction }
}
