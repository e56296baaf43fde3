// What the path of a value says of where it is made: in which part of the model, and in which block; and values found by their own name.

import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'

/** The path of the part that makes a value: that of the value without its own name; '' for the model itself. */
export const partOfPath = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')))

/** The number of the block: the first number on the path; undefined outside of blocks. */
export function layerOfPath(path: string): number | undefined {
  const layer = path.split('.').find((name) => /^\d+$/.test(name))
  return layer === undefined ? undefined : Number(layer)
}

/** The last value with this own name, in whatever part: "logits", "classes", "embedded". In a model of two halves it is the second's. */
export function lastNamed(names: Names, own: string): { readonly path: string; readonly node: Node } | undefined {
  const [path, node] = [...names.values].findLast(([each]) => each === own || each.endsWith(`.${own}`)) ?? []
  return path !== undefined && node ? { path, node } : undefined
}
