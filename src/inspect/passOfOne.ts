// The graph of a model, for who asks about its weights alone.

import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'

/** A pass over one place along each axis. */
export function passOfOne(model: AnyModel): { readonly ends: readonly Node[]; readonly names: Names } {
  const sizes = Object.values(model.reads).flatMap(({ axes }) => Object.keys(axes).map((name) => [name, 1] as const))
  const { outputs: ends, names } = passOf(model, Object.fromEntries(sizes))
  return { ends, names }
}
