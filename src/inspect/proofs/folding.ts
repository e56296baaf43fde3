// Folding: other weights, with which a model says exactly the same. What follows a norm is multiplied by its gain anyway, so the gain may
// as well stand in the weights that read it; and so on:
//
//   norms         W ← gain · W, b ← b + shift · W, gain ← 1, shift ← 0; after a layer normalisation W loses the mean over "model" too:
//                 what is centred is at right angles to it
//   valueBiases   b_O ← b_O + Σ b_V · W_O, b_V ← 0: the shares of a position add up to 1
//   writers       W_E, W_pos, W_O, W_down and their biases lose their mean over "model", where nothing notices it (layer normalisations alone)
//   unembedding   W_U and b_U lose their mean over "vocab": all logits of a position are shifted alike
//
// Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Nanda's TransformerLens, `fold_ln` and those beside it. RMS norms
// have a gain alone. Everything is computed in double precision.

import type { Engine } from '../../engine/engine.ts'
import { Attention } from '../../model/attention.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Axis, cells, hasAxis } from '../../tensor/axes.ts'
import { partsOf } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { centre, scale, summed } from '../alongAxis.ts'
import { offsets } from '../layout.ts'
import { isWeight } from '../stream/forms.ts'
import { biasBeside, type FoldableGraph, foldableGraph, isAddition, weightOf, writersToStream } from './foldable.ts'

const foldingSteps = ['norms', 'valueBiases', 'writers', 'unembedding'] as const
export type FoldingStep = (typeof foldingSteps)[number]

/** A step of folding: the number of weights that it changed, or why it changed none. */
export interface FoldedStep {
  readonly step: FoldingStep
  readonly weights: number
  readonly reason?: string
}

/** The numbers of a folded model. */
export interface Folding {
  /** Weights with other numbers, row-major in the order of their axes. */
  readonly weights: ReadonlyMap<Node, Float64Array>
  /** The biases of products that had none, by the weight beside which each stands. */
  readonly biases: ReadonlyMap<Node, NewBias>
  /** The weight of the unembedding where it was the token embedding, which keeps numbers of its own. */
  readonly untied: { readonly embedding: Node; readonly data: Float64Array } | undefined
  readonly steps: readonly FoldedStep[]
}

export interface NewBias {
  readonly axes: readonly Axis[]
  readonly data: Float64Array
}

/**
 * The numbers of a model's weights, folded.
 *
 * - `steps`: those that are done, always in the same order; all if not given
 *
 * Throws for models that do not write on, and where a norm gives the stream itself (post-norm): what it multiplies is added on.
 */
export async function foldWeights({
  model,
  engine,
  steps = foldingSteps,
}: {
  readonly model: AnyModel
  readonly engine: Engine
  readonly steps?: readonly FoldingStep[] | undefined
}): Promise<Folding> {
  if (model.kind !== 'decoder')
    throw new Error(
      'folding: the model is no decoder, and its norms stand after the sum (post-norm): what they give is the stream itself. Fold a decoder with norms before its parts.',
    )
  const work = new Work(engine, foldableGraph(model))
  const done: FoldedStep[] = []
  for (const step of foldingSteps) if (steps.includes(step)) done.push(await work.fold(step, model))
  return { weights: work.weights, biases: work.biases, untied: work.untied, steps: done }
}

/** Numbers on the way from a model's weights to the folded ones. */
class Work {
  readonly weights = new Map<Node, Float64Array>()
  readonly biases = new Map<Node, NewBias>()
  untied: { readonly embedding: Node; readonly data: Float64Array } | undefined
  readonly #engine: Engine
  readonly #graph: FoldableGraph

  constructor(engine: Engine, graph: FoldableGraph) {
    this.#engine = engine
    this.#graph = graph
  }

  async fold(step: FoldingStep, model: AnyModel): Promise<FoldedStep> {
    const touched = new Set<Node>()
    const reason = await this[step](touched, model)
    return { step, weights: touched.size, ...(reason !== undefined && { reason }) }
  }

