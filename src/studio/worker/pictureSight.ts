// Pictures as the model that is open reads them: what is known of such a model, and a scene's picture as its numbers.

import type { Blueprint } from '../../checkpoint/blueprint.ts'
import { digitStrokes } from '../../data/digitStrokes.ts'
import type { LabelledPictures } from '../../data/pictures.ts'
import { picturePlaces, placeNames } from '../../encode/picturePlaces.ts'
import { seenPicture } from '../../encode/seen.ts'
import type { Picture } from '../../image/picture.ts'
import { framedPicture, type Preparation } from '../../image/prepare.ts'
import { centredStrokes, inkOf } from '../../image/strokes.ts'
import type { AnyModel } from '../../model/language.ts'
import { pictureOf } from '../../model/pictureEncoder.ts'
import { pictureWord, readPictureWord } from '../place/pictureWord.ts'
import type { PictureFacts } from '../talk/questions.ts'

/** The sight of a model that reads pictures. */
export interface PictureSight {
  readonly preparation: Preparation
  readonly facts: PictureFacts
  /** The names of its positions in a picture: "class", and the row and column of each patch. */
  readonly names: readonly string[]
  /** The numbers that it reads of a picture, as a word. Throws for '', and for a word that is of none. */
  pixelsOf(word: string): Float32Array
  /** A picture to begin with, as a word, where nothing is known of what the model learnt from: a digit, where it tells digits apart, or the empty ground. */
  first(): string
}

/** The sight of a model; undefined for one that reads no pictures. */
export function sightOf({
  model,
  blueprint,
  preparation,
}: {
  readonly model: AnyModel
  readonly blueprint: Blueprint
  readonly preparation?: Preparation | undefined
}): PictureSight | undefined {
  const extents = pictureOf(model)
  if (!extents || !preparation) return undefined
  const { mean = [] } = preparation
  const facts: PictureFacts = {
    width: extents.across,
    height: extents.down,
    channels: preparation.channels,
    // Of pictures that are darker than their middle grey the ground is dark, and what is on it light.
    isDark: mean.reduce((sum, each) => sum + each, 0) < 0.5 * mean.length,
    ...picturePlaces(extents, blueprint.sizes),
  }
  return {
    preparation,
    facts,
    names: placeNames(facts),
    pixelsOf: (word) => seenPicture(pictureOfWord(word), { model, preparation }, 'the picture').pixels,
    first: () => firstPicture(facts, blueprint.config.labels),
  }
}

function pictureOfWord(word: string): Picture {
  if (word === '') throw new Error('look: there is no picture yet. Draw one, or choose a file.')
  try {
    return readPictureWord(word)
  } catch (error) {
    throw new Error(`look: the picture cannot be read: ${(error as Error).message}. Draw another.`, { cause: error })
  }
}

function firstPicture(facts: PictureFacts, labels: readonly string[] | undefined): string {
  const { width, height, channels, isDark } = facts
  const areDigits = labels !== undefined && labels.length === 10 && labels.every((label, i) => label === `${i}`)
  const thickness = usualThickness(facts)
  const strokes = areDigits ? centredStrokes(digitStrokes[3], facts, thickness) : []
  const ink = inkOf(strokes, facts, thickness)
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0; i < pixels.length; i++) {
    const own = Math.round(255 * ink[Math.floor(i / channels)])
    pixels[i] = isDark ? own : 255 - own
  }
  return pictureWord({ width, height, channels, pixels })
}

/** The pen's usual thickness in pixels: that of MNIST's pens, as a share of the picture. */
const usualThickness = ({ width, height }: PictureFacts): number => (2.5 / 28) * Math.min(width, height)

/** One of the pictures that a run has not learnt from, as its model sees it, and its class; behind the last comes the first again. */
export function heldBackPicture(
  preparation: Preparation | undefined,
  { validation, labels }: LabelledPictures,
  number: number,
): { readonly picture: Picture; readonly label: string } {
  if (!preparation) throw new Error('pictures: nothing says how they are prepared. Restore the folder of the model.')
  const { picture, label } = validation[number % validation.length]
  return { picture: framedPicture(picture, preparation), label: labels[label] }
}
