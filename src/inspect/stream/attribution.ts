// Direct logit attribution: what each part of the stream adds to a logit, or to the difference of two. With the number s of the
// last norm held, the readout is linear in the stream, and so a sum over its parts:
//
//   part    ((c − mean c) · s ⊙ gain) · W_U[t]           without the mean for RMS; without the norm where there is none
//   const   shift · W_U[t] + b_U[t]                      what no part of the stream adds
//
// With the norm's own gain, so that no weight has to be folded into another, the parts and `const` add up to the logit.
// Elhage et al. 2021; TransformerLens' `logit_attrs`, which leaves the gain and `const` out.

import type { Engine, Values } from '../../engine/engine.ts'
import { checkFinite } from '../../engine/finite.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import type { Attribution, AttributionRow, PlacedAttribution } from './attributionFacts.ts'
import { attributeOfAll } from './attributionOfAll.ts'
import { stopOf } from './ledger.ts'
import { readableOf, valuesAt, visitParts } from './parts.ts'
import { answersOf, checkNoPosition, type Readout, readoutOf } from './readout.ts'
import { type Detail, type Summand, summandsOf } from './summands.ts'
import { angle, productOf, vectorLength } from './vectors.ts'

/**
 * The amount that each part of the stream adds to a logit, or to the difference of two.
 *
 * - `token`: its id, or the number of the class; `against`: that of the one whose logit is taken away
 * - `position`: counted from 0, or from the end; if not given the last, or the one that a classifier reads. Of a model that reads several
 *   at once the amounts are those at all of them together, and no position is given
 * - `detail`: the smallest parts: 'parts', 'heads' (if not given) or 'neurons'
 *
 * Throws for ids and positions that are not there, for models whose logits are no product of a stream and an unembedding; and of
 * one that reads several positions for a position, and where the logit is no linear function of its last state.
 */
export async function attributeLogit({
  token,
  against,
  position: asked,
  detail = 'heads',
  ...looking
}: Looking & {
  readonly token: number
  readonly against?: number | undefined
  readonly position?: number | undefined
  readonly detail?: Detail | undefined
}): Promise<Attribution> {
  const names = await editedPass(looking, 'attribute')
  const answers = answersOf(names, 'attribute')
  const { axis, readAt = -1 } = answers
  const ids = against === undefined ? [token] : [token, against]
  for (const id of ids) if (!(id >= 0)) throw noPlace(axis, id, sizeOf(answers.node.axes, axis))
  for (const id of ids) placeAlong(answers.node, axis, id)
  if (answers.isOfAll) {
    checkNoPosition('attribute', asked)
    return attributeOfAll({ ...looking, names, answers, token, against, detail })
  }
  const readout = readoutOf(names, 'attribute')
  const position = placeAlong(readout.logits, 'position', asked ?? readAt)
  const summands = attributedParts(readout, names, detail, 'attribute')
  const read = new Map([...readableOf(summands), ...readableOfReadout(readout, ids)])
  const values = await valuesAt({ ...looking, names, position }, read)
  return attributionOf({ engine: looking.engine, readout, summands, values, token, against, position })
}

/** The parts of the stream that a readout is a sum over. Throws where the stream is no sum of known parts; `asker`: who asks. */
export function attributedParts(readout: Readout, names: Names, detail: Detail, asker: string): Summand[] {
  const summands = summandsOf(readout.stream, names, detail)
  checkSum(summands, asker)
  return summands
}

/**
 * The amounts of all parts, from numbers that have been read.
 *
 * - `values`: those of `readableOf` the parts and of `readableOfReadout` the ids, at the position
 */
