// Whether a model of ours computes what transformers computed: values inside it, its loss, the gradient of every weight.
// For the stored fixtures (transformers.test.ts), and for fresh ones (tools/parity.ts).

import { weightSizes, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { cellCount, rearrange, stridesByName } from '../../src/checkpoint/rearrange.ts'
import { toCheckpoint } from '../../src/checkpoint/weights.ts'
import { tensorPlans, type WeightTable } from '../../src/checkpoint/weightTable.ts'
import type { Engine, Values } from '../../src/engine/engine.ts'
import { answerLoss } from '../../src/evaluate/loss.ts'
import { contrastive } from '../../src/evaluate/objective.ts'
import { Bert, ClassifyingBert } from '../../src/model/bert.ts'
import type { ClassifyingDeiT, DeiT, TeacherClassifyingDeiT } from '../../src/model/deit.ts'
import type { ClassifyingDinov2, Dinov2 } from '../../src/model/dinov2.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { type AnyModel, type DualEncoderModel, type LanguageModel, memoryOf } from '../../src/model/language.ts'
import { after, upTo } from '../../src/model/masks.ts'
import { ofPictures } from '../../src/model/pictureEncoder.ts'
import type { ClassifyingViT, ViT } from '../../src/model/vit.ts'
import { Whisper } from '../../src/model/whisper.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { graphOf } from '../../src/tensor/graph.ts'
import { isFixed, parametersOf } from '../../src/tensor/names.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { trace } from '../../src/tensor/pass.ts'
import {
  add,
  divide,
  index,
  input,
  less,
  maximum,
  multiply,
  rename,
  size,
  subtract,
  sum,
  table as tableOf,
} from '../../src/tensor/primitives.ts'
import { bareName, uniform } from './formula.ts'

/** Numbers, row by row. */
export interface Stored {
  readonly axes?: readonly string[]
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** What transformers made of a model and a batch. */
export interface Theirs {
  readonly batch: Readonly<Record<string, Stored>>
  /** By our addresses. */
  readonly values: Readonly<Record<string, Stored>>
  readonly loss: number
  /** By transformers' names: all numbers, or their sums with the formulas "first" and "second". */
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>
}

export interface Difference {
  readonly what: string
  readonly kind: 'logits' | 'states' | 'patterns' | 'loss' | 'gradients'
  /** The largest one, as a share of the number where that is above 1. */
  readonly largest: number
}

/** The models that can be judged: those that read tokens. */
type Judged = LanguageModel | Bert | ClassifyingBert

const isJudged = (model: AnyModel): model is Judged =>
  'logits' in model || model instanceof Bert || model instanceof ClassifyingBert

/** Where a model and transformers differ, and by how much. The engine holds the model's weights. */
export async function differences(
  engine: Engine,
  given: AnyModel,
  table: WeightTable,
  theirs: Theirs,
): Promise<Difference[]> {
  const [, , down, across] = theirs.batch.pixels?.shape ?? []
  const model = down === undefined ? given : ofPictures(given, { down, across })
  const { outputs: made, names: passNames } = trace(model, () => forward(model, theirs))
  const { results, loss } = made
  const inputs = Object.fromEntries(Object.entries(theirs.batch).map(([name, { values }]) => [name, values]))
  const found: Difference[] = []

  // Patterns open attention; what is fused must be seen to be right too. So they are asked for apart from the rest.
  for (const isPattern of [false, true]) {
    const addresses = Object.keys(theirs.values).filter((address) => address.endsWith('.pattern') === isPattern)
    const nodeOf = (address: string): Node => results[address] ?? passNames.valueAt(address)
    const program = await engine.compile({ outputs: Object.fromEntries(addresses.map((a) => [a, nodeOf(a)])) })
    await program.run(used(inputs, addresses.map(nodeOf)))
    for (const address of addresses) {
      const expected = theirs.values[address]
      const ours = inTheirOrder(await program.read(address), expected.axes ?? [])
      const largest = largestDifference(ours, expected.values, realCells(address, expected, theirs.batch))
      found.push({ what: address, kind: isPattern ? 'patterns' : isEnd(address) ? 'logits' : 'states', largest })
    }
  }

  const weights = parametersOf(model)
  const gradients = gradient(loss, [...weights.values()])
  const outputs = Object.fromEntries([...weights.keys()].map((path, i) => [path, gradients[i]]))
  const program = await engine.compile({ outputs: { loss, ...outputs } })
  await program.run(used(inputs, [loss, ...gradients]))
  const ourLoss = (await program.read('loss')).data
  found.push({ what: 'loss', kind: 'loss', largest: largestDifference(ourLoss, [theirs.loss]) })
  const values = new Map<string, Float32Array>()
  for (const path of weights.keys()) values.set(path, (await program.read(path)).data)
  const named = new Map(Object.entries(theirs.gradients).map(([name, numbers]) => [bareName(name), numbers]))
  const learnt = new Set([...weights].flatMap(([path, weight]) => (isFixed(weight) ? [] : [path])))
  const plans = tensorPlans(weightSizes(model), table).filter(({ parts }) => parts.some(({ path }) => learnt.has(path)))
  const names = new Set(plans.map(({ name }) => name))
  for (const [name, { data }] of toCheckpoint(withSizes(model, values), table)) {
    if (!names.has(name)) continue
    const expected = named.get(bareName(name))
    if (!expected) throw new Error(`differences: transformers has no gradient of ${name}.`)
    const ours = expected.length === data.length ? data : sums(data)
    found.push({ what: `gradient of ${name}`, kind: 'gradients', largest: largestDifference(ours, expected) })
  }
  return found
}

/** True for what comes out of a model, in none of its parts. */
const isEnd = (address: string): boolean => !address.includes('.')

interface Forward {
  readonly results: Readonly<Record<string, Node>>
  readonly loss: Tensor<never>
}

/** The forward pass over a batch as transformers was given it, and its loss. */
function forward(model: AnyModel, { batch, values }: Theirs): Forward {
  if (model.kind === 'dual-encoder') return forwardDual(model, batch)
  if ('pixels' in model.reads) return forwardPictures(model as PictureModel, batch, values)
  if (!isJudged(model)) throw new Error(`differences: a ${model.kind} of another class is not judged here.`)
  const [rows] = Object.values(batch)[0].shape
  const ids = (name: string, below: number): Tensor<'batch' | 'position'> =>
    input(name, { batch: rows, position: batch[name].shape[1] }, { below })
  const perRow = (name: string, below?: number): Tensor<'batch'> =>
    input(name, { batch: rows }, below === undefined ? {} : { below })
  const { vocab } = model.config
  const positions = batch.ids.shape[1]
  const meanOf = (logits: Node, targets: Node, over: 'vocab' | 'class'): Tensor<never> => {
    const { sum, count } = answerLoss({ logits, targets, over })
    return divide(sum, count)
  }

  if (model instanceof EncoderDecoder) {
    const keep = upTo(batch.source.shape[1], perRow('sourceLengths'))
    const encoded = model.encode(
      { source: rename(ids('source', model.config.sourceVocab), 'position', 'source') },
      { keep },
    )
    const logits = model.logits({ ids: ids('ids', vocab) }, { memory: memoryOf(encoded, keep) })
    return { results: { logits }, loss: meanOf(logits, ids('targets', vocab), 'vocab') }
  }
  if (model instanceof Whisper) {
    const frames = input('source', { batch: rows, frame: batch.source.shape[1], mel: model.config.mel })
    const logits = model.logits({ ids: ids('ids', vocab) }, { memory: memoryOf(model.encode({ source: frames })) })
    return { results: { logits }, loss: meanOf(logits, ids('targets', vocab), 'vocab') }
  }
  if (batch.padding) {
    const padding = perRow('padding')
    const here = maximum(subtract(index('position', positions), padding), 0)
    const places = batch.start ? add(here, perRow('start')) : here
    const logits = (model as LanguageModel).logits(
      { ids: ids('ids', model.reads.ids.below ?? vocab) },
      { keep: after(positions, padding), places },
    )
    return { results: { logits }, loss: meanOf(logits, ids('targets', vocab), 'vocab') }
  }
  const keep = upTo(positions, perRow('lengths'))
  const kinds = ids('kinds', (model.config as { kind: number }).kind)
  if (model instanceof ClassifyingBert) {
    const classes = model.classes({ ids: ids('ids', vocab), kinds }, { keep })
    return { results: { classes }, loss: meanOf(classes, perRow('labels', model.config.class), 'class') }
  }
  const encoder: object = model
  if (encoder instanceof Bert) {
    const states = encoder.states({ ids: ids('ids', vocab), kinds }, { keep })
    const isReal = less(index('position', positions), perRow('lengths'))
    const loss = divide(sumOf(multiply(multiply(states, isReal), like(states, 'states'))), rows * positions)
    if (!values.pooled) return { results: { states }, loss }
    const pooled = encoder.pooledFrom(states)
    return { results: { states, pooled }, loss: add(loss, sumOf(multiply(pooled, like(pooled, 'pooled')))) }
  }
  const logits = model.logits({ ids: ids('ids', vocab), kinds }, { keep })
  return { results: { logits }, loss: meanOf(logits, ids('targets', vocab), 'vocab') }
}

type PictureModel = ViT | ClassifyingViT | DeiT | ClassifyingDeiT | TeacherClassifyingDeiT | Dinov2 | ClassifyingDinov2

function forwardPictures(model: PictureModel, batch: Theirs['batch'], values: Theirs['values']): Forward {
  const [rows, channel, down, across] = batch.pixels.shape
  const pixels = input('pixels', { batch: rows, channel, down, across })
  if (model.kind === 'classifier') {
    const classes = model.classes({ pixels })
    const targets = input('labels', { batch: rows }, { below: model.config.class })
    const { sum, count } = answerLoss({ logits: classes, targets, over: 'class' })
    return { results: { classes }, loss: divide(sum, count) }
  }
  const states = model.states({ pixels })
  const loss = divide(sumOf(multiply(states, like(states, 'states'))), rows * size(states, 'position'))
  if (!values.pooled) return { results: { states }, loss }
  const pooled = model.pooledFrom(states)
  return { results: { states, pooled }, loss: add(loss, sumOf(multiply(pooled, like(pooled, 'pooled')))) }
}

function forwardDual(model: DualEncoderModel, { ids: { shape }, pixels }: Theirs['batch']): Forward {
  const [rows, channel, down, across] = pixels.shape
  const inputs = {
    ids: input('ids', { batch: rows, position: shape[1] }, { below: model.config.vocab }),
    pixels: input('pixels', { batch: rows, channel, down, across }),
  }
  const isReal = tableOf({ batch: rows }, new Array<number>(rows).fill(1))
  const { sum, count } = answerLoss(contrastive(model).answer({ ...inputs, isReal }))
  return { results: {}, loss: divide(sum, count) }
}

const sumOf = (x: Node): Tensor<never> => sum(x as Tensor, ...x.axes.map(({ name }) => name)) as Node as Tensor<never>

/** Numbers for the loss of a model that has none of its own, in the order of transformers' axes. */
function like({ axes }: Node, name: string): Tensor {
  const order = ['batch', 'position', 'model'].flatMap((each) => axes.filter((axis) => axis.name === each))
  const sizes = Object.fromEntries(order.map((axis) => [axis.name, axis.size]))
  return tableOf(sizes, [...uniform(name, cellCount(Object.values(sizes)))])
}

/** Those of the inputs that lead to these nodes. */
function used(inputs: Readonly<Record<string, ArrayLike<number>>>, ends: readonly Node[]) {
  const names = graphOf(ends).flatMap(({ operation }) => (operation.kind === 'input' ? [operation.name] : []))
  return Object.fromEntries(names.map((name) => [name, inputs[name]]))
}

/** Our numbers with the axes in their order; a query head is counted within the heads that share keys and values. */
export function inTheirOrder({ axes, data }: Values, order: readonly string[]): Float32Array {
  const sizes = Object.fromEntries(axes.map(({ name, size }) => [name, size]))
  const own = order.flatMap((name) => (name === 'head' ? ['head', 'group'] : [name])).filter((name) => name in sizes)
  if (own.length !== axes.length)
    throw new Error(`differences: (${Object.keys(sizes).join(', ')}) here, (${order.join(', ')}) in transformers.`)
  const from = stridesByName(sizes)
  const to = stridesByName(Object.fromEntries(own.map((name) => [name, sizes[name]])))
  const result = new Float32Array(data.length)
  const loops = own.map((name) => ({ size: sizes[name], strides: [from[name], to[name]] }))
  rearrange({ type: 'f32', data }, { type: 'f32', data: result }, loops)
  return result
}

/** Which cells are not of the padding: its own values mean nothing. */
function realCells(address: string, { axes = [], shape }: Stored, batch: Theirs['batch']): (cell: number) => boolean {
  const strides = shape.map((_, i) => cellCount(shape.slice(i + 1)))
  const placeOn = (axis: string, cell: number): number => {
    const i = axes.indexOf(axis)
    return i < 0 ? 0 : Math.floor(cell / strides[i]) % shape[i]
  }
  const isOfSource = address.startsWith('encoder.')
  const lengths = isOfSource ? batch.sourceLengths : batch.lengths
  if (!axes.includes('position') || !(lengths || batch.padding)) return () => true
  return (cell) => {
    const [row, position] = [placeOn('batch', cell), placeOn('position', cell)]
    return lengths ? position < lengths.values[row] : position >= batch.padding.values[row]
  }
}

export function largestDifference(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  isReal = (_: number) => true,
): number {
  if (ours.length !== theirs.length)
    throw new Error(`differences: ${ours.length} numbers here, ${theirs.length} in transformers.`)
  let largest = 0
  for (let i = 0; i < theirs.length; i++) {
    const difference = isReal(i) ? Math.abs(ours[i] - theirs[i]) / Math.max(1, Math.abs(theirs[i])) : 0
    // What is not a number is as far away as can be.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}

function sums(data: Float32Array): number[] {
  return ['first', 'second'].map((name) => {
    const weights = uniform(name, data.length)
    return data.reduce((sum, value, i) => sum + value * weights[i], 0)
  })
}
