// Drawing: a model writes the ids of patches, and a codec makes a picture of them. A model that looks at a source draws what the source
// says; one that does not draws anything.

import type { PictureCodec } from '../data/pictureCodec.ts'
import type { Generator } from './generate.ts'
import type { GenerateSettings } from './settings.ts'

/** A patch of one of several pictures: the id at a place of it, counted row by row. */
export interface DrawnPatch {
  /** The place of its picture in the list. */
  readonly row: number
  readonly place: number
  readonly id: number
}

/** The beginning of a picture: what it is to show. */
export interface DrawingOf {
  /** The ids of the words, for a model that looks at them. */
  readonly source?: ArrayLike<number> | undefined
  /** The number of the picture, on which its draws depend; its place in the list if not given. */
  readonly row?: number
}

/**
 * Draws several pictures at once, patch by patch; each has as many as the codec says, since what ends a text is never chosen. What is drawn
 * in one does not depend on the others.
 */
export async function* draw(
  { generator, codec }: { readonly generator: Generator; readonly codec: PictureCodec },
  pictures: readonly DrawingOf[],
  settings: Omit<GenerateSettings, 'tokens' | 'stop' | 'suppressed'> = {},
): AsyncGenerator<DrawnPatch, void, undefined> {
  const edge = codec.codebook.size
  const places = pictures.map(() => 0)
  const openings = pictures.map((each) => ({ ...each, prompt: [edge] }))
  // A model that never writes the end has no score for it.
  const suppressed = edge < generator.decoding.model.config.vocab ? [edge] : undefined
  const all = { ...settings, tokens: codec.length, suppressed }
  for await (const { row, id } of generator.generateAll(openings, all)) yield { row, place: places[row]++, id }
}
