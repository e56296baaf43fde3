// cutaway attention --picture: where the class token of a model, or one of its patches, looks in a picture, head by head.

import { writePng } from '../image/writePng.ts'
import { pictureAttention } from '../inspect/heads/pictureAttention.ts'
import { gridOf } from '../model/patchEmbedding.ts'
import { pictureOf } from '../model/pictureEncoder.ts'
import { overlayFigure } from '../show/overlayFigure.ts'
import { checkFigureFlags, type FigureFlags, showFacts } from './figureFlags.ts'
import { openRun, type RunFlags } from './openRun.ts'
import { seenFile } from './seen.ts'
import type { Terminal } from './terminal.ts'

interface Values extends RunFlags, FigureFlags {
  readonly picture?: string | undefined
  readonly patch?: number | undefined
  readonly layer?: readonly number[] | undefined
  readonly head?: readonly number[] | undefined
}

/** Shows the attention of a run on a picture. */
export async function attentionOnPicture(folder: string, values: Values, terminal: Terminal): Promise<number> {
  const { picture: file, patch, layer: layers, head: heads } = values
  if (file === undefined) throw new Error(`attention: ${folder} reads pictures. Give one: --picture FILE.`)
  await checkFigureFlags(values, terminal, [file])
  const run = await openRun(folder, values, terminal)
  try {
    const { model, engine, blueprint } = run
    const { pixels, down, across, seen } = await seenFile('attention', folder, run, file)
    const { patchDown, patchAcross, context, down: learnt, across: wide } = blueprint.sizes
    const own = pictureOf(model) ?? { down, across }
    const grid = gridOf(own, { down: patchDown, across: patchAcross })
    const before = context - Math.floor(learnt / patchDown) * Math.floor(wide / patchAcross)
    if (patch !== undefined && patch >= grid.down * grid.across)
      throw new Error(
        `attention: there is no patch ${patch}; the picture has ${grid.down} rows of ${grid.across}, counted from 0.`,
      )
    const position = patch === undefined ? 0 : before + patch
    const facts = await pictureAttention({ engine, model, pixels, grid, layers, heads, position })
    const shown = await writePng(seen)
    const under = `data:image/png;base64,${Buffer.from(shown).toString('base64')}`
    await showFacts(terminal, values, {
      asked: { run: folder, file },
      facts,
      figure: () => overlayFigure(facts, under),
    })
    return 0
  } finally {
    run.engine.close()
  }
}
