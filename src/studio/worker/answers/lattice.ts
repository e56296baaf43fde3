// The lattice of a scene, with the words of its guesses; and whom one position attends to, in every block.

import { read } from '../../../inspect/read.ts'
import { lattice } from '../../../inspect/stream/lattice.ts'
import { addressText, parseAddress } from '../../../tensor/address.ts'
import { placesOfCell } from '../../../tensor/axes.ts'
import { tokenText } from '../../../text/tokenText.ts'
import type { AttentionArc, LatticeFacts, QuestionOf } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Workshop } from '../workshop.ts'

export async function latticeFacts(workshop: Workshop, { scene }: QuestionOf<'lattice'>): Promise<LatticeFacts> {
  const { tokenizer } = workshop.shown()
  const rows = await workshop.look(scene.step, (shown) => lattice(openScene(shown, scene).looking))
  return {
    rows: rows.map(({ cells, ...row }) => ({
      ...row,
      cells: cells.map((cell) => ({ ...cell, token: tokenText(tokenizer, cell.id) })),
    })),
  }
}

/** Of each pattern so many of the largest shares. */
const mostOfEach = 4

export async function attentionArcs(
  workshop: Workshop,
  { scene, position }: QuestionOf<'arcs'>,
): Promise<readonly AttentionArc[]> {
  const addresses = [...passOver(openScene(workshop.shown(), scene)).names.values.keys()]
    .filter((path) => path.endsWith('.pattern') && !path.startsWith('encoder.'))
    .map((path) => addressText({ path, at: { position } }))
  if (addresses.length === 0) return []
  const found = await workshop.look(scene.step, (shown) => read({ ...openScene(shown, scene).looking, addresses }))
  return [...found].flatMap(([address, { axes, data }]) => {
    const { path } = parseAddress(address)
    return Array.from(data, (share, cell): AttentionArc => {
      const at = Object.fromEntries(placesOfCell(axes, cell).map((place, i) => [axes[i].name, place]))
      return {
        address: addressText({ path, at: { ...at, position } }),
        path,
        head: at['head'] ?? 0,
        source: at['source'],
        share,
        isCross: path.endsWith('.cross.pattern'),
      }
    })
      .sort((a, b) => b.share - a.share)
      .slice(0, mostOfEach)
  })
}