  async norms(touched: Set<Node>): Promise<string | undefined> {
    const { norms } = this.#graph
    if (norms.length === 0) return 'the model has no norms'
    const folded = new Set<Node>()
    for (const { gain, shift, isCentred, readers, address, value } of norms) {
      if (!readers) throw this.#notFoldable(value, address)
      const [gains, shifts] = [gain && (await this.#numbers(gain)), shift && (await this.#numbers(shift))]
      for (const weight of readers) {
        if (folded.has(weight)) continue
        folded.add(weight)
        this.#checkReadBy(weight, { gain, shift }, address)
        const data = await this.#reading(weight)
        if (shifts) await this.#addBias(weight, summed(weight.axes, data, 'model', shifts))
        if (gains) scale(weight.axes, data, 'model', gains)
        if (isCentred) centre(weight.axes, data, 'model')
        touched.add(weight)
      }
    }
    for (const { gain, shift } of norms) {
      if (gain) this.weights.set(gain, new Float64Array(cells(gain.axes)).fill(1))
      if (shift) this.weights.set(shift, new Float64Array(cells(shift.axes)))
      for (const each of [gain, shift]) if (each) touched.add(each)
    }
    return undefined
  }

  async valueBiases(touched: Set<Node>, model: AnyModel): Promise<string | undefined> {
    let found = 0
    for (const [, part] of partsOf(model)) {
      if (!(part instanceof Attention)) continue
      const { value, output } = part as Attention<string>
      if (!value || !output) continue
      const own: Node | undefined = value.bias
      const extra = this.biases.get(value.weight)
      if (!own && !extra) continue
      found++
      const bias = own ? await this.#numbers(own) : (extra as NewBias).data
      const axes = own ? own.axes : (extra as NewBias).axes
      const weight: Node = output.weight
      await this.#addBias(weight, through(weight.axes, await this.#numbers(weight), axes, bias))
      if (own) this.weights.set(own, new Float64Array(bias.length))
      else this.biases.delete(value.weight)
      touched.add(own ?? value.weight)
    }
    return found === 0 ? 'no values have a bias' : undefined
  }

  async writers(touched: Set<Node>): Promise<string | undefined> {
    const { weights, reason } = writersToStream(this.#graph)
    for (const weight of weights) {
      // What reads the stream keeps its numbers: they are not at right angles to 1.
      if (this.#readingUses(weight).length > 0 && !this.#isTable(weight))
        return `${this.#graph.names.addressOf(weight) ?? 'a weight'} both reads the stream and writes to it`
    }
    for (const weight of weights) {
      if (this.#readingUses(weight).length > 0) await this.#reading(weight)
      centre(weight.axes, await this.#numbers(weight), 'model')
      touched.add(weight)
      const extra = this.biases.get(weight)
      if (extra && hasAxis(extra.axes, 'model')) centre(extra.axes, extra.data, 'model')
    }
    return reason
  }

  async unembedding(touched: Set<Node>): Promise<string | undefined> {
    const { logits } = this.#graph
    const product = [logits, ...logits.inputs].find(
      (node) => weightOf(node) !== undefined && hasAxis(weightOf(node)?.axes ?? [], 'vocab'),
    )
    const weight = product && weightOf(product)
    if (!weight) return 'the logits are no product with a weight'
    centre(weight.axes, await this.#reading(weight), 'vocab')
    touched.add(weight)
    const bias = biasBeside(weight, this.#graph.users)
    const extra = this.biases.get(weight)
    if (bias) centre(bias.axes, await this.#numbers(bias), 'vocab')
    else if (extra) centre(extra.axes, extra.data, 'vocab')
    return undefined
  }

  /** The numbers of a weight as they are by now, to be changed in place. */
  async #numbers(node: Node): Promise<Float64Array> {
    const known = this.weights.get(node)
    if (known) return known
    const data = await doubles(this.#engine, node)
    this.weights.set(node, data)
    return data
  }

  /** The numbers of a weight that reads the stream: a copy of its own where it is a table of tokens too. */
  async #reading(weight: Node): Promise<Float64Array> {
    if (!this.#isTable(weight)) return this.#numbers(weight)
    this.untied ??= { embedding: weight, data: (await doubles(this.#engine, weight)).slice() }
    return this.untied.data
  }

  /** True for a table whose rows are looked up. */
  #isTable(weight: Node): boolean {
    return (this.#graph.users.get(weight) ?? []).some(({ operation }) => operation.kind === 'gather')
  }

  /** The products in which a weight reads the stream. */
  #readingUses(weight: Node): Node[] {
    return (this.#graph.users.get(weight) ?? []).filter(
      ({ operation }) => operation.kind === 'dot' && operation.over.includes('model'),
    )
  }

  /** Adds to the bias beside a weight; one that is not there yet is made. */
  async #addBias(weight: Node, more: NewBias): Promise<void> {
    const own = biasBeside(weight, this.#graph.users)
    const known = own ? { axes: own.axes, data: await this.#numbers(own) } : this.biases.get(weight)
    if (!known) this.biases.set(weight, more)
    else for (const [cell, value] of along(more, known.axes).entries()) known.data[cell] += value
  }

  #notFoldable(value: Node, address: string): Error {
    const { users, names } = this.#graph
    const own = users.get(value) ?? []
    const reader = own.map((user) => names.placeOf(user)).find((place) => place !== undefined)
    return new Error(
      own.some(isAddition)
        ? `folding: ${address} is the stream itself (post-norm): what the norm multiplies is added on, so that it cannot stand in the weights that read it. Fold value biases alone, or a model with norms before its parts.`
        : `folding: ${address} is read by ${reader ?? 'something'} as it is, not by a weight alone. Leave out the step "norms".`,
    )
  }

  /** Throws where a weight reads the stream in more than one way, through norms with other gains. */
  #checkReadBy(
    weight: Node,
    { gain, shift }: { gain: Node | undefined; shift: Node | undefined },
    address: string,
  ): void {
    const through = this.#graph.norms.flatMap(({ readers = [] }) => readers.filter((reader) => reader === weight))
    if (through.length < this.#readingUses(weight).length)
      throw new Error(
        `folding: the weight that reads ${address} reads something else too, without a norm. Leave out the step "norms".`,
      )
    const other = this.#graph.norms.find(
      (norm) => norm.readers?.includes(weight) && (norm.gain !== gain || norm.shift !== shift),
    )
    if (other)
      throw new Error(
        `folding: one weight reads both ${address} and ${other.address}, which have other gains. Leave out the step "norms".`,
      )
  }
}

/** The numbers of a weight in double precision, as exact as the engine has them. */
async function doubles(engine: Engine, node: Node): Promise<Float64Array> {
  if (!isWeight(node)) throw new Error('folding: only weights have numbers.')
  const exact = await engine.read(node, (lent) => (lent.type === 'f64' ? Float64Array.from(lent.data) : undefined))
  return exact ?? Float64Array.from(await engine.get(node))
}

/** A bias of values as the output gives it on: Σ over all axes but "model" of bias · W_O. */
function through(axes: readonly Axis[], data: Float64Array, of: readonly Axis[], bias: Float64Array): NewBias {
  const [left, right] = [axes.slice(0, -1), axes.slice(-1)]
  if (right[0].name !== 'model') throw new Error(`folding: attention's output gives ${right[0].name}, not "model".`)
  const sums = new Float64Array(right[0].size)
  for (const [row, at] of offsets(left, of).entries())
    for (let i = 0; i < sums.length; i++) sums[i] += data[row * sums.length + i] * bias[at]
  return { axes: right, data: sums }
}

/** Numbers in the order of other axes of the same names. */
const along = ({ axes, data }: NewBias, order: readonly Axis[]): Float64Array =>
  Float64Array.from(offsets(order, axes), (at) => data[at])
