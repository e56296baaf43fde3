// One cell explained, from one look at the model for all cells of a scene.

import { CellReader } from '../../../inspect/cells/cellReader.ts'
import type { PassCells } from '../../../inspect/cells/cells.ts'
import type { CellOf } from '../../../inspect/cells/explanation.ts'
import { largestFirst } from '../../../inspect/cells/largestFirst.ts'
import type { AnyModel } from '../../../model/language.ts'
import type { CellFacts, QuestionOf, Scene } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Shown, Workshop } from '../workshop.ts'

/** A reader for a list of edits, and its newest look. */
interface Looks {
  readonly edits: string
  readonly reader: CellReader
  key: string
  cells: PassCells
}

const looks = new WeakMap<AnyModel, Looks>()

export function explainedCell(workshop: Workshop, { scene, address, of }: QuestionOf<'cell'>): Promise<CellFacts> {
  return workshop.look(scene.step, async (shown) => {
    const cells = await cellsOf(shown, scene, of)
    const explanation = await cells.explain(address, of)
    const { how } = explanation
    return { explanation, ...(how.kind === 'product' && { bySize: largestFirst(how).terms }) }
  })
}

async function cellsOf(shown: Shown, scene: Scene, of: CellOf): Promise<PassCells> {
  const { model, engine, inputs, edits } = openScene(shown, scene).looking
  // Where a training goes on, the same moment may be asked about after a step.
  const key = JSON.stringify([scene, of, shown.step])
  const own = looks.get(model)
  if (own?.key === key) return own.cells
  const written = JSON.stringify(edits)
  if (own && own.edits !== written) await own.reader.close()
  const reader = own?.edits === written ? own.reader : new CellReader({ model, engine, edits })
  const cells = await reader.look({ inputs, hasGradients: of === 'gradient' })
  looks.set(model, { edits: written, reader, key, cells })
  return cells
}
