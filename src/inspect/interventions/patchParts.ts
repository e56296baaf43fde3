// Patches of everything that a stream is made of: the stream at each position after each block, each head and each MLP.

import type { Address } from '../../tensor/address.ts'
import { editedPass } from '../editedPass.ts'
import { streamStates } from '../stream/states.ts'
import { type Patching, type PatchRow, type PatchSettings, patch } from './patch.ts'
import { type StreamWriter, writersOf } from './writers.ts'

/** A patch of the stream at one position. */
export interface StreamPatch extends PatchRow {
  /** The number of the block whose output it is; none for what goes into the first. */
  readonly layer?: number
  readonly position: number
}

/** A patch of a head or an MLP, at all positions. */
export interface PartPatch extends PatchRow, Omit<StreamWriter, 'address'> {}

/** The patches of a model, and the metric of both texts. */
export interface PartPatching extends Omit<Patching, 'rows'> {
  /** From the embeddings upwards, position by position. */
  readonly streams: readonly StreamPatch[]
  /** Heads and MLPs, in the order of the stream. */
  readonly parts: readonly PartPatch[]
}

/**
 * Patches of the stream before and after each block, position by position, and of every head and every MLP at all positions.
 *
 * Throws as `patch` does, and for a model that has no stream.
 */
export async function patchParts(settings: Omit<PatchSettings, 'at'>): Promise<PartPatching> {
  const { model, engine, edits, pairs } = settings
  const inputs = pairs[0]?.clean ?? {}
  const names = await editedPass({ model, engine, edits, inputs }, 'patch')
  const states = streamStates(names, 'patch').filter(({ point }) => point !== 'middle')
  const streams = states.flatMap(({ address: path, layer, node }) => {
    const positions = node.axes.find(({ name }) => name === 'position')?.size ?? 0
    return Array.from({ length: positions }, (_, position) => ({
      address: { path, at: { position } },
      label: { ...(layer !== undefined && { layer }), position },
    }))
  })
  const writers = writersOf(names)
  const at: Address[] = [...streams, ...writers].map(({ address }) => address)
  const { rows, ...both } = await patch({ ...settings, at })
  return {
    ...both,
    streams: streams.map(({ label }, i) => ({ ...label, ...rows[i] })),
    parts: writers.map(({ address: _, ...label }, i) => ({ ...label, ...rows[streams.length + i] })),
  }
}
