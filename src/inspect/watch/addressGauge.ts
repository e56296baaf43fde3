// Any value while it learns, by its address: its numbers, or their length or mean, on one example.

import { runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { givenOf } from '../../model/inputValues.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { mean, sqrt } from '../../tensor/primitives.ts'
import { addressesIn } from '../asked.ts'
import type { Looked } from './looked.ts'
import { squareOf } from './norms.ts'
import type { Gauge, Watched } from './watched.ts'

/** An address, and what is asked of its value: all numbers, √Σ x², or their mean. */
export interface AddressAsked {
  readonly score: 'value' | 'norm' | 'mean'
  readonly address: Address
}

/** Values of a pass over the example. Throws for an address that is not there, naming the nearest. */
export function addressGauge({ engine, inputs }: Looked, names: Names, asked: readonly AddressAsked[]): Gauge {
  const found = asked.flatMap(({ score, address }) =>
    addressesIn(names, [address], 'watch').map((each) => {
      const value = placed(names.valueAt(each.path), each.at ?? {})
      return { watched: watchedOf(score, each, value), node: reduced(score, value) }
    }),
  )
  const outputs = Object.fromEntries(found.map(({ node }, i) => [`${i}`, node]))
  const programs = new Programs(engine)
  return {
    watched: found.map(({ watched }) => watched),
    async look() {
      const program = await programs.get('values', () => ({ outputs, names }))
      await runWith(program, givenOf(inputs))
      const numbers: number[] = []
      for (const name of Object.keys(outputs)) for (const value of (await program.read(name)).data) numbers.push(value)
      return numbers
    },
    close: () => programs.close(),
  }
}

function watchedOf(score: AddressAsked['score'], address: Address, { axes }: Node): Watched {
  const labels = { score, unit: 'value', address: addressText(address) }
  if (score !== 'value') return labels
  // One example is no batch.
  return { ...labels, axes: axes.filter(({ name }) => name !== 'batch' || sizeOf(axes, name) > 1) }
}

function reduced(score: AddressAsked['score'], node: Node): Node {
  if (score === 'norm') return sqrt(squareOf(node) as Tensor)
  const over = node.axes.map(({ name }) => name)
  return score === 'mean' && over.length > 0 ? mean(node as Tensor, ...over) : node
}
