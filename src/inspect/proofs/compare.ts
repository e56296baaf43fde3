// Comparing two runs of one model, or one run in two ways (two engines, two kinds of storage, with edits and without): in the order of the
// forward pass the first weight or value that differs, and how far apart the two are at every address; going back, the gradients too.

import type { Edited } from '../../edit/edit.ts'
import type { Values } from '../../engine/engine.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { needed } from '../../model/reads.ts'
import { cells, describeAxes, sizeOf } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Node } from '../../tensor/node.ts'
import { editedPass } from '../editedPass.ts'
import { logitsIn, readGradients } from '../gradients.ts'
import { read } from '../read.ts'
import { openPass } from '../shapes/opened.ts'
import { isWeight } from '../stream/forms.ts'
import { checkAllFit } from './allValues.ts'
import { type Apart, apart } from './distance.ts'

/** A model, the engine that holds its weights, and the edits with which it is run. */
export type ComparedRun = Edited<AnyModel>

/** The distance of two runs at one address. */
export interface Distance extends Apart {
  readonly address: string
  /** A weight; a value of the forward pass; ln p of what comes next, made of the logits; or the gradient of the text's loss there. */
  readonly kind: 'weight' | 'value' | 'ln p' | 'gradient'
}

/** An address at which two runs cannot be compared: the axes that each has there; undefined where it has no such thing. */
export interface Unlike {
  readonly address: string
  readonly a: string | undefined
  readonly b: string | undefined
}

export interface RunComparison {
  /** True where no bit differs anywhere. */
  readonly isEqual: boolean
  /** The first address, in the order of the forward pass, at which the runs differ. */
  readonly first?: Distance
  readonly distances: readonly Distance[]
  /** The addresses that only one of the runs has, or at which it has other axes. */
  readonly unlike: readonly Unlike[]
}

export interface CompareSettings {
  readonly a: ComparedRun
  readonly b: ComparedRun
  /** The example that both read. */
  readonly inputs: InputValues
  /** True where gradients are compared too: those of the loss of the text, mean −ln p(next token) in nats. */
  readonly gradient?: boolean | undefined
}

/**
 * The distance of two runs at every address that both have, weights and values of the forward pass over one example, each weight before
 * the first value that is made of it; then ln p of what comes next; then gradients, the last value's first.
 *
 * - `a`, `b`: two runs; the same model twice, on two engines or with other edits, compares these
 *
 * Runs of other shapes are compared where they are alike; what is not is told in `unlike`. Throws where nothing is alike, and for inputs that
 * one of them does not read.
 */
export async function compareRuns({ a, b, inputs, gradient = false }: CompareSettings): Promise<RunComparison> {
  checkReadsAlike(a.model, b.model)
  const [ours, theirs] = [namedIn(a.model, inputs), namedIn(b.model, inputs)]
  checkAllFit('compare', ours.values())
  const unlike = unlikeIn(ours, theirs)
  const apartAt = new Set(unlike.map(({ address }) => address))
  const common = new Map([...ours].filter(([address]) => !apartAt.has(address)))
  const values = [...common].filter(([, node]) => !isWeight(node)).map(([address]) => address)
  if (values.length === 0) throw nothingAlike(unlike)
  const [seenA, seenB] = [
    await read({ ...a, inputs, addresses: values }),
    await read({ ...b, inputs, addresses: values }),
  ]
  const distances: Distance[] = []
  for (const [address, node] of common) {
    if (isWeight(node)) {
      const [one, two] = [await a.engine.get(node), await b.engine.get(theirs.get(address) as Node)]
      distances.push({ address, kind: 'weight', ...apart(address, node.axes, one, two) })
    } else {
      const [one, two] = [seenA.get(address) as Values, seenB.get(address) as Values]
      distances.push({ address, kind: 'value', ...apart(address, one.axes, one.data, two.data) })
    }
  }
  const logits = values.findLast((address) => common.get(address)?.axes.some(({ name }) => name === 'vocab'))
  if (logits !== undefined)
    distances.push(likelihoods(logits, seenA.get(logits) as Values, seenB.get(logits) as Values))
  if (gradient) distances.push(...(await gradients(a, b, inputs, [...common.keys()])))
  const first = distances.find(({ different }) => different > 0)
  return { isEqual: first === undefined && unlike.length === 0, ...(first && { first }), distances, unlike }
}

