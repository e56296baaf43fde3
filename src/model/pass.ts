// A forward pass to look into: any model over one example of what it reads.

import type { Node } from '../tensor/node.ts'
import { type Pass, trace } from '../tensor/pass.ts'
import { checkInputNames } from './inputValues.ts'
import { type AnyModel, memoryOf } from './language.ts'
import { type AxisSizes, inputNodes, mostAlong } from './reads.ts'

/**
 * A pass of a model over one example: what comes out at its end, as a graph with the inputs that the model reads, and the names of
 * all values on the way.
 *
 * - `sizes`: those of the axes that vary: `{ position: 12, source: 9 }`; and `optional`: what it reads besides what it needs
 *
 * Throws for an axis that is empty or too long.
 */
export const passOf = (model: AnyModel, sizes: AxisSizes, optional: readonly string[] = []): Pass<Node[]> =>
  trace(model, () => endsOf(model, sizes, optional))

function endsOf(model: AnyModel, sizes: AxisSizes, optional: readonly string[]): Node[] {
  checkSizes(model, sizes)
  checkInputNames('read', model.reads, optional)
  const required = Object.keys(model.reads).filter((name) => !model.reads[name].isOptional || optional.includes(name))
  const inputs = inputNodes(model.reads, { batch: 1, ...sizes }, required)
  switch (model.kind) {
    case 'encoder-decoder':
      return [model.logits(inputs, { memory: memoryOf(model.encode(inputs)) })]
    case 'classifier':
      return [model.classes(inputs)]
    case 'encoder':
      return [model.states(inputs)]
    case 'dual-encoder':
      return [model.similarities(inputs)]
    default:
      return [model.logits(inputs)]
  }
}

function checkSizes({ reads }: AnyModel, sizes: AxisSizes): void {
  for (const [name, { axes, isOptional = false }] of Object.entries(reads))
    for (const [axis, length] of Object.entries(axes)) {
      if (typeof length === 'number' || isOptional) continue
      const size = sizes[axis]
      const most = mostAlong(length)
      if (size >= 1 && size <= most) continue
      throw new Error(
        `read: "${axis}" of ${name} is ${size ?? 'not given'}, but the model looks at 1 to ${most} places at once. Give a size within that.`,
      )
    }
}
