// Edits that a mask hides: they say places of an attention's scores or pattern at which no position may look, where an edit changes
// nothing, and whoever wrote them believes that they did.

import { addressOfEdit, type Edit } from '../edit/edit.ts'
import { countedCells } from '../edit/standing.ts'
import type { Engine } from '../engine/engine.ts'
import { addressText, matchingPaths } from '../tensor/address.ts'
import { hasAxis, sizeOf } from '../tensor/axes.ts'
import { graphOf } from '../tensor/graph.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { placed } from '../tensor/placed.ts'

/**
 * Throws for an edit of a position and a source that the mask hides from it, in every value that its address means.
 *
 * - `names`: the values of a forward pass over a whole text, as they are without edits
 * - `asker`: who asks, for messages
 */
export async function checkHidden(
  { names, engine, edits }: { readonly names: Names; readonly engine: Engine; readonly edits: readonly Edit[] },
  asker: string,
): Promise<void> {
  for (const address of edits.map(addressOfEdit)) {
    const { at = {} } = address
    // Every position sees some source, and every source is seen: only both together may be hidden.
    if (at['position'] === undefined || at['source'] === undefined) continue
    const masks = matchingPaths(address, names.values.keys()).map((path) => {
      const mask = countedCells(names.values.get(path) as Node)
      const own = Object.entries(at).filter(([axis]) => mask && hasAxis(mask.axes, axis))
      // Another text may have the places that this one has not.
      const isThere = own.every(
        ([axis, place]) => mask && place < sizeOf(mask.axes, axis) && place >= -sizeOf(mask.axes, axis),
      )
      return mask && isThere ? placed(mask, Object.fromEntries(own)) : undefined
    })
    if (masks.length === 0 || !(await areAllHidden(engine, masks))) continue
    throw new Error(
      `${asker}: the edit of ${addressText(address)} would never take effect: position ${at['position']} may not look at source ${at['source']}. Give a source that the mask leaves.`,
    )
  }
}

/** True where every mask is 0 in every cell. One that is not there, or that hangs on what is read, may leave some. */
async function areAllHidden(engine: Engine, masks: readonly (Node | undefined)[]): Promise<boolean> {
  const outputs: Record<string, Node> = {}
  for (const [i, mask] of masks.entries()) {
    if (!mask || graphOf([mask]).some(({ operation }) => operation.kind === 'input')) return false
    outputs[`mask ${i}`] = mask
  }
  const program = await engine.compile({ outputs })
  try {
    await program.run({})
    for (const name of Object.keys(outputs))
      if ((await program.read(name)).data.some((cell) => cell !== 0)) return false
    return true
  } finally {
    await program.close()
  }
}
