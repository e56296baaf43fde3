// The weights of every head of a model, each as matrices of its own, in a basis that is said: raw, or with the norm folded in.

import type { Engine, Values } from '../../engine/engine.ts'
import { Attention } from '../../model/attention.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { partsOf } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { FactoredMatrix } from './factored.ts'
import { identity, type Matrix, transposed } from './matrix.ts'
import { foldedBias, foldedInto, type HeldPass, held, heldValues, type ReadingNorm, readingNorm } from './reading.ts'
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

/** Heads by their layer, by their number, or by both. */
export interface HeadChoice {
  readonly layer?: number | undefined
  readonly head?: number | undefined
  /** In a model of two halves. */
  readonly part?: HeadLabel['part']
}

export interface HeadLabel {
  readonly layer: number
  /** Heads that share keys and values come one after the other. */
  readonly head: number
  /** encoder, decoder or cross, in a model of two halves. */
  readonly part?: 'encoder' | 'decoder' | 'cross'
  /** The address of its attention. */
  readonly address: string
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
 * Throws for a model without attention, for a head that is not there, for a folded basis where a norm stands after the sum, and for an
 * offset where nothing turns queries and keys.
 */
export async function headWeights({ heads: chosen, ...settings }: CircuitSettings): Promise<HeadWeights[]> {
  const all = [...partsOf(settings.model)].filter(
    (each): each is [string, Attention<string>] => each[1] instanceof Attention,
  )
  if (all.length === 0)
    throw new Error(
      'circuits: the model has no attention, so that it has no heads. What it says is its direct path, W_E · W_U: see tokenTables.',
    )
  const found: HeadWeights[] = []
  const known: HeadLabel[] = []
  const isMeant = ({ layer, head, part }: HeadLabel, by: HeadChoice): boolean =>
    layer === (by.layer ?? layer) && head === (by.head ?? head) && part === (by.part ?? part)
  for (const [path, attention] of all) {
    const labels = Array.from({ length: countOf(attention) }, (_, head) => headLabelOf(path, head))
    known.push(...labels)
    if (chosen && !labels.some((label) => chosen.some((by) => isMeant(label, by)))) continue
    const heads = await headsOf(settings, attention, path)
    found.push(...heads.filter((head) => !chosen || chosen.some((by) => isMeant(head, by))))
  }
  const lacking = chosen?.find((by) => !found.some((head) => isMeant(head, by)))
  if (lacking) throw new Error(`circuits: ${lackOf(lacking, known)}`)
  return found
}

/** The part, layer or head of a choice that a model does not have, and what it has. */
function lackOf({ layer, head, part }: HeadChoice, known: readonly HeadLabel[]): string {
  const inPart = known.filter((each) => each.part === (part ?? each.part))
  if (inPart.length === 0) return `there is no ${part} attention; leave "${part}" out.`
  const inLayer = inPart.filter((each) => each.layer === (layer ?? each.layer))
  const own = part === undefined ? 'the model' : `its ${part} attention`
  if (inLayer.length === 0) return `there is no layer ${layer}; ${own} has ${numbersOf('layer', inPart)}.`
  const where = layer === undefined ? own : `layer ${layer} of ${own}`
  return `there is no head ${head}; ${where} has ${numbersOf('head', inLayer)}.`
}

/** The numbers that labels have, in words. */
function numbersOf(name: 'layer' | 'head', labels: readonly HeadLabel[]): string {
  const numbers = labels.map((label) => label[name])
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? `one, ${name} ${most}` : `${name}s ${least} to ${most}`
}

/** True if a model has attention, and so heads. */
export const hasHeads = (model: AnyModel): boolean => [...partsOf(model)].some(([, part]) => part instanceof Attention)

/** The number of heads of attention. */
function countOf({ query, key, value, output }: Attention<string>): number {
  const along = ({ axes }: Node): number =>
    axes.reduce((count, { name, size }) => (name === 'head' || name === 'group' ? count * size : count), 1)
  return Math.max(1, ...[query, key, value, output].map((each) => (each ? along(each.weight) : 1)))
}

/** A pass over one place along each axis. */
export function passOfOne(model: AnyModel) {
  const sizes = Object.values(model.reads).flatMap(({ axes }) => Object.keys(axes).map((name) => [name, 1] as const))
  const { outputs: ends, names } = passOf(model, Object.fromEntries(sizes))
  return { ends, names }
}

async function headsOf(
  { model, engine, basis, offset }: CircuitSettings,
  attention: Attention<string>,
  path: string,
): Promise<HeadWeights[]> {
  const { positions } = attention
  if (offset !== undefined && !positions?.turned)
    throw new Error(
      `circuits: an offset of ${offset} was asked for, but nothing turns the queries and keys of ${path} by their places. Leave it out.`,
    )
  const pass = { engine, ...passOfOne(model) }
  const norm = basis === 'folded' ? await readingNorm(pass, attention, path) : undefined
  const read = await projections(pass, attention, norm)
  const gains = basis === 'folded' ? await keyGains(pass, attention) : undefined
  const [query, key] = [scaledBy(read.query, gains?.query), scaledBy(read.key, gains?.key)]
  const met =
    offset !== undefined && positions ? await turnedBy(engine, positions, { query, key }, offset) : { query, key }
  const count = countOf(attention)
  const shared = <T>(of: readonly T[], head: number): T => of[Math.floor((head * of.length) / count)]
  return Array.from({ length: count }, (_, head) => ({
    ...headLabelOf(path, head),
    query: shared(met.query, head),
    key: shared(met.key, head),
    value: shared(read.value, head),
    output: shared(read.output, head),
    biases: {
      query: shared(read.biases.query, head),
      key: shared(read.biases.key, head),
      value: shared(read.biases.value, head),
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

/** The label of a head of the attention, or of any other part, with this path. */
export function headLabelOf(path: string, head: number): HeadLabel {
  const names = path.split('.')
  const layer = Number(names.find((name) => /^\d+$/.test(name)) ?? 0)
  const half = names.find((name) => name === 'encoder' || name === 'decoder')
  const part = names.at(-1) === 'cross' ? 'cross' : half
  return { layer, head, ...(part !== undefined && { part: part as 'encoder' | 'decoder' | 'cross' }), address: path }
}
