// Heads while they learn: the scores of their patterns on one text.

import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import { type HeadScores, scorerOf } from '../heads/scores.ts'
import { type PlaceKind, placeKinds, textPlaces } from '../heads/textPlaces.ts'
import { patternsIn } from '../pattern.ts'
import type { PatternLayer } from '../patternLayers.ts'
import { PatternReader } from '../patternReader.ts'
import { checkHasHeads } from './circuitGauges.ts'
import type { Looked } from './looked.ts'
import type { Gauge, Watched } from './watched.ts'

export type HeadScoreName = keyof HeadScores

/** The unit of each score of a head. */
export const headScoreUnits: Readonly<Record<HeadScoreName, string>> = {
  previous: 'share',
  duplicate: 'share',
  induction: 'share',
  first: 'share',
  entropy: 'nats',
  distance: 'places',
}

/**
 * The scores of all heads on the example, as far as it can tell them.
 *
 * - `named`: those that it has to tell
 *
 * Throws for a model without attention, and for a text that cannot tell a score which is named.
 */
export async function headGauge(
  { engine, model, edits, inputs }: Looked,
  asked: readonly HeadScoreName[],
  named: readonly HeadScoreName[],
): Promise<Gauge> {
  checkHasHeads({ model }, asked[0])
  const sizes = sizesOfValues('watch', model.reads, inputs)
  const reader = await PatternReader.of({ engine, model, edits, sizes, optional: Object.keys(givenOf(inputs)) })
  const texts = textsOf(inputs)
  for (const score of named) checkTells(score, texts)
  const scores = asked.filter((score) => tells(score, texts))
  const scorers = { text: scorerOf(texts.text), source: scorerOf(texts.source) }
  const told = reader.layers.map((layer) => ({ layer, scores: scoresOf(layer, scores) }))
  return {
    watched: told.flatMap(({ layer, scores }) => watchedIn(layer, scores)),
    async look() {
      const numbers: number[] = []
      await reader.begin(inputs)
      for (const { layer, scores } of told)
        for (const pattern of patternsIn(layer, await reader.read(layer))) {
          const found = scorers[layer.part === 'encoder' ? 'source' : 'text'](pattern)
          numbers.push(...scores.map((score) => found[score] ?? Number.NaN))
        }
      return numbers
    },
    close: () => reader.close(),
  }
}

/** Attention across looks at another text: what is about places of one is left out. */
const scoresOf = ({ part }: PatternLayer, scores: readonly HeadScoreName[]): readonly HeadScoreName[] =>
  part === 'cross' ? scores.filter((score) => score === 'first' || score === 'entropy') : scores

const watchedIn = ({ part, layer, heads, address }: PatternLayer, scores: readonly HeadScoreName[]): Watched[] =>
  heads.flatMap((head) =>
    scores.map((score) => ({
      score,
      unit: headScoreUnits[score],
      layer,
      head,
      ...(part && { part }),
      address: address.slice(0, -'.pattern'.length),
    })),
  )

const textsOf = ({ ids = [], source = ids }: InputValues) => ({ text: ids, source })

/** Throws where no position of the texts has places of a score's kind. */
function checkTells(score: HeadScoreName, texts: ReturnType<typeof textsOf>): void {
  if (tells(score, texts)) return
  throw new Error(
    `watch: ${score}: ${score === 'previous' ? 'the text is one token' : 'no token of the text is there twice'}, so that nothing can tell it. Give another text.`,
  )
}

/** True where a position of the texts has places of a score's kind. */
function tells(score: HeadScoreName, texts: ReturnType<typeof textsOf>): boolean {
  const kind = placeKinds.find((each) => each === score)
  return kind === undefined || Object.values(texts).some((text) => hasPlaces(kind, text))
}

const hasPlaces = (kind: PlaceKind, text: ArrayLike<number>): boolean =>
  textPlaces(text)[kind].some(({ length }, i) => length > 0 && (kind !== 'induction' || i > 0))
