// One cell explained, from one look at the model for all cells of a scene.

import { CellReader } from '../../../inspect/cells/cellReader.ts'
import type { PassCells } from '../../../inspect/cells/cells.ts'
import type { CellOf } from '../../../inspect/cells/explanation.ts'
import { termsBySize } from '../../../inspect/cells/termsBySize.ts'
import type { AnyModel } from '../../../model/language.ts'
import type { CellFacts, QuestionOf, Scene } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Workshop } from '../workshop.ts'

/** A reader for a list of edits, and its newest look. */
interface Looks {
  readonly edits: string
  readonly reader: CellReader
  key: string
  cells: Promise<PassCells>
}

const looks = new WeakMap<AnyModel, Looks>()

export async function explainedCell(
  workshop: Workshop,
  { scene, address, of }: QuestionOf<'cell'>,
): Promise<CellFacts> {
  const cells = await lookAt(workshop, scene, of)
  const explanation = await workshop.turns.take(() => cells.explain(address, of))
  const { how } = explanation
  return { explanation, ...(how.kind === 'product' && { bySize: termsBySize(how) }) }
}

function lookAt(workshop: Workshop, scene: Scene, of: CellOf): Promise<PassCells> {
  const { looking } = openScene(workshop, scene)
  const { model, engine, inputs, edits } = looking
  const key = JSON.stringify([scene, of])
  let own = looks.get(model)
  if (own?.key === key) return own.cells
  const written = JSON.stringify(edits)
  if (own?.edits !== written) void own?.reader.close()
  const reader = own?.edits === written ? own.reader : new CellReader({ model, engine, edits })
  const cells = workshop.turns.take(() => reader.look({ inputs, hasGradients: of === 'gradient' }))
  own = { edits: written, reader, key, cells }
  looks.set(model, own)
  cells.catch(() => looks.delete(model))
  return cells
}
