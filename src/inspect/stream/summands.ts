// The summands of a value: a graph's additions, walked back from a node to what was added up there. The residual stream is such a
// sum: of the token's row, its position's, and what every attention and every MLP has added. No architecture is asked: whatever
// adds up is taken apart, and what does not stays whole.
//
// Heads and neurons are summands too. A product over several axes is a sum over each of them:
//
//   mixed · W_O = Σ_head mixed[head] · W_O[head]        hidden · W_down = Σ_neuron hidden[neuron] · W_down[neuron]

import { isInput } from '../../engine/engine.ts'
import { type Axis, hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { add, multiply } from '../../tensor/primitives.ts'
import { isNumber, isWeight, numberOf, sides } from './forms.ts'
import { normOf } from './norms.ts'

/**
 * The smallest parts into which a value is taken: what each part of the model adds, biases included; or each head of attention by
 * itself, and its bias; or each neuron too.
 */
export type Detail = 'parts' | 'heads' | 'neurons'

/** One of the values that are added up. */
export interface Summand {
  /** Its name in the field: token, position, attention, mlp, bias, … */
  readonly part: string
  /** The address of its value; of the weight where it is a row of one or a bias. */
  readonly address: string | undefined
  /** The value as it is added: with its axes, or fewer where it is the same everywhere. */
  readonly node: Node
  /** A product that is itself a sum: over each head, over each neuron. */
  readonly product?: SplitProduct | undefined
  /** True where the sum ends at a norm: what was added up before it cannot be told apart behind it. */
  readonly isNorm: boolean
}

/** factor · scale ⊙ Σ x · weight, a sum over the axes `along`. */
export interface SplitProduct {
  readonly x: Node
  readonly weight: Node
  readonly factor: number
  /** A learnt number for each place of what is written, where there is one (LayerScale). */
  readonly scale?: Node | undefined
  readonly along: readonly string[]
}

/** The summands of a value, in the order in which they are added up. `names`: those of the pass that it belongs to. */
export function summandsOf(value: Node, names: Names, detail: Detail): Summand[] {
  return new Walk(names, detail).summands(value)
}

/** A node that is no sum, and the steps between it and the sum that it is added to. */
interface Leaf {
  readonly node: Node
  /** The operations between the node and the sum, innermost first: factors, other names of axes. */
  readonly through: readonly Through[]
  /** The named value around it that is nearest. */
  readonly within: string | undefined
}

type Through = { readonly factor: number } | { readonly scale: Node } | { readonly node: Node }

class Walk {
  readonly #names: Names
  readonly #detail: Detail
  readonly #leaves = new Map<Node, readonly Leaf[]>()

  constructor(names: Names, detail: Detail) {
    this.#names = names
    this.#detail = detail
  }

  summands(value: Node): Summand[] {
    const made = this.#leavesOf(value).map((leaf) => this.#summand(leaf))
    // What is added twice is one summand, with both.
    const known = new Map<string, Summand>()
    for (const each of made) {
      const key = each.address === undefined ? `${each.node.id}` : `${each.part} ${each.address}`
      const other = known.get(key)
      const node = other ? add(other.node as Tensor, each.node as Tensor) : each.node
      known.set(key, other ? { ...other, node, product: undefined } : each)
    }
    return [...known.values()]
  }

  #leavesOf(node: Node): readonly Leaf[] {
    const known = this.#leaves.get(node)
    if (known) return known
    const address = this.#names.addressOf(node)
    const found = this.#apart(node).map((leaf) => ({ ...leaf, within: leaf.within ?? address }))
    const leaves = this.#staysWhole(address, found) ? [{ node, through: [], within: address }] : found
    this.#leaves.set(node, leaves)
    return leaves
  }

  /** A value with a name that is one thing and perhaps its bias is what a part adds: it stays whole, unless it is to be split. */
  #staysWhole(address: string | undefined, leaves: readonly Leaf[]): boolean {
    if (address === undefined || leaves.length === 0) return false
    const rest = leaves.filter(({ node }) => !isWeight(node))
    return rest.length <= 1 && !rest.some((leaf) => this.#splitOf(leaf))
  }

  #apart(node: Node): readonly Leaf[] {
    const alone: Leaf = { node, through: [], within: undefined }
    const { operation, inputs } = node
    const [a, b] = inputs
    const through = (input: Node, step: Through): Leaf[] =>
      this.#leavesOf(input).map((leaf) => ({ ...leaf, through: [...leaf.through, step] }))
    if (operation.kind === 'rename' || operation.kind === 'window' || operation.kind === 'expand')
      return through(a, { node })
    if (operation.kind !== 'apply') return [alone]
    switch (operation.function) {
      case 'add':
        return [...this.#leavesOf(a), ...this.#leavesOf(b)]
      case 'subtract':
        return [...this.#leavesOf(a), ...through(b, { factor: -1 })]
      case 'negate':
        return through(a, { factor: -1 })
      case 'multiply': {
        const [value, factor] = sides(node, 'multiply', isNumber) ?? []
        if (value && factor) return through(value, { factor: numberOf(factor) })
        const [scaled, scale] = scaledBy(node) ?? []
        return scaled && scale ? through(scaled, { scale }) : [alone]
      }
      case 'divide':
        return isNumber(b) ? through(a, { factor: 1 / numberOf(b) }) : [alone]
      default:
        return [alone]
    }
  }

  #splitOf({ node, through }: Leaf): SplitProduct | undefined {
    const { operation, inputs } = node
    if (operation.kind !== 'dot') return undefined
    const [x, weight] = isWeight(inputs[1]) ? inputs : inputs.toReversed()
    if (!isWeight(weight) || !hasAxis(x.axes, 'position')) return undefined
    if (through.some((step) => 'node' in step)) return undefined
    const factor = through.reduce((product, step) => ('factor' in step ? product * step.factor : product), 1)
    const scales = through.flatMap((step) => ('scale' in step ? [step.scale] : []))
    if (scales.length > 1) return undefined
    const { over } = operation
    const along = over.includes('value') ? over.filter((axis) => axis !== 'value') : over
    const isWanted = over.includes('value')
      ? this.#detail !== 'parts'
      : over.includes('hidden') && this.#detail === 'neurons'
    return isWanted && along.length > 0 ? { x, weight, factor, along, scale: scales[0] } : undefined
  }

  #summand(leaf: Leaf): Summand {
    const { node, through, within } = leaf
    const own = this.#names.addressOf(node)
    const address = own ?? within
    const found = { node: through.reduce(done, node), isNorm: normOf(node) !== undefined }
    const origin = originOf(node)
    if (isWeight(origin)) return { ...found, part: hasAxis(node.axes, 'position') ? 'position' : 'bias', address }
    if (origin.operation.kind === 'gather') {
      const { axis } = origin.operation
      const table = this.#names.addressOf(origin.inputs[0])
      return { ...found, part: rowNames[axis] ?? axis, address: table ?? address }
    }
    if (own === undefined && hasAxis(node.axes, 'position')) {
      const before = graphOf([node])
      const [weight, ...more] = before.filter(isWeight)
      const path = weight && more.length === 0 ? this.#names.addressOf(weight) : undefined
      // A learnt token that stands before all that is read, or places that nobody learnt.
      if (!before.some(isInput))
        return { ...found, part: tokenNames[partNameOf(path)] ?? 'position', address: path ?? address }
    }
    return { ...found, part: found.isNorm ? 'norm' : partNameOf(address), address, product: this.#splitOf(leaf) }
  }
}

