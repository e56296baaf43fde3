// The edges of a model: who writes into the stream, who reads it, and which writers stand before which reader.
//
//   writers   the token's row, each head, each MLP
//   readers   the queries, keys and values of each head, each MLP, the logits
//
// No architecture is asked. A reader is followed back through the graph to the stream that it reads, before its norm; the summands of
// that stream are its writers. What is the same whatever the text says, positions and biases, writes nothing that a patch could change.

import { isInput } from '../../engine/engine.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { type Axis, hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { contract, expand, multiply } from '../../tensor/primitives.ts'
import { axesNamed } from '../layout.ts'
import { lastNamed } from '../paths.ts'
import { isNumber, isWeight, numberOf, sides } from '../stream/forms.ts'
import { type FoundNorm, normOf } from '../stream/norms.ts'
import { labelOf } from '../stream/parts.ts'
import { answersOf } from '../stream/readout.ts'
import { streamStates } from '../stream/states.ts'
import { type Summand, summandsOf } from '../stream/summands.ts'
import { type AddressLabel, labelOfAddress } from './labels.ts'
import { headPlaces, writersOf } from './writers.ts'

/** A writer or a reader: one end of an edge. */
export interface EdgeEnd extends AddressLabel {
  /** The address of what it writes, or of what it makes of the stream that it reads. */
  readonly address: string
  /** Of a head that reads: what it makes of the stream. Heads that share keys and values have one of each together. */
  readonly reads?: 'query' | 'key' | 'value'
}

/** Writers that the graph computes together: the heads of an attention, or one MLP. */
export interface WriterGroup {
  readonly ends: readonly EdgeEnd[]
  /** The axes along which the writers lie; none where it is one. */
  readonly along: readonly Axis[]
  readonly summand: Summand
  /** The address of the value that says what it writes, for its gradient. */
  readonly path: string
}

/** Readers that the graph computes together: the queries of an attention, or one MLP. */
export interface ReaderGroup {
  readonly ends: readonly EdgeEnd[]
  /** The axes along which the readers lie; none where it is one. */
  readonly along: readonly Axis[]
  readonly value: Node
  /** The stream that is read, before the norm, and the norm. */
  readonly stream: Node
  readonly norm: FoundNorm | undefined
  /** The numbers of the groups that write into that stream. */
  readonly writers: readonly number[]
}

/** All writers and readers of a pass. */
export interface StreamEdges {
  readonly writers: readonly WriterGroup[]
  readonly readers: readonly ReaderGroup[]
}

/** The edges of a pass. Throws for a model whose stream is no sum from the embeddings to the logits. `asker`: who asks, for messages. */
export function streamEdges(names: Names, asker: string): StreamEdges {
  const states = new Set(streamStates(names, asker).map(({ node }) => node))
  // What an attention adds stands under "output", whatever its heads are called by.
  const adders = new Map(
    writersOf(names).map(({ address: { path } }) => [path.replace(/mixed$/, 'output'), names.valueAt(path)] as const),
  )
  const writers: WriterGroup[] = []
  const numbers = new Map<string, number>()
  const known = new Map<Node, readonly number[]>()
  const writersInto = (stream: Node): readonly number[] => {
    const found = summandsOf(stream, names, 'heads').flatMap((summand) => {
      if (!graphOf([summand.node]).some(isInput)) return []
      checkSum(summand, adders, asker)
      const key = summand.address === undefined ? `${summand.node.id}` : `${summand.part} ${summand.address}`
      const number = numbers.get(key) ?? writers.push(writerGroup(summand, names)) - 1
      numbers.set(key, number)
      checkSame(summand, writers[number].summand, asker)
      return [number]
    })
    known.set(stream, found)
    return found
  }
  const readers = readingValues(names, asker).map(([path, value, reads]): ReaderGroup => {
    const read = streamRead(value, states)
    if (!read)
      throw new Error(`${asker}: ${path} reads no stream that could be followed. Patch values instead of edges.`)
    const along = reads === undefined ? [] : headAxes(value.axes)
    const label = reads === undefined ? {} : { reads }
    return {
      ...read,
      value,
      along,
      ends: headPlaces(along).map((at) => ({ ...endOf({ path, ...(at && { at }) }, value.axes), ...label })),
      writers: known.get(read.stream) ?? writersInto(read.stream),
    }
  })
  return { writers, readers }
}

/** The writes of a group: along "batch", the axes of the group, "position" and "model". */
export function writesOf({ summand: { node, product }, along }: WriterGroup, like: readonly Axis[]): Node {
  const [batch, ...rest] = like
  const axes = [batch, ...along, ...rest]
  if (!product || along.length === 0) return expand(node, axes)
  const { x, weight, factor, scale } = product
  const over = x.axes.filter(({ name }) => hasAxis(weight.axes, name) && !hasAxis(along, name)).map(({ name }) => name)
  const written = multiply(contract(x, weight, over) as Tensor, factor)
  return expand(scale ? multiply(written, scale as Tensor) : written, axes)
}

