// Comparing two runs of one model, or one run on two engines: in the order of the forward pass, the first weight or value that differs, and
// how far apart the two are at every address.

import type { Engine } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/reads.ts'
import { describeAxes } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Node } from '../../tensor/node.ts'
import { read } from '../read.ts'
import { type Apart, apart } from './distance.ts'

/** A model, and the engine that holds its weights. */
export interface ComparedRun {
  readonly model: AnyModel
  readonly engine: Engine
}

/** The distance of two runs at one address. */
export interface Distance extends Apart {
  readonly address: string
  readonly kind: 'weight' | 'value'
}

export interface RunComparison {
  /** True where no bit differs anywhere. */
  readonly isEqual: boolean
  /** The first address, in the order of the forward pass, at which the runs differ. */
  readonly first?: Distance
  readonly distances: readonly Distance[]
}

/**
 * The distance of two runs at every address, weights and values of the forward pass over one example, each weight before the first
 * value that is made of it.
 *
 * - `a`, `b`: two runs of one shape; the same model twice, on two engines, compares these
 *
 * Throws where one has an address or an axis that the other lacks.
 */
export async function compareRuns({
  a,
  b,
  inputs,
}: {
  readonly a: ComparedRun
  readonly b: ComparedRun
  readonly inputs: InputValues
}): Promise<RunComparison> {
  const [ours, theirs] = [namedIn(a.model, inputs), namedIn(b.model, inputs)]
  checkAlike(ours, theirs)
  const addresses = [...ours].filter(([, node]) => node.operation.kind !== 'parameter').map(([address]) => address)
  const [seenA, seenB] = [await read({ ...a, inputs, addresses }), await read({ ...b, inputs, addresses })]
  const distances: Distance[] = []
  for (const [address, node] of ours) {
    const other = theirs.get(address) ?? node
    const isWeight = node.operation.kind === 'parameter'
    const one = isWeight ? await a.engine.get(node) : (seenA.get(address)?.data ?? [])
    const two = isWeight ? await b.engine.get(other) : (seenB.get(address)?.data ?? [])
    distances.push({ address, kind: isWeight ? 'weight' : 'value', ...apart(address, node.axes, one, two) })
  }
  const first = distances.find(({ different }) => different > 0)
  return { isEqual: first === undefined, ...(first && { first }), distances }
}

/** The weights and values by their addresses, in the order in which the forward pass comes to them. */
function namedIn(model: AnyModel, inputs: InputValues): Map<string, Node> {
  const sizes = sizesOfValues('compare', model.reads, inputs)
  const { names } = passOf(model, sizes, Object.keys(givenOf(inputs)))
  const values = [...names.values.values()].filter(({ operation }) => operation.kind !== 'parameter')
  return new Map(
    graphOf(values).flatMap((node) => {
      const address = names.addressOf(node)
      return address === undefined ? [] : [[address, node] as const]
    }),
  )
}

function checkAlike(ours: ReadonlyMap<string, Node>, theirs: ReadonlyMap<string, Node>): void {
  for (const address of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, two] = [ours.get(address), theirs.get(address)].map((node) => node && describeAxes(node.axes))
    if (one === two) continue
    throw new Error(
      `compare: the runs have other shapes: ${address} is ${one ?? 'missing'} in the first and ${two ?? 'missing'} in the second. Give two runs of one architecture and size.`,
    )
  }
}
