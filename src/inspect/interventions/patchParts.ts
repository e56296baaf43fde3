// Patches of everything that a stream is made of: the stream at each position after each block, each head and each MLP.

import type { Address } from '../../tensor/address.ts'
import { editedPass } from '../editedPass.ts'
import { streamStates } from '../stream/states.ts'
import { type Patching, type PatchRow, type PatchSettings, patch } from './patch.ts'
import { writersOf } from './writers.ts'

/** The patches of a model, and the metric of both texts. */
export interface PartPatching extends Omit<Patching, 'rows'> {
  /** The stream, patched at one position: from the embeddings upwards, position by position. */
  readonly streams: readonly PatchRow[]
  /** Heads and MLPs, patched at all positions, in the order of the stream. */
  readonly parts: readonly PatchRow[]
}

/**
 * Patches of the stream before and after each block, position by position, and of every head and every MLP at all positions. In a
 * model with an encoder, of both halves.
 *
 * Throws as `patch` does, and for a model that has no stream.
 */
export async function patchParts(settings: Omit<PatchSettings, 'at'>): Promise<PartPatching> {
  const { model, engine, edits, pairs } = settings
  const inputs = pairs[0]?.clean ?? {}
  const names = await editedPass({ model, engine, edits, inputs }, 'patch')
  const states = streamStates(names, 'patch', { halves: 'both' }).filter(({ point }) => point !== 'middle')
  const streams = states.flatMap(({ address: path, node }) => {
    const positions = node.axes.find(({ name }) => name === 'position')?.size ?? 0
    return Array.from({ length: positions }, (_, position): Address => ({ path, at: { position } }))
  })
  const { rows, ...both } = await patch({
    ...settings,
    at: [...streams, ...writersOf(names).map(({ address }) => address)],
  })
  return { ...both, streams: rows.slice(0, streams.length), parts: rows.slice(streams.length) }
}
