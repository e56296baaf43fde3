// Passes: one way through a model, from inputs to outputs, as a graph with its names.
//
//   const { outputs: logits, names } = trace(model, () => model.logits(ids))
//   names.valueAt('blocks.3.attention.pattern')
//
// While a pass is built, each part says which of its values matter: `see(this, { query, mixed })` gives them the addresses
// `blocks.3.attention.query` and `blocks.3.attention.mixed`. Models begin a pass by themselves where none is being built, so that
// errors can tell the place.

import { Names, partsOf } from './names.ts'
import { Node } from './node.ts'

/** The outputs of a pass, and the names of the values on the way. */
export interface Pass<Outputs> {
  readonly outputs: Outputs
  readonly names: Names
}

/** The pass that is being built. Building is synchronous, so there is one at most; passes within it take turns. */
let building: Building | undefined

/**
 * Builds a pass through a model: values are named by their paths from it. Within a pass through a model that this one is a part
 * of, it belongs to that pass.
 */
export function trace<Outputs>(model: object, build: () => Outputs): Pass<Outputs> {
  const around = building
  if (around?.holds(model)) return { outputs: build(), names: around.names }
  const own = new Building(model)
  building = own
  try {
    return { outputs: build(), names: own.names }
  } finally {
    building = around
  }
}

/** Gives values that were made in a part their names: <path of the part>.<name>. Gives them back. */
export function see<V extends Readonly<Record<string, Node>>>(part: object, values: V): V {
  if (building) for (const [name, value] of Object.entries(values)) building.name(name, value, part)
  return values
}

/** The names in the pass that is being built. */
export const namesHere = (): Names | undefined => building?.names

/** The path of a part in the pass that is being built; '' outside of any. */
export const pathHere = (part: object): string => building?.pathOf(part) ?? ''

class Building {
  readonly names = new Names()
  /** For every part the paths of all places where it stands. */
  readonly #paths = new Map<object, string[]>()
  /** The number of times that each part has named a value so. */
  readonly #named = new Map<object, Map<string, number>>()

  constructor(model: object) {
    for (const [path, part] of partsOf(model)) {
      const known = this.#paths.get(part)
      if (known) known.push(path)
      else {
        this.#paths.set(part, [path])
        if (part instanceof Node) this.#nameWeight(part, path)
      }
    }
  }

  holds(part: object): boolean {
    return this.#paths.has(part)
  }

  pathOf(part: object): string {
    return this.#pathsOf(part)[0]
  }

  /** A part that stands in several places is applied in one after the other: each time it names values, it is the next of them. */
  name(name: string, value: Node, part: object): void {
    const paths = this.#pathsOf(part)
    const named = this.#named.get(part) ?? new Map<string, number>()
    this.#named.set(part, named)
    const times = named.get(name) ?? 0
    named.set(name, times + 1)
    this.names.give(name, value, paths[Math.min(times, paths.length - 1)])
  }

  #nameWeight(weight: Node, path: string): void {
    const end = path.lastIndexOf('.')
    this.names.give(path.slice(end + 1), weight, path.slice(0, Math.max(0, end)))
  }

  #pathsOf(part: object): readonly string[] {
    const paths = this.#paths.get(part)
    if (paths) return paths
    throw new Error(
      `pass: a part of the kind ${part.constructor.name} is no field of the model, so that its values have no path. ` +
        'Make it a field of the model, or of one of its parts.',
    )
  }
}
