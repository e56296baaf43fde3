// The spine of a cell: from a value down through functions of single numbers to the one sum, row or look-up that it is made of, where all
// else on the way is a number, a weight or a mask.
//
//   scores = where(source ≤ position, Σ query · key · 1/√16, −∞)      core Σ query · key, after · 1/√16, after kept

import type { Node } from '../../tensor/node.ts'
import { isSum, isUnchanged } from '../stream/forms.ts'
import type { CellValues, NodeCell } from './cellValues.ts'
import { recognised } from './recognised.ts'

/** A function on the way from the core to the cell. */
export interface SpineStep {
  /** The cell that it gives. */
  readonly at: NodeCell
  /** The place of the operand that comes from the core. */
  readonly main: number
}

export interface Spine {
  readonly core: NodeCell
  /** From the core upward. */
  readonly steps: readonly SpineStep[]
}

/** Takes cells apart into spines. */
export class Spines {
  readonly #isNamed: (node: Node) => boolean
  readonly #values: CellValues
  readonly #heavy = new Map<Node, boolean>()

  constructor(isNamed: (node: Node) => boolean, values: CellValues) {
    this.#isNamed = isNamed
    this.#values = values
  }

  /** The spine of a cell; one without steps where the cell itself is its core. */
  of(top: NodeCell): Spine {
    const steps: SpineStep[] = []
    let core = top
    for (;;) {
      const main = this.#mainOf(core)
      if (main === undefined) break
      steps.unshift({ at: core, main })
      core = this.#operand(core, main)
    }
    return { core, steps }
  }

  /** A cell of an operand, behind what only repeats it or names its axes anew. */
  #operand({ node, cell }: NodeCell, index: number): NodeCell {
    return this.behind(this.#values.operands({ node, cell })[index])
  }

  /** The cell behind renamings and repetitions, up to what has a name. */
  behind(from: NodeCell): NodeCell {
    let found = from
    while (!this.#isNamed(found.node) && isUnchanged(found.node)) {
      const next = this.#values.copied(found)
      if (!next) break
      found = { node: next.node, cell: next.cell }
    }
    return found
  }

  /** The operand of a function through which the spine goes on. */
  #mainOf(at: NodeCell): number | undefined {
    const { operation, inputs } = at.node
    if (operation.kind !== 'apply' || recognised(at.node)) return undefined
    if (operation.function === 'where') {
      const [condition] = this.#values.operands(at)
      const chosen = this.#values.of(condition) !== 0 ? 1 : 2
      return this.isHeavy(inputs[chosen]) ? chosen : undefined
    }
    const heavy = inputs.flatMap((input, i) => (this.isHeavy(input) ? [i] : []))
    if (heavy.length !== 1) return undefined
    const others = inputs.filter((_, i) => i !== heavy[0])
    return !isSum(at.node) || others.every((other) => this.#isOwn(other)) ? heavy[0] : undefined
  }

  /** True for what a sum, a row or a look-up without a name leads to. */
  isHeavy(node: Node): boolean {
    if (this.#isNamed(node)) return false
    const known = this.#heavy.get(node)
    if (known !== undefined) return known
    const { operation, inputs } = node
    const isCore = ['dot', 'reduce', 'gather', 'scatter', 'window', 'place'].includes(operation.kind)
    const heavy = isCore || inputs.some((input) => this.isHeavy(input))
    this.#heavy.set(node, heavy)
    return heavy
  }

  /** True for what belongs to the value that is made: a weight, a number known beforehand, or made of such alone. */
  #isOwn(node: Node): boolean {
    if (node.operation.kind === 'parameter') return true
    if (this.#isNamed(node)) return false
    return node.inputs.every((input) => this.#isOwn(input))
  }
}