/** The values that are made of the stream, and of heads which ones. */
function readingValues(names: Names, asker: string): (readonly [string, Node, EdgeEnd['reads']])[] {
  const parts = [...names.values].flatMap(([path, node]): (readonly [string, Node, EdgeEnd['reads']])[] => {
    const [, part, name] = /(?:^|\.)\d+\.(\w+)\.(query|key|value|output)$/.exec(path) ?? []
    if (name === 'output') return part === 'mlp' ? [[path, node, undefined]] : []
    return name === undefined ? [] : [[path, node, name as 'query' | 'key' | 'value']]
  })
  // A classifier's answers are read where it reads them: those at other positions are no part of its pass.
  const { address } = answersOf(names, asker)
  return [...parts, [address, names.valueAt(address), undefined]]
}

/** The stream behind a value: what goes into the norm before it, or the state itself where there is none. Undefined for several. */
function streamRead(
  value: Node,
  states: ReadonlySet<Node>,
): { readonly stream: Node; readonly norm: FoundNorm | undefined } | undefined {
  const found = new Map<Node, FoundNorm | undefined>()
  const seen = new Set<Node>()
  const stack = [value]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const norm = hasAxis(node.axes, 'model') ? normOf(node) : undefined
    if (norm) found.set(norm.input, norm)
    else if (states.has(node)) found.set(node, undefined)
    else stack.push(...node.inputs)
  }
  const [only, ...more] = found
  return only && more.length === 0 ? { stream: only[0], norm: only[1] } : undefined
}

function writerGroup(summand: Summand, names: Names): WriterGroup {
  const { product, address = '' } = summand
  const mixed = product && names.addressOf(product.x)
  const value = names.values.get(address)
  // A row of a table has no value of its own, and patches are read as the stream that they begin: what it is for the text is what goes into
  // the first block.
  const start = embeddedPath(names)
  const isBefore =
    value === undefined || value.operation.kind === 'parameter' || leadsTo(value, names.values.get(start))
  const path = mixed ?? (isBefore ? start : address)
  if (!product) return { summand, path, along: [], ends: [{ ...labelOf(summand), address }] }
  const along = headAxes(product.x.axes)
  const ends = headPlaces(along).map((at) => endOf({ path: mixed ?? address, ...(at && { at }) }, product.x.axes))
  return { summand, path, along, ends }
}

/** The path of the value with which the stream begins, in a model that may be a part of another. */
export const embeddedPath = (names: Names): string => lastNamed(names, 'embedded')?.path ?? 'embedded'

/** True for a value that another one is made of. */
const leadsTo = (value: Node, end: Node | undefined): boolean =>
  end !== undefined && end !== value && graphOf([end]).includes(value)

const endOf = (address: Address, axes: readonly Axis[]): EdgeEnd => ({
  ...labelOfAddress(address, axes),
  address: addressText(address),
})

const headAxes = (axes: readonly Axis[]): readonly Axis[] => axesNamed(axes, ['head', 'group'])

/** Throws where a writer reaches one reader otherwise than another: then it has no one write. */
function checkSame(summand: Summand, first: Summand, asker: string): void {
  if (wayOf(summand.node) === wayOf(first.node)) return
  throw new Error(
    `${asker}: what ${first.address ?? first.part} writes is changed in the stream, before some of its readers and behind others. Leave out what changes the stream, or patch values instead of edges.`,
  )
}

/** The steps from a value to what is added, in one text for the same steps. */
function wayOf(node: Node): string {
  const { id, operation, inputs } = node
  const [input, other] = inputs
  if (operation.kind === 'rename' || operation.kind === 'window' || operation.kind === 'expand')
    return `${operation.kind} ${wayOf(input)}`
  if (operation.kind !== 'apply' || operation.function !== 'multiply') return `${id}`
  const [value, factor] = [input, other].toSorted((a, b) => Number(isNumber(a)) - Number(isNumber(b)))
  if (isNumber(factor)) return `${numberOf(factor)} · ${wayOf(value)}`
  const [scaled, scale] = sides(node, 'multiply', isWeight) ?? []
  return scaled && scale ? `${scale.id} · ${wayOf(scaled)}` : `${id}`
}

/** Throws for a summand that is neither a head nor an MLP, but made of some, as what a norm gives: they have no edges beyond it. */
function checkSum(
  { node, isNorm, address = 'value' }: Summand,
  adders: ReadonlyMap<string, Node>,
  asker: string,
): void {
  const values = new Set(adders.values())
  if (adders.has(address) || !graphOf([node]).some((each) => values.has(each))) return
  throw new Error(
    `${asker}: the stream is no sum from the embeddings on: ${isNorm ? `a norm stands in it, ${address} (post-norm)` : `"${address}" stands in it`}, so that no head reaches a later reader by itself. Patch values instead of edges.`,
  )
}
