// The lattice of a scene, with the words of its guesses; and whom one position attends to, in every block.

import { type LatticeRow, latticeChanges } from '../../../inspect/stream/lattice.ts'
import type { LensRow } from '../../../inspect/stream/lens.ts'
import { addressText, parseAddress } from '../../../tensor/address.ts'
import { placesOfCell } from '../../../tensor/axes.ts'
import type { AttentionArc, LatticeChangeFacts, LatticeFacts, QuestionOf, Scene } from '../../talk/questions.ts'
import { saidWords } from '../saidWords.ts'
import { besideScene, openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function latticeFacts(room: Showroom, { scene }: QuestionOf<'lattice'>): Promise<LatticeFacts> {
  const words = saidWords(room.shown())
  const { rows, encoder, isOfAll } = await room.look(scene.step, async (shown) => {
    const { looking, moments } = openScene(shown, scene)
    const { readers } = room
    const ofAll = await readers.ofAll(looking)
    if (ofAll) return { rows: ofAll.map(rowOfAll), encoder: undefined, isOfAll: true }
    // Of a recording the places are too many for columns.
    const isRead = looking.model.kind === 'encoder-decoder' && !moments
    const encoder = isRead ? await readers.source(looking) : undefined
    return { rows: (await readers.lattice(looking)).rows, encoder, isOfAll: false }
  })
  return {
    ...(isOfAll && { isOfAll }),
    ...(encoder && { encoder: encoder.map((row) => ({ ...row, shares: [...row.shares] })) }),
    rows: rows.map(({ cells, ...row }) => ({
      ...row,
      cells: cells.map((cell) => ({ ...cell, token: words.wordOf(cell.id) })),
    })),
  }
}

/** A row with one cell, for what all positions say together. */
const rowOfAll = ({ address, point, layer, guesses: [{ id, probability }], entropy }: LensRow): LatticeRow => ({
  address,
  point,
  ...(layer !== undefined && { layer }),
  cells: [{ id, probability, entropy }],
})

/** By how far every cell of a lattice is from what it was before: with another text, at another step, or without edits. */
export async function latticeChangeFacts(
  room: Showroom,
  { scene, beside }: QuestionOf<'latticeChange'>,
): Promise<LatticeChangeFacts> {
  const words = saidWords(room.shown())
  const before = besideScene(scene, beside)
  const rows = await room.turns.look(async () => {
    const seen = async (of: Scene) => room.readers.lattice(openScene(room.shown(of.step), of).looking)
    const former = await seen(before)
    return latticeChanges(former, await seen(scene))
  })
  return {
    rows: rows.map(({ cells, ...row }) => ({
      ...row,
      cells: cells.map((cell) => ({ ...cell, token: words.wordOf(cell.was) })),
    })),
  }
}

/** Of each pattern so many of the largest shares. */
const mostOfEach = 4

export async function attentionArcs(
  room: Showroom,
  { scene, position }: QuestionOf<'arcs'>,
): Promise<readonly AttentionArc[]> {
  const addresses = [...passOver(openScene(room.shown(), scene)).names.values.keys()]
    .filter((path) => path.endsWith('.pattern') && !path.startsWith('encoder.'))
    .map((path) => addressText({ path, at: { position } }))
  if (addresses.length === 0) return []
  const found = await room.look(scene.step, (shown) => room.readers.read(openScene(shown, scene).looking, addresses))
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