function checkReadsAlike(a: AnyModel, b: AnyModel): void {
  const [ours, theirs] = [a, b].map(({ reads }) => needed(reads).toSorted().join(' and '))
  if (ours !== theirs)
    throw new Error(`compare: the first run reads ${ours}, the second ${theirs}. Give two runs that read the same.`)
}

/** The weights and values by their addresses, in the order in which the forward pass comes to them. */
function namedIn(model: AnyModel, inputs: InputValues): Map<string, Node> {
  const sizes = sizesOfValues('compare', model.reads, inputs)
  const { names } = passOf(model, sizes, Object.keys(givenOf(inputs)))
  const values = [...names.values.values()].filter((node) => !isWeight(node))
  return new Map(
    graphOf(values).flatMap((node) => {
      const address = names.addressOf(node)
      return address === undefined ? [] : [[address, node] as const]
    }),
  )
}

function unlikeIn(ours: ReadonlyMap<string, Node>, theirs: ReadonlyMap<string, Node>): Unlike[] {
  const axesAt = (nodes: ReadonlyMap<string, Node>, address: string): string | undefined => {
    const node = nodes.get(address)
    return node && describeAxes(node.axes)
  }
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((address) => ({ address, a: axesAt(ours, address), b: axesAt(theirs, address) }))
    .filter(({ a, b }) => a !== b)
}

function nothingAlike([{ address, a, b }]: readonly Unlike[]): Error {
  return new Error(
    `compare: the runs have no value of the same shape: ${address} is ${a ?? 'missing'} in the first and ${b ?? 'missing'} in the second. Give two runs that have some parts alike.`,
  )
}

/** The distance of ln softmax(logits): what both say of the next token, whatever is added to all logits of a position. */
function likelihoods(address: string, a: Values, b: Values): Distance {
  const name = `ln p of ${address}`
  return { address: name, kind: 'ln p', ...apart(name, a.axes, lnShares(a), lnShares(b)) }
}

function lnShares({ axes, data }: Values): Float64Array {
  const size = sizeOf(axes, 'vocab')
  const inner = cells(axes.slice(axes.findIndex(({ name }) => name === 'vocab') + 1))
  const found = new Float64Array(data.length)
  for (let start = 0; start < data.length; start++) {
    if (Math.floor(start / inner) % size !== 0) continue
    let [most, sum] = [-Infinity, 0]
    for (let i = 0; i < size; i++) most = Math.max(most, data[start + i * inner])
    for (let i = 0; i < size; i++) sum += Math.exp(data[start + i * inner] - most)
    for (let i = 0; i < size; i++) found[start + i * inner] = data[start + i * inner] - most - Math.log(sum)
  }
  return found
}

/** The distance of the gradients at those addresses of which the loss of both runs is made; the last of the forward pass comes first. */
async function gradients(
  a: ComparedRun,
  b: ComparedRun,
  inputs: InputValues,
  common: readonly string[],
): Promise<Distance[]> {
  const [ours, theirs] = [await leadingToLoss(a, inputs), await leadingToLoss(b, inputs)]
  const addresses = common.filter((address) => ours.has(address) && theirs.has(address)).toReversed()
  const [one, two] = [
    await readGradients({ ...a, inputs, addresses }),
    await readGradients({ ...b, inputs, addresses }),
  ]
  return addresses.map((address) => {
    const { axes, data } = one.gradients.get(address) as Values
    return { address, kind: 'gradient', ...apart(address, axes, data, (two.gradients.get(address) as Values).data) }
  })
}

/** The addresses of the weights and values on the way to the logits, with all edits done. */
async function leadingToLoss(run: ComparedRun, inputs: InputValues): Promise<Set<string>> {
  const names = await editedPass({ ...run, inputs }, 'compare')
  const { nodes, of } = openPass({ outputs: [logitsIn(names)], names })
  const all = new Set(nodes)
  return new Set([...names.values].flatMap(([address, node]) => (all.has(of(node)) ? [address] : [])))
}
