// Two journeys side by side: of two tokens, of two texts, or through two models alike (two checkpoints of a training). Step by step the
// values that each makes are held against one another, until they are apart.
//
//   the token, the draw        1 where they are two, 0 where they are the same
//   who answers                ½ Σ |a − b| of the shares, the mean of all heads      0 to 1
//   probabilities              ½ Σ |a − b|                                          0 to 1
//   logits                     ‖a − b‖ / the longer of both, each less its mean: what all have in common says nothing
//   any other value            ‖a − b‖ / the longer of both                         0, and up to 2 for opposite ones

import type { InputValues } from '../../model/inputValues.ts'
import type { Looking } from '../editedPass.ts'
import { meanOf } from '../means.ts'
import { vectorLength } from '../stream/vectors.ts'
import { type Journeyed, type JourneyQuestion, journey } from './journeys.ts'
import type { Journey, JourneyStep, StreamHere } from './steps.ts'

/** A step of both journeys. */
export interface StepDistance {
  readonly number: number
  readonly kind: JourneyStep['kind']
  readonly part: string
  /** The distance of the values that the step makes. */
  readonly distance: number
  /** True where both would guess the same token behind it; none without logits. */
  readonly isSameGuess?: boolean
}

/** Two journeys, and where they part. */
export interface JourneyParting {
  /** The distance from which on two values count as apart. */
  readonly threshold: number
  readonly steps: readonly StepDistance[]
  /** The number of the first step whose values are apart; none where they never are. */
  readonly parts?: number
  /** The number of the first step behind which they guess different tokens. */
  readonly guesses?: number
}

/** Two journeys side by side. */
export interface JourneyPair extends JourneyParting {
  readonly a: Journeyed
  readonly b: Journeyed
}

/** The distance from which on values count as apart, where nothing else is said. */
const usualThreshold = 0.1

/**
 * Two journeys, held side by side.
 *
 * - `a`, `b`: the models with their texts, and what is asked of each
 * - `threshold`: the distance from which on two values count as apart; 0.1 if not given
 *
 * Throws where the two have not the same steps: models of other shapes, texts of other lengths.
 */
export async function journeyPair({
  a,
  b,
  threshold,
}: {
  readonly a: Looking & JourneyQuestion
  readonly b: Looking & JourneyQuestion
  readonly threshold?: number | undefined
}): Promise<JourneyPair> {
  checkLengths(a.inputs, b.inputs)
  const [one, other] = [await journey({ ...a, numbers: true }), await journey({ ...b, numbers: true })]
  const { a: plainA, b: plainB, ...parting } = journeysBeside(one, other, threshold)
  return { ...parting, a: a.numbers ? one : plainA, b: b.numbers ? other : plainB }
}

/**
 * Two journeys that were read already, side by side, without their numbers.
 *
 * - `a`, `b`: journeys that were read with their numbers
 * - `threshold`: the distance from which on two values count as apart; 0.1 if not given
 *
 * Throws where the two have not the same steps.
 */
export function journeysBeside(a: Journeyed, b: Journeyed, threshold?: number): JourneyPair {
  return { ...journeyParting(a.full, b.full, threshold), a: withoutNumbers(a), b: withoutNumbers(b) }
}

/**
 * The distances of two journeys, step by step.
 *
 * - `a`, `b`: journeys that were read with their numbers
 * - `threshold`: the distance from which on two values count as apart; 0.1 if not given
 *
 * Throws where the two have not the same steps.
 */
export function journeyParting(a: Journey, b: Journey, threshold = usualThreshold): JourneyParting {
  if (!(threshold >= 0))
    throw new Error(`journey: the threshold is ${threshold}. Give a distance, 0 or more: 0.1 is usual.`)
  checkAlike(a, b)
  const steps = a.steps.map((step, i): StepDistance => {
    const other = b.steps[i]
    const [ours, theirs] = [step, other].map(({ after }) => after?.guess?.guesses[0].id)
    return {
      number: i,
      kind: step.kind,
      part: step.part,
      distance: distanceOf(step, other),
      ...(ours !== undefined && { isSameGuess: ours === theirs }),
    }
  })
  const parts = steps.find(({ distance }) => distance > threshold)?.number
  const guesses = steps.find(({ isSameGuess }) => isSameGuess === false)?.number
  return { threshold, steps, ...(parts !== undefined && { parts }), ...(guesses !== undefined && { guesses }) }
}

function checkLengths(a: InputValues, b: InputValues): void {
  for (const name of ['source', 'ids']) {
    const [one, other] = [a[name]?.length ?? 0, b[name]?.length ?? 0]
    if (one !== other)
      throw new Error(`journey: one text has ${one} tokens, the other ${other}. Give two of one length.`)
  }
}

function checkAlike(a: Journey, b: Journey): void {
  checkLengths({ ids: a.ids, source: a.source }, { ids: b.ids, source: b.source })
  const at = a.steps.findIndex(({ kind, part }, i) => kind !== b.steps[i]?.kind || part !== b.steps[i]?.part)
  if (at < 0 && a.steps.length === b.steps.length) return
  const said = ({ steps }: Journey): string => (steps[at] ? `${steps[at].kind} ${steps[at].part}`.trim() : 'missing')
  throw new Error(
    `journey: the two have not the same steps: step ${at} is ${said(a)} in the first and ${said(b)} in the second. Give two models alike.`,
  )
}

function distanceOf(step: JourneyStep, other: JourneyStep): number {
  const [a, b] = [step.numbers, other.numbers]
  if (!a || !b) throw new Error('journey: a journey was read without its numbers. Read both with `numbers: true`.')
  if (a.length !== b.length)
    throw new Error(
      `journey: at ${step.address ?? step.kind} one has ${a.length} numbers, the other ${b.length}. Give two models alike.`,
    )
  switch (step.kind) {
    case 'token':
    case 'draw':
      return a[0] === b[0] ? 0 : 1
    case 'answer':
      return differenceOf(a, b) / step.heads.length
    case 'temperature':
      return differenceOf(a, b)
    case 'logits':
      return relative(centred(a), centred(b))
    default:
      return relative(a, b)
  }
}

/** ½ Σ |a − b| */
const differenceOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / 2

function relative(a: readonly number[], b: readonly number[]): number {
  const longer = Math.max(vectorLength(a), vectorLength(b))
  const apart = vectorLength(a.map((x, i) => x - b[i]))
  return apart === 0 ? 0 : apart / longer
}

function centred(numbers: readonly number[]): number[] {
  const mean = meanOf(numbers)
  return numbers.map((x) => x - mean)
}

/** A journey without the numbers that nobody asked for. What was one stream stays one. */
function withoutNumbers(found: Journeyed): Journeyed {
  const known = new Map<StreamHere, StreamHere>()
  const stream = (here: StreamHere): StreamHere => {
    const { numbers: _, ...plain } = here
    const made = known.get(here) ?? plain
    known.set(here, made)
    return made
  }
  const steps = found.full.steps.map(({ numbers: _, before, after, ...step }) => {
    const streams = { ...(before && { before: stream(before) }), ...(after && { after: stream(after) }) }
    return { ...step, ...streams } as JourneyStep
  })
  return { ...found, full: { ...found.full, steps } }
}
