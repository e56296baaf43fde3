// Attention through all layers of a model: of each half that a text looks at itself in, the rollout and, where it is asked for, the flow.

import type { Axis } from '../../tensor/axes.ts'
import type { Looking } from '../editedPass.ts'
import { type AttentionPattern, eachLayer } from '../pattern.ts'
import { flowOf, rollout, type Square, withSkip } from './rollout.ts'

/** Shares by position (the last layer's) and source (the inputs); rows add up to 1. */
export interface SharesThrough {
  readonly axes: readonly Axis[]
  readonly data: Square
}

/** The attention through all layers of a model, or of one half of it. */
export interface AttentionThrough {
  readonly part?: 'encoder' | 'decoder'
  /** The number of layers. */
  readonly layers: number
  readonly rollout: SharesThrough
  readonly flow?: SharesThrough
}

export interface ThroughSettings extends Looking {
  /** With the flow too, which takes long: for short texts. */
  readonly flow?: boolean | undefined
  /** Called with the layers that are read and, of a flow, the positions that are done. */
  readonly report?: ((done: number, of: number) => void) | undefined
  /** Who asks, for messages; `heads` if not given. */
  readonly asker?: string | undefined
}

/** The longest text whose flow is computed: the work grows with more than the fourth power of its length. */
const mostForFlow = 32

/**
 * The rollout of the heads' mean through all layers, and the flow, of each half of the model. Attention across has no part in it: its
 * sources are another text.
 *
 * Throws for a model without attention, and for the flow of a text that is too long.
 */
export async function attentionThrough({
  flow = false,
  report,
  asker = 'heads',
  ...looking
}: ThroughSettings): Promise<AttentionThrough[]> {
  const longest = Math.max(...Object.values(looking.inputs).map((cells) => cells?.length ?? 0))
  if (flow && longest > mostForFlow)
    throw new Error(
      `${asker}: the flow of ${longest} tokens would take too long; it is computed for ${mostForFlow} at most. Give a shorter text, or ask for the rollout alone.`,
    )
  const halves = new Map<AttentionPattern['part'], { size: number; layers: Square[] }>()
  for await (const heads of eachLayer({ ...looking, report })) {
    const [{ part, positions: size }] = heads
    if (part === 'cross') continue
    const half = halves.get(part) ?? { size, layers: [] }
    halves.set(part, half)
    half.layers.push(
      withSkip(
        heads.map(({ shares }) => shares),
        size,
      ),
    )
  }
  const positions = [...halves.values()].reduce((sum, { size }) => sum + size, 0)
  let done = 0
  return [...halves].map(([part, { size, layers }]) => {
    const axes = ['position', 'source'].map((name) => ({ name, size }))
    const flows = (): Square => {
      const data = new Float64Array(size * size)
      for (let position = 0; position < size; position++) {
        report?.(done++, positions)
        data.set(flowOf(layers, size, position), position * size)
      }
      return data
    }
    return {
      ...((part === 'encoder' || part === 'decoder') && { part }),
      layers: layers.length,
      rollout: { axes, data: rollout(layers, size) },
      ...(flow && { flow: { axes, data: flows() } }),
    }
  })
}
