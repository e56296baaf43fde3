// Speaking: a model writes the ids of pieces of sound until it writes the end, and a codec makes a sound of them.

import type { SpeechCodec } from '../data/speechCodec.ts'
import type { Generator } from './generate.ts'
import type { GenerateSettings } from './settings.ts'

/** A piece of one of several sounds. */
export interface SpokenPiece {
  /** The place of its text in the list. */
  readonly row: number
  readonly id: number
}

/**
 * Speaks several texts at once, piece by piece, each until the model ends it.
 *
 * - `sources`: the ids of the texts
 * - `settings`: `tokens` is the most pieces of each
 */
export async function* speak(
  { generator, codec }: { readonly generator: Generator; readonly codec: SpeechCodec },
  sources: readonly ArrayLike<number>[],
  settings: Omit<GenerateSettings, 'stop' | 'suppressed'>,
): AsyncGenerator<SpokenPiece, void, undefined> {
  const edge = codec.codebook.size
  const openings = sources.map((source) => ({ source, prompt: [edge] }))
  for await (const { row, id } of generator.generateAll(openings, { ...settings, stop: [edge] }))
    if (id !== edge) yield { row, id }
}
