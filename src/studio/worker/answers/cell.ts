// One cell explained, from one look at the model for all cells of a scene.

import { CellReader } from '../../../inspect/cells/cellReader.ts'
import type { PassCells } from '../../../inspect/cells/cells.ts'
import { checkpointCells } from '../../../inspect/cells/checkpointCells.ts'
import type { CellOf } from '../../../inspect/cells/explanation.ts'
import { largestFirst } from '../../../inspect/cells/largestFirst.ts'
import { whereFrom } from '../../../inspect/cells/whereFrom.ts'
import type { AnyModel } from '../../../model/language.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { CellFacts, QuestionOf, Scene, WalkFacts } from '../../talk/questions.ts'
import { writtenTokenizer } from '../codeText.ts'
import { openScene } from '../scene.ts'
import type { Shown, Showroom } from '../showroom.ts'

/** A reader for a list of edits, and its newest look. */
interface Looks {
  readonly edits: string
  readonly reader: CellReader
  key: string
  cells: PassCells
}

const looks = new WeakMap<AnyModel, Looks>()

export function explainedCell(room: Showroom, { scene, address, of }: QuestionOf<'cell'>): Promise<CellFacts> {
  return room.look(scene.step, async (shown) => {
    const cells = await cellsOf(shown, scene, of)
    const explanation = await cells.explain(address, of)
    const { how } = explanation
    return { explanation, ...(how.kind === 'product' && { bySize: largestFirst(how).terms }) }
  })
}

/** The way back from a cell, by the largest term each time. */
export function walkBack(room: Showroom, { scene, address, of }: QuestionOf<'walk'>): Promise<WalkFacts> {
  return room.look(scene.step, async (shown) => {
    const { steps, end } = await whereFrom(await cellsOf(shown, scene, of), address, { of })
    const id = end.isId ? end.value : end.lookUp?.by.isId ? end.lookUp.id : undefined
    const input = end.lookUp?.by.address ?? end.address ?? ''
    const tokenizer = input.startsWith('source') ? shown.tokenizer : writtenTokenizer(shown)
    return {
      steps: steps.map(({ explanation: { kind, address: at, of: side, value, how }, source }) => ({
        cell: { kind, address: at, of: side, value },
        made: how.kind,
        amount: source.amount,
      })),
      end,
      token: id !== undefined && id >= 0 && id < tokenizer.size ? tokenText(tokenizer, id) : undefined,
    }
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
  const reader =
    own?.edits === written
      ? own.reader
      : new CellReader({ model, engine, edits, checkpointOf: checkpointCells(model, shown.blueprint) })
  const cells = await reader.look({ inputs, hasGradients: of === 'gradient' })
  looks.set(model, { edits: written, reader, key, cells })
  return cells
}