/** The names of rows by the axis along which they are looked up. */
const rowNames: Readonly<Record<string, string>> = { vocab: 'token', position: 'position' }

/** The tokens of pictures that are no patches, by the part that has them. */
const tokenNames: Readonly<Record<string, string>> = {
  classToken: 'class token',
  distillationToken: 'distillation token',
}

/** `blocks.3.attention.output` → attention; a value of a block itself, or of the model, is called by its own name. */
export function partNameOf(address: string | undefined): string {
  const names = (address ?? 'value').split('.')
  const [own, part] = [names.at(-1) ?? 'value', names.at(-2)]
  return part === undefined || /^\d+$/.test(part) ? own : part
}

/** Behind factors and other names of axes. */
function originOf(node: Node): Node {
  const [value] = sides(node, 'multiply', isNumber) ?? (node.operation.kind === 'rename' ? node.inputs : [])
  return value ? originOf(value) : node
}

const done = (value: Node, step: Through): Node =>
  'factor' in step
    ? multiply(value as Tensor, step.factor)
    : 'scale' in step
      ? multiply(value as Tensor, step.scale as Tensor)
      : new Node(step.node.operation, [value], axesAfter(step.node, value))

/** A vector and the learnt numbers by which its places are multiplied (LayerScale); undefined for anything else, and for a norm's gain. */
export function scaledBy(node: Node): readonly [Node, Node] | undefined {
  const found = sides(node, 'multiply', isScale)
  return found && hasAxis(found[0].axes, 'model') && !normOf(node) ? found : undefined
}

/** True for a weight with a number for each place of a vector, and no other axis. */
const isScale = (node: Node): boolean => isWeight(node) && node.axes.map(({ name }) => name).join() === 'model'

/** The axes of an operation on another input: those that the input lacks were never there. */
const axesAfter = ({ axes, inputs: [former] }: Node, { axes: given }: Node): readonly Axis[] =>
  axes.filter(({ name }) => hasAxis(given, name) || !hasAxis(former.axes, name))
