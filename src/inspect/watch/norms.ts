// Norms of tensors and of parts: that of a part is that of all its tensors as one vector, √Σ of their squares.

import type { Program } from '../../engine/engine.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { multiply, sum } from '../../tensor/primitives.ts'
import type { Watched } from './watched.ts'

/** Tensors whose norm is one: a single one, or all in a part; without an address all of the model. */
export interface Group {
  readonly address: string | undefined
  readonly tensors: readonly string[]
}

/** The whole model, each part that has several tensors, and each tensor, in the order of the fields. */
export function normGroups(model: object): Group[] {
  const paths = [...parametersOf(model).keys()]
  const groups = new Map<string, string[]>([['', paths]])
  for (const path of paths) {
    const names = path.split('.')
    for (let length = 1; length <= names.length; length++) {
      const part = names.slice(0, length).join('.')
      groups.set(part, [...(groups.get(part) ?? []), path])
    }
  }
  return [...groups]
    .filter(([part, own]) => part === '' || own.length > 1 || own[0] === part)
    .map(([part, tensors]) => ({ address: part === '' ? undefined : part, tensors }))
}

/** The labels of a norm. */
export const watchedNorm = (score: string, unit: string, { address }: Group): Watched => ({
  score,
  unit,
  ...(address !== undefined && { address }),
})

/** Σ x² */
export function squareOf(node: Node): Node {
  const x = node as Tensor
  return sum(multiply(x, x), ...x.axes.map(({ name }) => name))
}

/** Σ x² of each. */
export const squaresOf = (nodes: ReadonlyMap<string, Node>): Record<string, Node> =>
  Object.fromEntries([...nodes].map(([path, node]) => [path, squareOf(node)]))

/** The numbers that a program gives under these names. */
export async function readSquares(program: Program, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const name of names) found.set(name, (await program.read(name)).data[0])
  return found
}

/** A tensor that the loss does not depend on adds nothing. */
export const sumOver = (squares: ReadonlyMap<string, number>, paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + (squares.get(path) ?? 0), 0)

/** The norm of each group from the squares of its tensors. */
export const normsOf = (groups: readonly Group[], squares: ReadonlyMap<string, number>): number[] =>
  groups.map(({ tensors }) => Math.sqrt(sumOver(squares, tensors)))
