// The weights of every head of a model, each as matrices of its own, in a basis that is said: raw, or with the norm folded in.

import type { Engine, Values } from '../../engine/engine.ts'
import { Attention } from '../../model/attention.ts'
import type { AnyModel } from '../../model/language.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { partsOf } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { passOfOne } from '../passOfOne.ts'
import { FactoredMatrix } from './factored.ts'
import { type HeadChoice, type HeadLabel, headLabelOf, headsMeant } from './headLabels.ts'
import { identity, type Matrix, transposed } from './matrix.ts'
import {
  foldedBias,
  foldedInto,
  type HeldPass,
  held,
  heldValues,
  type ReadingNorm,
  type ReadPass,
  readingNorm,
} from './reading.ts'
import { slices } from './slices.ts'
import { turnedBy } from './turned.ts'

/** `raw`: the weights as they are. `folded`: with the gains of the norm before them, and centred where that is a layer normalisation. */
export type Basis = 'raw' | 'folded'

/** Things that act on scores besides the weights of queries and keys: a QK circuit is then not all that decides where a head looks. */
export type Besides =
  /** Queries and keys are turned by their places (RoPE); without an offset the circuit is the content part alone. */
  | 'turned'
  /** Numbers are added to the scores by distance (ALiBi). */
  | 'biased'
  /** Places are added to what asks and offers. */
  | 'placed'
  /** Each query and key is divided by a number of its own (QK norms). */
  | 'normed'

export interface CircuitSettings {
  readonly model: AnyModel
  readonly engine: Engine
  /** raw if not given */
  readonly basis?: Basis | undefined
  /** The number of places from a source to the position that asks; QK circuits are then those at this distance. For RoPE alone. */
  readonly offset?: number | undefined
  /** The heads that are meant; all if not given. */
  readonly heads?: readonly HeadChoice[] | undefined
}

/** One head's weights; what lacks a projection has the identity in its place, and says so. */
export interface HeadWeights extends HeadLabel {
  /** W_Q, W_K: model × key. W_V: model × value. W_O: value × model. */
  readonly query: Matrix
  readonly key: Matrix
  readonly value: Matrix
  readonly output: Matrix
  readonly biases: {
    readonly query?: Float64Array | undefined
    readonly key?: Float64Array | undefined
    readonly value?: Float64Array | undefined
    /** Of all heads together. */
    readonly output?: Float64Array | undefined
  }
  readonly besides: readonly Besides[]
  readonly missing: readonly ('query' | 'key' | 'value' | 'output')[]
}

/** W_Q · W_Kᵀ: what a position asks of what a source offers, before scores are scaled. */
export const qkOf = ({ query, key }: HeadWeights): FactoredMatrix => new FactoredMatrix(query, transposed(key))

/** W_V · W_O: what a source writes where it is looked at. */
export const ovOf = ({ value, output }: HeadWeights): FactoredMatrix => new FactoredMatrix(value, output)

/**
 * The weights of heads, in the order of the model's parts.
 *
 * Throws for a model without attention, for one with two encoders, for a head that is not there, for a folded basis where a norm stands after the sum, and for an
 * offset where nothing turns queries and keys.
 */
export async function headWeights({ heads, ...settings }: CircuitSettings): Promise<HeadWeights[]> {
  const { model, engine } = settings
  if (model.kind === 'dual-encoder')
    throw new Error(
      'circuits: the model has two encoders, whose heads do not read one another. Give one of both: its texts or its pictures.',
    )
  const all = [...partsOf(model)].filter((each): each is [string, Attention<string>] => each[1] instanceof Attention)
  if (all.length === 0)
    throw new Error(
      'circuits: the model has no attention, so that it has no heads. What it says is its direct path, W_E · W_U: see tokenTables.',
    )
  const labels = all.flatMap(([path, attention]) =>
    Array.from({ length: countOf(attention) }, (_, head) => headLabelOf(path, head)),
  )
  const meant = Map.groupBy(headsMeant(labels, heads), ({ address }) => address)
  const pass = { engine, ...passOfOne(model) }
  const found: HeadWeights[] = []
  for (const [path, attention] of all) {
    const own = meant.get(path)
    if (own) found.push(...(await headsOf(settings, pass, attention, path, own)))
  }
  return found
}

/** True if a model has attention, and so heads. */
export const hasHeads = (model: AnyModel): boolean => [...partsOf(model)].some(([, part]) => part instanceof Attention)

/** The number of heads of attention. */
function countOf({ query, key, value, output }: Attention<string>): number {
  const along = ({ axes }: Node): number =>
    axes.reduce((count, { name, size }) => (name === 'head' || name === 'group' ? count * size : count), 1)
  return Math.max(1, ...[query, key, value, output].map((each) => (each ? along(each.weight) : 1)))
}

