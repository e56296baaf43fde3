// Where a cell of a weight stands in the checkpoint that the model came from, or would be saved as: in which tensor, and at which place.

import { weightSizes } from '../../checkpoint/engineWeights.ts'
import { type TensorPlan, tensorPlans, type WeightTable } from '../../checkpoint/weightTable.ts'
import { placesOfCell } from '../../tensor/axes.ts'
import type { CheckpointOf } from './explainer.ts'

/**
 * Tells of each cell of a model's weights where it stands in a checkpoint.
 *
 * - `table`: the names of weights in files, as a blueprint has it
 */
export function checkpointCells(model: object, { table }: { readonly table: WeightTable }): CheckpointOf {
  const tensors = new Map<string, { plan: TensorPlan; part: TensorPlan['parts'][number] }>()
  for (const plan of tensorPlans(weightSizes(model), table))
    for (const part of plan.parts) if (!tensors.has(part.path)) tensors.set(part.path, { plan, part })
  return (path, at) => {
    const found = tensors.get(path)
    if (!found) return undefined
    const { plan, part } = found
    const cell = part.order.reduce((sum, axis, i) => sum + (at[axis] ?? 0) * part.strides[i], part.from)
    return {
      name: plan.name,
      index: placesOfCell(
        plan.shape.map((size) => ({ size })),
        cell,
      ),
    }
  }
}
