// The parameters of an engine, in its arena.

import type { Node } from '../../../tensor/node.ts'
import { hostParameters, type Parameters } from '../../hostParameters.ts'
import type { Lent } from '../../lent.ts'
import { checkKept, type StorageType } from '../../storage.ts'
import { bytes, strides } from '../target.ts'
import { type Arena, ArenaFull } from './arena.ts'
import type { Lasting, LastingPlace } from './lasting.ts'

/** `makeRoom` gives back what is lost already: for a parameter that finds no room. */
export function arenaParameters(arena: Arena, lasting: Lasting, makeRoom: () => void): Parameters {
  const placeOf = (parameter: Node, type?: StorageType): LastingPlace => {
    try {
      return lasting.place(parameter, type)
    } catch (error) {
      if (!(error instanceof ArenaFull)) throw error
      makeRoom()
      return lasting.place(parameter, type)
    }
  }
  return hostParameters({
    of(parameter): Lent {
      const { type, address } = placeOf(parameter)
      const { axes } = parameter
      const count = bytes(axes, 1)
      const { buffer } = arena.memory
      return type === 'bf16'
        ? { type, data: new Uint16Array(buffer, address, count), strides: strides(axes) }
        : { type, data: new Float32Array(buffer, address, count), strides: strides(axes) }
    },
    keep(parameter, type) {
      checkKept(parameter, lasting.find(parameter)?.type, type)
      placeOf(parameter, type)
    },
    forget: (parameter) => lasting.forget(parameter),
    // Memory of one thread alone is another object whenever it has grown.
    moves: !arena.limits.shared,
  })
}