/** The weights of some heads of an attention. */
async function headsOf(
  { basis, offset }: CircuitSettings,
  pass: ReadPass,
  attention: Attention<string>,
  path: string,
  labels: readonly HeadLabel[],
): Promise<HeadWeights[]> {
  const { positions } = attention
  if (offset !== undefined && !positions?.turned)
    throw new Error(
      `circuits: an offset of ${offset} was asked for, but nothing turns the queries and keys of ${path} by their places. Leave it out.`,
    )
  const norm = basis === 'folded' ? await readingNorm(pass, attention, path) : undefined
  const read = await projections(pass, attention, norm)
  const gains = basis === 'folded' ? await keyGains(pass, attention) : undefined
  const [query, key] = [scaledBy(read.query, gains?.query), scaledBy(read.key, gains?.key)]
  const met =
    offset !== undefined && positions ? await turnedBy(pass.engine, positions, { query, key }, offset) : { query, key }
  const count = countOf(attention)
  const shared = <T>(of: readonly T[], { head }: HeadLabel): T => of[Math.floor((head * of.length) / count)]
  return labels.map((label) => ({
    ...label,
    query: shared(met.query, label),
    key: shared(met.key, label),
    value: shared(read.value, label),
    output: shared(read.output, label),
    biases: {
      query: shared(read.biases.query, label),
      key: shared(read.biases.key, label),
      value: shared(read.biases.value, label),
      output: read.biases.output,
    },
    besides: besidesOf(attention),
    missing: (['query', 'key', 'value', 'output'] as const).filter((name) => !attention[name]),
  }))
}

/** A weight, and its bias where it has one. */
interface Projection {
  readonly weight: Node
  readonly bias: Node | undefined
}

/** The matrices of each head, with the norm folded in where there is one. */
async function projections(pass: HeldPass, attention: Attention<string>, norm: ReadingNorm | undefined) {
  const weight = (attention.query ?? attention.key ?? attention.value)?.weight ?? attention.output?.weight
  if (!weight) throw new Error('circuits: attention without any projection has no weights. Give a model that has some.')
  const width = sizeOf(weight.axes, 'model')
  const values = async (node: Node | undefined): Promise<Values | undefined> => node && (await heldValues(pass, node))
  const reading = async (linear: Projection | undefined, column: string) => {
    const found = await values(linear?.weight)
    const whole = found ? slices(found, 'model', column) : [identity(width)]
    const bias = await values(linear?.bias)
    const own = bias && slices(bias, 'none', column).map(({ data }) => data)
    return {
      weights: norm ? whole.map((each) => foldedInto(each, norm)) : whole,
      biases: whole.map((each, i) => (norm ? foldedBias(each, norm, own?.[i]) : own?.[i])),
    }
  }
  const query = await reading(attention.query, 'key')
  const key = await reading(attention.key, 'key')
  const value = await reading(attention.value, 'value')
  const writing = await values(attention.output?.weight)
  return {
    query: query.weights,
    key: key.weights,
    value: value.weights,
    output: writing ? slices(writing, 'value', 'model') : [identity(width)],
    biases: {
      query: query.biases,
      key: key.biases,
      value: value.biases,
      output: await held(pass, attention.output?.bias),
    },
  }
}

/** The gains of the norms of queries and keys, which belong to their weights in a folded basis. */
async function keyGains(pass: HeldPass, { queryNorm, keyNorm }: Attention<string>) {
  const gain = (norm: object | undefined): Promise<Float64Array | undefined> => {
    const scale = norm && [...partsOf(norm)].find(([path]) => path === 'scale')?.[1]
    return held(pass, scale && hasAxis((scale as Node).axes, 'key') ? (scale as Node) : undefined)
  }
  return { query: await gain(queryNorm), key: await gain(keyNorm) }
}

/** Matrices whose columns are multiplied by gains. */
const scaledBy = (matrices: readonly Matrix[], gain: Float64Array | undefined): readonly Matrix[] =>
  gain === undefined
    ? matrices
    : matrices.map((each) => ({ ...each, data: each.data.map((value, cell) => value * gain[cell % each.columns]) }))

function besidesOf({ positions, queryNorm, keyNorm }: Attention<string>): Besides[] {
  return [
    ...(positions?.turned ? (['turned'] as const) : []),
    ...(positions?.bias ? (['biased'] as const) : []),
    ...(positions?.onto ? (['placed'] as const) : []),
    ...(queryNorm || keyNorm ? (['normed'] as const) : []),
  ]
}
