// Singular directions, read through the vocabulary: along which lines of the stream a matrix writes or reads most, and which tokens lie there.
//
//   OV          right singular vectors: what a head writes, strongest first
//   MLP up      what its neurons read: left singular vectors of W_up, each row times the gain of the norm before (and of W_gate, where gated)
//   MLP down    what it writes: right singular vectors of W_down
//
// Each, times W_U, gives a number for every token. A direction has no sign of its own: it is turned so that the token with the largest number,
// whichever its sign was, is raised. Where two singular values are equal, any turn of their directions is as good.
// Millidge, Black 2022, "The singular value decompositions of transformer weight matrices are highly interpretable"; TransformerLens'
// SVDInterpreter, which leaves the signs as they come.

import type { Engine } from '../../engine/engine.ts'
import { GatedMLP, MLP } from '../../model/mlp.ts'
import { partsOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { dot, multiply, parameter } from '../../tensor/primitives.ts'
import { passOfOne } from '../passOfOne.ts'
import { symmetricOf } from './decompositions.ts'
import { Extremes } from './extremes.ts'
import { type HeadLabel, headLabel, headLabelOf } from './headLabels.ts'
import { type Basis, type CircuitSettings, hasHeads, headWeights, ovOf } from './headWeights.ts'
import { gram, type Matrix, transposed } from './matrix.ts'
import { foldedInto, heldValues, normBefore, type ReadPass } from './reading.ts'
import { slices } from './slices.ts'
import type { TokenValue } from './tokenTables.ts'
import { type TokenRows, vocabularyOf } from './vocabulary.ts'

export type DirectionKind = 'ov' | 'up' | 'gate' | 'down'

/** A direction of the stream, and the tokens that lie along it. */
export interface Direction extends Omit<HeadLabel, 'head'> {
  readonly kind: DirectionKind
  /** Of OV. */
  readonly head?: number
  /** 0 for the largest singular value. */
  readonly number: number
  readonly singular: number
  /** The share that it has in Σσ². */
  readonly share: number
  /** The tokens that it raises most, and those that it lowers most. */
  readonly top: readonly TokenValue[]
  readonly bottom: readonly TokenValue[]
}

/**
 * The strongest singular directions of heads and MLPs, through the unembedding.
 *
 * - `kinds`: all if not given; of MLPs those of the layers of `heads`. `count`: the number of directions of each, 4 if not given
 * - `top`: the number of tokens on each side, 10 if not given
 *
 * Throws as `headWeights` does, and for a model whose logits are no product of a stream and an unembedding.
 */
export async function directions({
  kinds = ['ov', 'up', 'gate', 'down'],
  count = 4,
  top = 10,
  report,
  ...settings
}: CircuitSettings & {
  readonly kinds?: readonly DirectionKind[] | undefined
  readonly count?: number | undefined
  readonly top?: number | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}): Promise<Direction[]> {
  const { model, engine, basis = 'raw' } = settings
  const vocabulary = await vocabularyOf(model, engine, basis)
  const { unembedding } = vocabulary
  if (!unembedding) throw vocabulary.problem ?? new Error('circuits: the model has no unembedding.')
  const asked = [...(await writingHeads(settings, kinds)), ...mlpMatrices(settings, kinds)]
  const found: Direction[] = []
  for (const [i, { label, lines }] of asked.entries()) {
    report?.(i, asked.length)
    const { values, vectors, total } = await lines(count)
    const along = await throughTokens(engine, unembedding, vocabulary.asRead(vectors))
    for (const [number, singular] of values.entries()) {
      const numbers = along.subarray(number * unembedding.size, (number + 1) * unembedding.size)
      const share = total === 0 ? 0 : singular ** 2 / total
      found.push({ ...label, number, singular, share, ...sidesOf(numbers, top) })
    }
  }
  return found
}

/** Directions as rows, with their singular values, and Σσ² of all. */
interface Lines {
  readonly values: readonly number[]
  readonly vectors: Matrix
  readonly total: number
}

interface Asked {
  readonly label: Omit<Direction, 'number' | 'singular' | 'share' | 'top' | 'bottom'>
  readonly lines: (count: number) => Promise<Lines>
}

async function writingHeads(settings: CircuitSettings, kinds: readonly DirectionKind[]): Promise<Asked[]> {
  if (!kinds.includes('ov') || !(hasHeads(settings.model) || settings.heads)) return []
  const heads = (await headWeights(settings)).filter(({ part }) => part !== 'encoder')
  return heads.map((head) => ({
    label: { kind: 'ov' as const, ...headLabel(head) },
    lines: async (count) => {
      const { values, v } = await ovOf(head).singular()
      const vectors = firstRows(transposed(v), count)
      return { values: values.slice(0, vectors.rows), vectors, total: values.reduce((sum, each) => sum + each ** 2, 0) }
    },
  }))
}

/** The matrices of MLPs in the half that gives the logits, of the layers that are meant. */
function mlpMatrices({ model, engine, basis, heads }: CircuitSettings, kinds: readonly DirectionKind[]): Asked[] {
  const pass = { engine, ...passOfOne(model) }
  return [...partsOf(model)].flatMap(([path, part]) => {
    if (!(part instanceof MLP || part instanceof GatedMLP)) return []
    const { layer, part: half } = headLabelOf(path, 0)
    if (half === 'encoder' || (heads && !heads.some((each) => (each.layer ?? layer) === layer))) return []
    const weights: readonly (readonly [DirectionKind, Node])[] = [
      ['up', part.up.weight],
      ...(part instanceof GatedMLP ? [['gate', part.gate.weight] as const] : []),
      ['down', part.down.weight],
    ]
    return weights
      .filter(([kind]) => kinds.includes(kind))
      .map(
        ([kind, weight]): Asked => ({
          label: { kind, layer, ...(half && { part: half }), address: `${path}.${kind}` },
          lines: async (count) => linesOf(await streamRows(pass, basis, kind, weight, path), count),
        }),
      )
  })
}

/** A matrix of an MLP with a column for every number of the stream: what its neurons write or read. */
async function streamRows(
  pass: ReadPass,
  basis: Basis | undefined,
  kind: DirectionKind,
  weight: Node,
  path: string,
): Promise<Matrix> {
  const [whole] = slices(await heldValues(pass, weight), 'model', 'hidden')
  if (kind === 'down') return transposed(whole)
  const norm = await normBefore(pass, weight, path)
  if (!norm?.isOwn) return transposed(whole)
  return transposed(foldedInto(whole, basis === 'folded' ? norm : { ...norm, isCentred: false }))
}

/** The strongest right singular vectors of a matrix, from Mᵀ M. */
async function linesOf(matrix: Matrix, count: number): Promise<Lines> {
  const { values, vectors } = await symmetricOf(gram(matrix))
  const kept = firstRows(transposed(vectors), count)
  return {
    values: values.slice(0, kept.rows).map((value) => Math.sqrt(Math.max(0, value))),
    vectors: kept,
    total: values.reduce((sum, each) => sum + Math.max(0, each), 0),
  }
}

const firstRows = ({ rows, columns, data }: Matrix, count: number): Matrix => ({
  rows: Math.min(rows, count),
  columns,
  data: data.slice(0, Math.min(rows, count) * columns),
})

/** Rows of the stream times W_U. */
async function throughTokens(engine: Engine, { node, factor }: TokenRows, vectors: Matrix): Promise<Float32Array> {
  const lines = parameter({ line: vectors.rows, model: vectors.columns }, 'zeros')
  const tokens = multiply(dot(lines, node as Tensor<'vocab' | 'model'>, 'model'), factor)
  const program = await engine.compile({ outputs: { tokens } })
  try {
    engine.set(lines, vectors.data)
    await program.run({})
    return (await program.read('tokens')).data
  } finally {
    await program.close()
    engine.forget(lines)
  }
}

/** The tokens on both sides, with the sign by which the largest number is positive. */
function sidesOf(numbers: Float32Array, top: number): Pick<Direction, 'top' | 'bottom'> {
  const extremes = new Extremes(top)
  extremes.add(numbers)
  const { largest, smallest } = extremes
  const isTurned = -(smallest[0]?.value ?? 0) > (largest[0]?.value ?? 0)
  const named = (list: typeof largest): TokenValue[] =>
    list.map(({ cell, value }) => ({ token: cell, value: isTurned ? -value : value }))
  return isTurned ? { top: named(smallest), bottom: named(largest) } : { top: named(largest), bottom: named(smallest) }
}
