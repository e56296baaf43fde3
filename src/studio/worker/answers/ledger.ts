// The ledger: the operations of the model over a scene, in order.

import { describeValue } from '../../../inspect/shapes/describe.ts'
import type { ModelOperation, OperationAxis } from '../../../inspect/shapes/operation.ts'
import { matrixProducts, type Operand } from '../../../inspect/shapes/products.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Workshop } from '../workshop.ts'
import { reasonsOf } from './reasons.ts'
import { axisFacts } from './sceneFacts.ts'

export async function ledgerLines(
  workshop: Workshop,
  { scene }: QuestionOf<'ledger'>,
): Promise<readonly ModelOperation[]> {
  const opened = openScene(workshop, scene)
  const pass = passOver(opened)
  const reasons = reasonsOf(opened, scene)
  return matrixProducts(pass).map(({ result, left, right, place, over, flops, share }, number) => {
    const { formula, axes } = describeValue(pass, result.address ?? result.node, reasons)
    const because = ({ node, address }: Operand) => ({
      ...(address !== undefined && { address }),
      isWeight: node.operation.kind === 'parameter',
      axes: axisFacts(node.axes).map(
        (axis): OperationAxis => ({
          ...axis,
          origin: 'unknown',
          reason: axes.find(({ name }) => name === axis.name)?.reason ?? '',
        }),
      ),
    })
    return {
      number,
      kind: 'product',
      ...(result.address !== undefined && { address: result.address }),
      part: place,
      role: '',
      formula,
      operands: [left, right].map(because),
      result: because(result),
      over: over.map(({ name }) => name),
      flops,
      share,
      parameters: 0,
    }
  })
}
