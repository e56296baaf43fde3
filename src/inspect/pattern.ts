// Attention patterns: for every head, how much each position looks at each source. A row of a pattern is a whole: its
// shares add up to 1.
//
//   for await (const { layer, head, shares } of eachPattern({ model, engine, inputs: { ids } })) …
//
// They grow with the square of the text's length: 12 × 12 heads of 1,024 tokens are 604 MB. So they are given head by head, and a
// layer's at a time is what is held.

import type { Values } from '../engine/engine.ts'
import { givenOf, sizesOfValues } from '../model/inputValues.ts'
import { hasAxis, sizeOf } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import type { Looking } from './editedPass.ts'
import type { PatternBytes, PatternLayer, WantedHeads } from './patternLayers.ts'
import { PatternReader } from './patternReader.ts'
import { amountOf, usualLimit } from './read.ts'

/** The pattern of one head for one text. */
export interface AttentionPattern extends Pick<PatternLayer, 'address' | 'part' | 'layer'> {
  /** The number of the head; heads that share keys and values come one after the other. */
  readonly head: number
  /** The number of positions that ask, and of sources that answer. */
  readonly positions: number
  readonly sources: number
  /** Shares, (position, source) row by row. */
  readonly shares: Float32Array
}

/** The patterns that are read: those of some layers and heads of a model, all if they are not given. */
export interface PatternSettings extends Looking, WantedHeads {
  /** The most bytes that may be held at once; 1 GiB if not given. */
  readonly limit?: number | undefined
  /** Called with the number of layers that are done, and of all. */
  readonly report?: ((done: number, of: number) => void) | undefined
}

/** `layer 0, head 2`, `cross, layer 0, head 2` */
export const titleOf = ({ part, layer, head }: Omit<AttentionPattern, 'shares'>): string =>
  `${part === undefined ? '' : `${part}, `}layer ${layer}, head ${head}`

/** True if no position looks at a later one: then those cells are left out rather than drawn as zeros. */
export function looksOnlyBack({
  part,
  positions,
  sources,
  shares,
}: Pick<AttentionPattern, 'part' | 'positions' | 'sources' | 'shares'>): boolean {
  if (part === 'cross') return false
  for (let position = 0; position < positions; position++) {
    for (let source = position + 1; source < sources; source++)
      if (shares[position * sources + source] !== 0) return false
  }
  return true
}

/**
 * The attention patterns of an example, layer by layer and head by head: all of them are held. For many heads or a long text take
 * `eachPattern`.
 *
 * Throws as that does, with all patterns counted.
 */
export async function attentionPatterns(settings: PatternSettings): Promise<AttentionPattern[]> {
  const reader = await readerOf(settings)
  const { kept, all } = reader.bytes
  checkBytes(kept + all, settings.limit)
  const patterns: AttentionPattern[] = []
  const isPart = settings.heads !== undefined
  for await (const layer of layersOf(reader, settings))
    for (const pattern of layer) patterns.push(isPart ? { ...pattern, shares: pattern.shares.slice() } : pattern)
  return patterns
}

/**
 * The attention patterns of an example one after the other, layer by layer and head by head. No more than one layer's are held at a
 * time; the shares of a pattern lie among those of its layer, so copy what is to be kept.
 *
 * - `inputs`: the values that the model reads: `{ ids }` of a text, with `{ source }` for an encoder
 * - `layers`, `heads`: the numbers of those that are wanted; all if not given
 * - `edits`: the replacements in the model
 *
 * Throws for a layer or a head that the model does not have, and before anything runs where more bytes than `limit` would be held.
 */
export async function* eachPattern(settings: PatternSettings): AsyncGenerator<AttentionPattern, void> {
  for await (const layer of eachLayer(settings)) yield* layer
}

/** The same, those of a layer together: for what is about all heads of a layer. */
export async function* eachLayer(settings: PatternSettings): AsyncGenerator<readonly AttentionPattern[], void> {
  yield* layersOf(await patternReader(settings), settings)
}

/** The bytes that patterns take; nothing runs. Throws as `eachPattern` does, but for its limit. */
export async function patternBytes(settings: PatternSettings): Promise<PatternBytes> {
  return (await readerOf(settings)).bytes
}

async function* layersOf(
  reader: PatternReader,
  { inputs, report }: PatternSettings,
): AsyncGenerator<readonly AttentionPattern[], void> {
  try {
    await reader.begin(inputs)
    for (const [done, layer] of reader.layers.entries()) {
      report?.(done, reader.layers.length)
      yield patternsIn(layer, await reader.read(layer))
    }
  } finally {
    await reader.close()
  }
}

/** The patterns of the wanted heads of a layer. `row`: the text of the batch; the first if not given. */
export function patternsIn(
  { node: _node, heads, ...which }: PatternLayer,
  { axes, data }: Values,
  row = 0,
): AttentionPattern[] {
  const [positions, sources] = [sizeOf(axes, 'position'), sizeOf(axes, 'source')]
  const size = positions * sources
  const rows = hasAxis(axes, 'batch') ? sizeOf(axes, 'batch') : 1
  const first = (row * data.length) / rows
  return heads.map((head) => {
    const start = first + head * size
    return { ...which, head, positions, sources, shares: data.subarray(start, start + size) }
  })
}

/**
 * The reader of an example's patterns, a layer at a time.
 *
 * - `also`: other values that the same run is to give, by names of their own
 *
 * Throws as `eachPattern` does.
 */
export async function patternReader(
  settings: PatternSettings,
  also?: (names: Names) => Readonly<Record<string, Node>>,
): Promise<PatternReader> {
  const reader = await readerOf(settings, also)
  const { kept, layer } = reader.bytes
  checkBytes(kept + layer, settings.limit)
  return reader
}

function readerOf(
  { inputs, ...settings }: PatternSettings,
  also?: (names: Names) => Readonly<Record<string, Node>>,
): Promise<PatternReader> {
  const sizes = sizesOfValues('read', settings.model.reads, inputs)
  return PatternReader.of({ ...settings, also, sizes, optional: Object.keys(givenOf(inputs)) })
}

function checkBytes(bytes: number, limit = usualLimit): void {
  if (bytes <= limit) return
  throw new Error(
    `pattern: ${amountOf(bytes)} would be held, but the limit is ${amountOf(limit)}. Give a shorter text, ask for fewer layers, or raise the limit.`,
  )
}
