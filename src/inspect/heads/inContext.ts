// In-context learning: how much better a model says what comes late in a text than what comes early, having read so much more of it.
//
//   score = loss at a late position − loss at an early one        nats; below 0 where it learns from what it has read
//
// Olsson et al. 2022, "In-context Learning and Induction Heads": positions 500 and 50, means over many texts. Where a text is shorter
// they are the last and the eighth part of the way.

import type { Edited } from '../../edit/edit.ts'
import { runWith, type Values } from '../../engine/engine.ts'
import { checkFinite } from '../../engine/finite.ts'
import type { DecoderModel } from '../../model/language.ts'
import { crossEntropy } from '../../tensor/definitions.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { input } from '../../tensor/primitives.ts'
import { editedNames } from '../editedPass.ts'
import { meanOf, standardError } from '../means.ts'
import { logitsOf } from '../stream/readout.ts'

/** The loss at a late and at an early position, means over windows of a text. */
export interface InContext {
  /** The positions, each the one from which the next token is said. */
  readonly late: number
  readonly early: number
  /** Nats. */
  readonly lateLoss: number
  readonly earlyLoss: number
  /** lateLoss − earlyLoss */
  readonly score: number
  /** The standard error of `score` over the windows; NaN for one. */
  readonly error: number
  readonly windows: number
}

/** The positions at which texts of such a length are asked. */
export const inContextPositions = (length: number): readonly [late: number, early: number] =>
  length - 2 >= 500 ? [500, 50] : [length - 2, Math.floor(length / 8)]

/** The losses of a window: at the late and at the early position. */
export type WindowLosses = readonly [late: number, early: number]

/**
 * The score of a decoder over windows of equal length.
 *
 * - `late`, `early`: the positions; those of `inContextPositions` if not given
 *
 * Throws for windows of several lengths, and for positions that they do not have.
 */
export async function inContextScore({
  windows,
  late,
  early,
  ...edited
}: Edited<DecoderModel> & {
  readonly windows: readonly ArrayLike<number>[]
  readonly late?: number | undefined
  readonly early?: number | undefined
}): Promise<InContext> {
  const length = checkWindows(windows)
  const usual = inContextPositions(length)
  const places = [late ?? usual[0], early ?? usual[1]] as const
  for (const place of places)
    if (!(Number.isInteger(place) && place >= 0 && place < length - 1))
      throw new Error(
        `heads: there is no token after position ${place} in a text of ${length}. Give positions from 0 to ${length - 2}.`,
      )
  return inContextOf(await windowLosses({ ...edited, windows, places }), places)
}

/** The losses of windows of one length at two positions. */
export async function windowLosses({
  windows,
  places,
  ...edited
}: Edited<DecoderModel> & {
  readonly windows: readonly ArrayLike<number>[]
  readonly places: readonly [number, number]
}): Promise<WindowLosses[]> {
  if (windows.length === 0) return []
  const names = await editedNames({ ...edited, sizes: { batch: 1, position: windows[0].length } })
  const outputs = lossNodes(names, places)
  const program = await edited.engine.compile({ outputs, names })
  try {
    const losses: WindowLosses[] = []
    for (const ids of windows) {
      await runWith(program, { ids, ...nextTokens(ids, places) })
      const values = new Map<string, Values>()
      for (const name of Object.keys(outputs)) values.set(name, await program.read(name))
      losses.push(lossesIn(values))
    }
    return losses
  } finally {
    await program.close()
  }
}

/** The names of the two positions. */
const sides = ['late', 'early'] as const

/** The losses at two positions of a pass, as values that a program gives. */
export function lossNodes(names: Names, places: readonly [number, number]): Record<string, Node> {
  const { node: logits } = logitsOf(names, 'heads')
  return Object.fromEntries(
    places.map((position, i) => {
      const next: Node = input(`next, ${sides[i]}`, { batch: 1 })
      return [`loss, ${sides[i]}`, crossEntropy(placed(logits, { position }) as Tensor, next as Tensor, 'vocab')]
    }),
  )
}

/** The tokens that `lossNodes` ask about, as inputs of their program. */
export const nextTokens = (ids: ArrayLike<number>, places: readonly [number, number]): Record<string, number[]> =>
  Object.fromEntries(places.map((place, i) => [`next, ${sides[i]}`, [ids[place + 1]]]))

/** The losses among the values of a program. Throws where one is NaN or infinite. */
export function lossesIn(values: ReadonlyMap<string, Values>): WindowLosses {
  const [late, early] = sides.map((name) => values.get(`loss, ${name}`)?.data[0] ?? Number.NaN)
  checkFinite('heads: a loss', [late, early])
  return [late, early]
}

/** The facts of the losses of windows. */
export function inContextOf(losses: readonly WindowLosses[], [late, early]: readonly [number, number]): InContext {
  const scores = losses.map(([one, other]) => one - other)
  return {
    late,
    early,
    lateLoss: meanOf(losses.map(([loss]) => loss)),
    earlyLoss: meanOf(losses.map(([, loss]) => loss)),
    score: meanOf(scores),
    error: standardError(scores),
    windows: losses.length,
  }
}

/** The length of windows. Throws where it is not the same of all, or too short. */
export function checkWindows(windows: readonly ArrayLike<number>[]): number {
  const length = windows[0]?.length ?? 0
  const other = windows.find((each) => each.length !== length)
  if (length >= 3 && other === undefined) return length
  throw new Error(
    other === undefined
      ? `heads: a window has ${length} tokens, but an early and a late position need 3 at least. Give longer ones.`
      : `heads: windows have ${length} and ${other.length} tokens, but positions are compared. Give windows of one length.`,
  )
}
