// What lasts from run to run: parameters, inputs and tables, each with memory of its own.
//
//   inputs, tables   belong to the programs that use them
//   parameters       keep their numbers as long as anybody can reach them, or until they are forgotten and no program uses them

import type { Node } from '../../../tensor/node.ts'
import type { StorageType } from '../../storage.ts'
import { bytes } from '../target.ts'
import type { Arena } from './arena.ts'
import { copyIn } from './copies.ts'
import { Watch } from './unreachable.ts'

/** Where something lies. */
export interface LastingPlace {
  readonly address: number
  readonly bytes: number
  readonly type: StorageType
  /** The number of programs that use it. */
  users: number
  /** True if it goes with the last program that uses it. */
  isPassing: boolean
  /** True once its memory was given back. */
  isGone: boolean
}

export class Lasting {
  readonly #arena: Arena
  readonly #places = new WeakMap<Node, LastingPlace>()
  readonly #parameters = new Watch<LastingPlace>((place) => this.#lose(place))

  constructor(arena: Arena) {
    this.#arena = arena
  }

  find(node: Node): LastingPlace | undefined {
    const place = this.#places.get(node)
    return place?.isGone ? undefined : place
  }

  /** Where a node lies; it gets its memory when it is first asked for, and a type only then. */
  place(node: Node, type: StorageType = 'f32'): LastingPlace {
    const known = this.find(node)
    if (known) return known
    const { operation, axes } = node
    const size = bytes(axes, type === 'bf16' ? 2 : 4)
    const isParameter = operation.kind === 'parameter'
    const address = this.#arena.allocate(size)
    const place: LastingPlace = { address, bytes: size, type, users: 0, isPassing: !isParameter, isGone: false }
    this.#places.set(node, place)
    if (isParameter) this.#parameters.add(node, place)
    if (operation.kind === 'table') copyIn(this.#arena, address, axes, operation.values)
    return place
  }

  /** For one more program, until it leaves. */
  use(node: Node): LastingPlace {
    const place = this.place(node)
    place.users++
    return place
  }

  leave(place: LastingPlace): void {
    place.users--
    this.#settle(place)
  }

  /** Gives back what nobody uses; what is used goes with its last program. */
  forget(node: Node): void {
    const place = this.find(node)
    if (!place) return
    place.isPassing = true
    this.#settle(place)
  }

  /** Gives back what is lost already. */
  sweep(): void {
    this.#parameters.sweep()
  }

  /** Its node is lost, so that no new program can use it; one that still does is lost too. */
  #lose(place: LastingPlace): void {
    place.isPassing = true
    this.#settle(place)
  }

  #settle(place: LastingPlace): void {
    if (!place.isPassing || place.users > 0 || place.isGone) return
    place.isGone = true
    this.#parameters.delete(place)
    this.#arena.release(place.address, place.bytes)
  }
}
