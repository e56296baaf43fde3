// One cell explained, for who wants no other: of several, make a `CellReader` and look once.

import type { CellAddress } from './cellAddress.ts'
import { type CellLook, CellReader, type CellSettings } from './cellReader.ts'
import type { CellExplanation, CellOf } from './explanation.ts'

/**
 * The explanation of one cell of a pass over an example: how it was made, and from which cells.
 *
 *   await explainCell({ model, engine, inputs: { ids }, at: 'blocks.2.attention.scores {head: 1, position: 16, source: 4}' })
 *
 * - `at`: a value with a place on every axis that has several; `of`: the value there, or the gradient of the loss at it
 *
 * Throws for an address that is not there, naming the nearest, and for one that means more than one cell.
 */
export async function explainCell({
  inputs,
  targets,
  at,
  of = 'value',
  ...settings
}: CellSettings &
  Omit<CellLook, 'hasGradients'> & {
    readonly at: CellAddress | string
    readonly of?: CellOf
  }): Promise<CellExplanation> {
  const reader = new CellReader(settings)
  try {
    const cells = await reader.look({ inputs, targets, hasGradients: of === 'gradient' })
    return await cells.explain(at, of)
  } finally {
    await reader.close()
  }
}
