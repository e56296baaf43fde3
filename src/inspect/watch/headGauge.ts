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
  const texts = textsOf(model, inputs)
  for (const score of named) checkTells(score, texts)
  const scores = asked.filter((score) => tells(score, texts))
  const scorers = { text: scorerOf(texts.text), source: scorerOf(texts.source) }
  const textAt = ({ part }: PatternLayer): keyof Texts => (part === 'encoder' ? 'source' : 'text')
  const told = reader.layers.map((layer) => ({ layer, scores: scoresOf(layer, scores, texts[textAt(layer)]) }))
  return {
    watched: told.flatMap(({ layer, scores }) => watchedIn(layer, scores)),
    async look() {
      const numbers: number[] = []
      await reader.begin(inputs)
      for (const { layer, scores } of told)
        for (const pattern of patternsIn(layer, await reader.read(layer))) {
          const found = scorers[textAt(layer)](pattern)
          numbers.push(...scores.map((score) => found[score] ?? Number.NaN))
        }
      return numbers
    },
    close: () => reader.close(),
  }
}

/** Attention across looks at another text: what is about places of one is left out. So is what is about tokens, where there are none. */
function scoresOf(
  { part }: PatternLayer,
  scores: readonly HeadScoreName[],
  text: ArrayLike<number> | undefined,
): readonly HeadScoreName[] {
  if (part === 'cross') return scores.filter((score) => score === 'first' || score === 'entropy')
  return text ? scores : scores.filter((score) => kindOfScore(score) === undefined)
}

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

/** The tokens of both halves; undefined where what is read is no text. */
interface Texts {
  readonly text: ArrayLike<number> | undefined
  readonly source: ArrayLike<number> | undefined
}

function textsOf({ reads }: Looked['model'], { ids, source = ids }: InputValues): Texts {
  const isHeard = reads['source'] !== undefined && reads['source'].below === undefined
  return { text: ids, source: isHeard ? undefined : source }
}

/** Throws where no position of the texts has places of a score's kind. */
function checkTells(score: HeadScoreName, texts: Texts): void {
  if (tells(score, texts)) return
  if (!texts.text && !texts.source)
    throw new Error(`watch: ${score} is about tokens, and the model reads none. Watch first, entropy or distance.`)
  throw new Error(
    `watch: ${score}: ${score === 'previous' ? 'the text is one token' : 'no token of the text is there twice'}, so that nothing can tell it. Give another text.`,
  )
}

/** True where a position of the texts has places of a score's kind. */
function tells(score: HeadScoreName, { text, source }: Texts): boolean {
  const kind = kindOfScore(score)
  return kind === undefined || [text, source].some((each) => each !== undefined && hasPlaces(kind, each))
}

/** The kind of places that a score is about; undefined for one that is about any. */
const kindOfScore = (score: HeadScoreName): PlaceKind | undefined => placeKinds.find((each) => each === score)

const hasPlaces = (kind: PlaceKind, text: ArrayLike<number>): boolean =>
  textPlaces(text)[kind].some(({ length }, i) => length > 0 && (kind !== 'induction' || i > 0))
