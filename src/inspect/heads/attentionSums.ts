// Attention as a sum: what its heads write, of which values, and what it is added to.
//
//   output_i = Σ_h Σ_j A_h[i, j] · v_h[j] W_O,h + b_O        pre-norm    x_i + output_i            the stream goes on as it is
//                                                           post-norm   norm(x_i + output_i)      the stream is normalised
//
// Found in the graph and not by architectures' names.

import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import type { PatternLayer } from '../patternLayers.ts'
import { type FoundNorm, normOf } from '../stream/norms.ts'
import { type SplitProduct, summandsOf } from '../stream/summands.ts'

/** An attention, taken apart. */
export interface AttentionSum {
  /** `blocks.0.attention` */
  readonly address: string
  readonly value: Node
  /** The product of what the heads mix with W_O; undefined where there is none: a single head, whose values are as wide as the stream. */
  readonly product: SplitProduct | undefined
  /** The stream that the output is added to; none where it looks at another text, or nothing is added. */
  readonly stream: Node | undefined
  /** The norm that stands after the sum. */
  readonly norm: FoundNorm | undefined
}

/** The attention of a layer, taken apart. Throws where an edit stands between its values and its output. */
export function attentionSum({ address: pattern, part }: PatternLayer, names: Names): AttentionSum {
  const address = pattern.slice(0, -'.pattern'.length)
  const [value, mixed, output] = ['value', 'mixed', 'output'].map((name) => names.valueAt(`${address}.${name}`))
  const isAlone = output.operation.kind === 'rename' && output.inputs[0] === mixed
  const product = isAlone
    ? undefined
    : summandsOf(output, names, 'heads').find((summand) => summand.product?.x === mixed)?.product
  if (!isMixture(mixed) || !(isAlone || product))
    throw new Error(
      `heads: ${address}.output is no longer made of the values that its heads look at. Leave out the edits of its mixed values and its output.`,
    )
  const sum = part === 'cross' ? undefined : sumWith(output, names)
  return {
    address,
    value,
    product,
    stream: sum?.inputs.find((input) => input !== output),
    norm: sum && normAfter(sum, address, names),
  }
}

/** True for what attention gives, whole or as its formula stands, and for nothing else that was put in its place. */
function isMixture({ operation, inputs: [input] }: Node): boolean {
  if (operation.kind === 'expand') return isMixture(input)
  if (operation.kind === 'dot') return operation.over.join() === 'source'
  return (
    operation.kind === 'part' && input.operation.kind === 'defined' && input.operation.definition.name === 'attention'
  )
}

/** The sum to which a value is added. */
const sumWith = (output: Node, names: Names): Node | undefined =>
  readersOf(output, names).find(({ operation }) => operation.kind === 'apply' && operation.function === 'add')

const readersOf = (value: Node, names: Names): Node[] =>
  graphOf([...names.values.values()]).filter(({ inputs }) => inputs.some((input) => input === value))

/** The norm of the same block that alone reads a sum: then the stream is normalised there. */
function normAfter(sum: Node, address: string, names: Names): FoundNorm | undefined {
  const block = address.slice(0, address.lastIndexOf('.') + 1)
  for (const [path, node] of names.values) {
    const norm = path.startsWith(block) ? normOf(node) : undefined
    if (norm?.input !== sum) continue
    const inside = new Set(graphOf([node], { has: (each) => each === sum }))
    return readersOf(sum, names).every((reader) => inside.has(reader)) ? norm : undefined
  }
  return undefined
}
