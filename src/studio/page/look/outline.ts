// The outline of a model: its parts, and the values in them, from the addresses of all values.
//
//   ''  →  blocks.0  →  blocks.0.attention  →  blocks.0.attention.scores  →  one cell of it
//
// A part is a path that values lie below. What lies below a value, as its weight does, belongs to that value.

import type { AxisFacts, OutlineValue } from '../../talk/questions.ts'

/** Axes along which one thing is done several times: places on them stay when a value is opened. */
export const outerAxes: readonly string[] = ['head', 'group']

export class Outline {
  readonly values: readonly OutlineValue[]
  readonly #byPath: ReadonlyMap<string, OutlineValue>
  readonly #parts = new Map<string, string[]>()

  constructor(values: readonly OutlineValue[]) {
    this.values = values
    this.#byPath = new Map(values.map((value) => [value.address, value]))
    for (const { address } of values) this.#add(address)
  }

  valueAt(path: string): OutlineValue | undefined {
    return this.#byPath.get(path)
  }

  isPart(path: string): boolean {
    return this.#parts.has(path)
  }

  /** The parts and values right below a part, or the weights right below a value, in order. */
  childrenOf(path: string): readonly string[] {
    return this.#parts.get(path) ?? []
  }

  /** True where attention is followed by a norm that stands in the stream, and is not led by one of its own. */
  get isPostNorm(): boolean {
    const at = (name: RegExp): number => this.values.findIndex(({ address }) => name.test(address))
    return at(/ttentionNorm\.output$/) > at(/ttention\.query$/)
  }

  /** The size of an axis along which the values right in a part are done several times. */
  outerAxisOf(part: string): AxisFacts | undefined {
    for (const child of this.childrenOf(part)) {
      const value = this.valueAt(child)
      const axis =
        value?.kind === 'value' ? value.axes.find(({ name, size }) => name === 'head' && size > 1) : undefined
      if (axis) return axis
    }
    return undefined
  }

  #add(path: string): void {
    const parent = above(path)
    const known = this.#parts.get(parent)
    if (known?.includes(path)) return
    if (known) known.push(path)
    else this.#parts.set(parent, [path])
    if (parent !== '') this.#add(parent)
  }
}

/** `blocks.2` of `blocks.2.attention`, '' of `blocks.2`: a number belongs to the name before it. */
export function above(path: string): string {
  return path.replace(/(^|\.)[^.]+(\.\d+)*$/, '')
}

/** `block 2`, `attention`: the last name of a path, for a reader. */
export function nameOf(path: string): string {
  const [, name = path, number] = /(?:^|\.)([^.]+?)(?:\.(\d+))?$/.exec(path) ?? []
  if (path === '') return 'model'
  return number === undefined ? words(name) : `${words(name).replace(/s$/, '')} ${number}`
}

/** `attentionNorm` → `attention norm` */
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
