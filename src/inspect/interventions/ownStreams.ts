// Readers of the stream with a stream of their own: what is added to it, one reader reads and no other does.
//
//   reader = f(norm(stream))      →      f(norm(stream + change))      its norm computed anew, or with the number that it had
//
// The part of the graph between stream and reader is made anew for it. Heads that are computed together get streams that lie along
// their axes: a value that has no axis "head" gets one, until the product with the weights, which has it anyway.

import { type Axis, hasAxis } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { add } from '../../tensor/primitives.ts'
import { type NodeReplacement, replacing } from '../../tensor/replacing.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { withoutRows } from './inEveryRow.ts'
import type { ReaderGroup } from './streamEdges.ts'

/** The change of the stream of a group of readers, along "batch", the axes of the group, "position" and "model"; undefined for none. */
export type StreamChange = (reader: ReaderGroup, live: (node: Node) => Node) => Node | undefined

/**
 * The names of a pass in which every reader reads the stream with a change of its own.
 *
 * - `change`: it is given a function that says what stands for a node when all changes before it are done
 * - `isScaleHeld`: true if each norm keeps the number by which it divided before the change
 */
export function withOwnStreams(
  names: Names,
  readers: readonly ReaderGroup[],
  change: StreamChange,
  { isScaleHeld = false }: { readonly isScaleHeld?: boolean | undefined } = {},
): Names {
  const live = (node: Node): Node => rewriting.of(node)
  const reading = (reader: ReaderGroup): NodeReplacement => {
    return (value) => {
      const added = change(reader, live)
      if (!added) return value
      const stream = live(reader.stream)
      const own = add(added as Tensor, stream as Tensor)
      const held = isScaleHeld && reader.norm ? live(reader.norm.factor) : undefined
      return new Rewriting((node, inputs) =>
        node === stream ? own : node === held ? held : widened(node, inputs, reader.along),
      ).of(value)
    }
  }
  const rewriting: Rewriting = replacing(new Map(readers.map((reader) => [reader.value, reading(reader)])))
  return names.carried((node) => rewriting.of(node))
}

/** The same operation on inputs that have more axes; undefined where it has the same inputs. */
function widened(node: Node, inputs: readonly Node[], along: readonly Axis[]): Node | undefined {
  if (inputs.every((input, i) => input === node.inputs[i])) return undefined
  if (node.operation.kind === 'defined')
    throw new Error(
      `edges: between a stream and its reader stands ${node.operation.definition.name}; it must be the same for all heads.`,
    )
  const more = along.filter(({ name }) => !hasAxis(node.axes, name) && inputs.some(({ axes }) => hasAxis(axes, name)))
  if (more.length === 0) return undefined
  const batch = node.axes.filter(({ name }) => name === 'batch')
  return new Node(node.operation, inputs, [...batch, ...more, ...withoutRows(node.axes)])
}