export async function attributionOf({
  engine,
  readout,
  summands,
  values,
  token,
  against,
  position,
}: {
  readonly engine: Engine
  readonly readout: Readout
  readonly summands: readonly Summand[]
  readonly values: ReadonlyMap<string, Values>
  readonly token: number
  readonly against: number | undefined
  readonly position: number
}): Promise<PlacedAttribution> {
  const ids = against === undefined ? [token] : [token, against]
  const { stream, direction, bias, logit, factor } = valuesOfReadout(readout, ids, values)
  checkFinite('attribute: the logit', [logit])
  const rows: AttributionRow[] = []
  const length = vectorLength(stream)
  await visitParts(engine, summands, values, (label, part) => {
    const { norm, cosine } = angle(part, stream, length)
    rows.push({ ...label, logit: productOf(part, direction), norm, cosine })
  })
  const stopsAt = stopOf(summands)
  return {
    position,
    token,
    ...(against !== undefined && { against }),
    logit,
    rows,
    const: bias,
    sum: rows.reduce((sum, row) => sum + row.logit, bias),
    norm: length,
    ...(factor !== undefined && { factor }),
    ...(stopsAt !== undefined && { stopsAt }),
  }
}

/** Throws where what is read is one value that is neither a token's row nor what a norm gives: then nothing is known of its parts. */
function checkSum(summands: readonly Summand[], asker: string): void {
  const [{ part, isNorm, address }] = summands
  if (summands.length > 1 || isNorm || part === 'token') return
  throw new Error(
    `${asker}: what the unembedding reads is no sum of parts, but one value${address === undefined ? '' : `, ${address}`}: a layer of its own stands between the stream and the logits, or an edit. Look at the stream's ledger instead.`,
  )
}

/** The place on an axis of the logits. */
function placeAlong({ axes }: Node, axis: string, place: number): number {
  const size = sizeOf(axes, axis)
  if (!(Number.isInteger(place) && place >= -size && place < size)) throw noPlace(axis, place, size)
  return place < 0 ? place + size : place
}

const places: Readonly<Record<string, string>> = { vocab: 'the vocabulary has', class: 'the classes are' }

const noPlace = (axis: string, place: number, size: number): Error =>
  new Error(
    `attribute: there is no ${axis === 'vocab' ? 'token with the id' : axis} ${place}; ${places[axis] ?? 'the text has'} ${size === 1 ? 'one, 0' : `0 to ${size - 1}`}.`,
  )

/** The nodes that a readout is computed from: for each of the ids its logit and its row of the unembedding. */
export function readableOfReadout(
  { logits, axis, stream, norm, unembedding, bias }: Readout,
  ids: readonly number[],
): Map<string, Node> {
  const each = ids.flatMap((id): [string, Node][] => [
    [`logit ${id}`, placed(logits, { [axis]: id })],
    [`row ${id}`, placed(unembedding, { [axis]: id })],
  ])
  const others = { stream, factor: norm?.factor, gain: norm?.gain, shift: norm?.shift, bias }
  return new Map([...each, ...Object.entries(others).flatMap(([name, node]) => (node ? [[name, node] as const] : []))])
}

/** The readout at one position as a direction of the stream, and what is added whatever the stream is. */
export function valuesOfReadout(
  { norm, factor: outer }: Readout,
  [token, against]: readonly number[],
  values: ReadonlyMap<string, Values>,
): { stream: Float32Array; direction: Float64Array; bias: number; logit: number; factor: number | undefined } {
  const numbers = (name: string): Float32Array | undefined => values.get(name)?.data
  const difference = (of: (id: number) => number): number => of(token) - (against === undefined ? 0 : of(against))
  const stream = numbers('stream') as Float32Array
  const row = Float64Array.from(stream, (_, i) => outer * difference((id) => numbers(`row ${id}`)?.[i] ?? 0))
  const [gain, shift, bias] = [numbers('gain'), numbers('shift'), numbers('bias')]
  const factor = norm && (numbers('factor')?.[0] ?? 0)
  const direction = row.map((cell, i) => cell * (gain?.[i] ?? 1) * (factor ?? 1))
  // The mean of a part may as well be taken away from what it is multiplied with.
  const mean = norm?.isCentred ? direction.reduce((sum, cell) => sum + cell, 0) / direction.length : 0
  return {
    stream,
    direction: direction.map((cell) => cell - mean),
    bias: (shift ? productOf(shift, row) : 0) + difference((id) => bias?.[id] ?? 0),
    logit: difference((id) => numbers(`logit ${id}`)?.[0] ?? 0),
    factor,
  }
}
