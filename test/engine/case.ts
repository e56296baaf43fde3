// What a case of the table is, and what most of them are made of.

import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import * as p from '../../src/tensor/primitives.ts'

/** The sizes of the axes a, b, c: rows, something between, and the last. */
export interface CaseSizes {
  readonly a: number
  readonly b: number
  readonly c: number
}

export interface Case {
  readonly name: string
  build(sizes: CaseSizes): { readonly outputs: Record<string, Node>; readonly updates?: Map<Node, Node> }
}

export type ABC = Tensor<'a' | 'b' | 'c'>
export const x = (sizes: CaseSizes, name = 'x'): ABC => p.input(name, { ...sizes })
export const positive = (sizes: CaseSizes): ABC => p.add(p.multiply(x(sizes), x(sizes)), 0.5)
export const bias = ({ c }: CaseSizes): Tensor<'c'> => p.input('bias', { c })
export const column = ({ a }: CaseSizes): Tensor<'a'> => p.input('column', { a })

/** Σ of all cells, each weighted differently, so that every gradient differs. */
function weighted(y: Node): Tensor<never> {
  let weights: Node = p.constant(0.3)
  y.axes.forEach(({ name, size }, i) => {
    weights = p.add(weights as Tensor, p.multiply(p.sin(p.multiply(p.index(name, size), 0.7 + i)), 0.5))
  })
  return p.sum(p.multiply(y as Tensor, weights as Tensor), ...y.axes.map(({ name }) => name)) as Node as Tensor<never>
}

/** The value and its gradients with respect to all inputs that have one. */
export const withGradients = (y: Node, ...of: Node[]): { outputs: Record<string, Node> } => ({
  outputs: { y, ...Object.fromEntries(gradient(weighted(y), of).map((g, i) => [`gradient${i}`, g])) },
})

export const unary = (name: string, f: (x: ABC) => Node): Case => ({
  name,
  build: (sizes) => {
    const input = x(sizes)
    return withGradients(f(input), input)
  },
})

export const binary = (name: string, f: (x: ABC, y: ABC) => Node): Case => ({
  name,
  build: (sizes) => {
    const [one, two] = [x(sizes), x(sizes, 'y')]
    return withGradients(f(one, two), one, two)
  },
})
