// How each kind of operation stands to memory, in one table: a new kind has to say it before anything compiles.

import type { Node, Operation } from '../../tensor/node.ts'

/**
 * - `given`: memory of its own before anything runs
 * - `heavy`: a kernel of its own, which writes what it makes
 * - `view`: the input's memory, under other names of axes or as it is
 * - `repeated`: the input's memory, read anew along further axes
 * - `part`: one of the values that a definition has written
 * - `number`: computed from numbers at the same place, or from none
 * - `light`: computed where it is used
 */
type Standing = 'given' | 'heavy' | 'view' | 'repeated' | 'part' | 'number' | 'light'

const standings: Readonly<Record<Operation['kind'], Standing>> = {
  input: 'given',
  parameter: 'given',
  table: 'given',
  dot: 'heavy',
  defined: 'heavy',
  scatter: 'heavy',
  place: 'heavy',
  window: 'heavy',
  rename: 'view',
  stop: 'view',
  expand: 'repeated',
  part: 'part',
  constant: 'number',
  apply: 'number',
  index: 'light',
  random: 'light',
  reduce: 'light',
  gather: 'light',
}

/** The standing of a node, by the kind of its operation. */
export const standingOf = ({ operation: { kind } }: Node): Standing => standings[kind]

/** True where a node's cells are read from its input's memory. */
export function readsInput(node: Node): boolean {
  const standing = standingOf(node)
  return standing === 'view' || standing === 'repeated'
}
