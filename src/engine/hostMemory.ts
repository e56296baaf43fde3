// Memory that JavaScript sees, in which an engine may keep its parameters.

import type { Node } from '../tensor/node.ts'
import type { Lent } from './lent.ts'
import type { StorageType } from './storage.ts'

/** Where an engine keeps its parameters. */
export interface HostMemory {
  /**
   * All of a parameter's memory as it lies now, with what pads its last row: zeros, as f32, where it was neither kept nor used
   * before.
   */
  of(parameter: Node): Lent
  keep(parameter: Node, type: StorageType): void
  forget(parameter: Node): void
  /** True if it may be moved while somebody waits: then what is lent is a copy. */
  readonly moves: boolean
}
