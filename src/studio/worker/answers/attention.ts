// What <attention-view> asks for: which heads there are, all of them in small, and one of them whole.

import type { Looking } from '../../../inspect/editedPass.ts'
import { readGradients } from '../../../inspect/gradients.ts'
import { weightedAttention } from '../../../inspect/heads/weighted.ts'
import { eachPattern } from '../../../inspect/pattern.ts'
import { type PatternLayer, patternLayers } from '../../../inspect/patternLayers.ts'
import { isWriting } from '../../../model/language.ts'
import type { AttentionKind, AttentionQuantity, AttentionThumbnails } from '../../../show/attentionView/data.ts'
import { thumbnailsOf } from '../../../show/attentionView/pooling.ts'
import { sharesSeen } from '../../../show/patternsFigure.ts'
import { addressText } from '../../../tensor/address.ts'
import type { AttentionFacts, AttentionKindFacts, QuestionOf } from '../../talk/questions.ts'
import type { Readers } from '../readers.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function attentionFacts(room: Showroom, { scene }: QuestionOf<'attention'>): Promise<AttentionFacts> {
  const opened = openScene(room.shown(), scene)
  const layers = patternLayers(passOver(opened).names, {})
  const kinds = [...Map.groupBy(layers, kindOf)].map(
    ([kind, own]): AttentionKindFacts => ({
      kind,
      layers: own.map(({ layer, heads, address }) => ({ layer, heads: heads.length, address })),
    }),
  )
  const hasGradients = isWriting(opened.looking.model) && opened.ids.length > 1
  return { kinds, quantities: ['pattern', 'scores', 'weighted', ...(hasGradients ? (['gradient'] as const) : [])] }
}

export function attentionThumbnails(
  room: Showroom,
  { scene, kind, quantity }: QuestionOf<'attentionSmall'>,
): Promise<AttentionThumbnails> {
  return room.look(scene.step, async (shown) => {
    const opened = openScene(shown, scene)
    const layers = patternLayers(passOver(opened).names, {}).filter((layer) => kindOf(layer) === kind)
    const [{ node }] = layers
    const sizeOfAxis = (name: string): number => node.axes.find((axis) => axis.name === name)?.size ?? 1
    const heads =
      quantity === 'pattern'
        ? seenPatterns(opened.looking, kind)
        : headsOf(room.readers, opened.looking, { layers, quantity })
    return thumbnailsOf(heads, { rows: sizeOfAxis('position'), columns: sizeOfAxis('source') })
  })
}

export function attentionHead(
  room: Showroom,
  { scene, kind, layer, head, quantity }: QuestionOf<'attentionHead'>,
): Promise<Float32Array> {
  return room.look(scene.step, async (shown) => {
    const opened = openScene(shown, scene)
    const own = patternLayers(passOver(opened).names, {}).find((each) => kindOf(each) === kind && each.layer === layer)
    if (!own) throw new Error(`attention: there is no layer ${layer} of ${kind} attention.`)
    return headNumbers(room.readers, opened.looking, { layer: own, head, quantity })
  })
}

const kindOf = ({ part }: Pick<PatternLayer, 'part'>): AttentionKind => part ?? 'self'

async function* seenPatterns(looking: Looking, kind: AttentionKind): AsyncGenerator<Float32Array> {
  for await (const pattern of eachPattern(looking)) if (kindOf(pattern) === kind) yield sharesSeen(pattern)
}

async function* headsOf(
  readers: Readers,
  looking: Looking,
  { layers, quantity }: { readonly layers: readonly PatternLayer[]; readonly quantity: AttentionQuantity },
): AsyncGenerator<Float32Array> {
  for (const layer of layers)
    for (const head of layer.heads) yield await headNumbers(readers, looking, { layer, head, quantity })
}

/** The numbers of one head; what a mask hides is no number. */
async function headNumbers(
  readers: Readers,
  looking: Looking,
  {
    layer,
    head,
    quantity,
  }: { readonly layer: PatternLayer; readonly head: number; readonly quantity: AttentionQuantity },
): Promise<Float32Array> {
  const { address: path, node } = layer
  const group = node.axes.find(({ name }) => name === 'group')?.size ?? 1
  const hasHead = node.axes.some(({ name }) => name === 'head')
  const at = {
    ...(hasHead && { head: Math.floor(head / group) }),
    ...(group > 1 && { group: head % group }),
  }
  const address = addressText({ path, at })
  const scores = addressText({ path: path.replace(/pattern$/, 'scores'), at })
  const seen = await readers.read(looking, [address, scores])
  const masks = seen.get(scores)?.data ?? []
  const numbers =
    quantity === 'weighted'
      ? await weightedNumbers(looking, layer, head)
      : quantity === 'gradient'
        ? (await readGradients({ ...looking, addresses: [address] })).gradients.get(address)?.data
        : quantity === 'scores'
          ? masks
          : seen.get(address)?.data
  return Float32Array.from(numbers ?? [], (number, cell) => (masks[cell] === -Infinity ? Number.NaN : number))
}

/** The shares of a head, each times the length of what is brought. */
async function weightedNumbers(
  looking: Looking,
  { layer, part }: PatternLayer,
  head: number,
): Promise<ArrayLike<number> | undefined> {
  const all = await weightedAttention({ ...looking, layers: [layer], heads: [head] })
  return all.find((each) => each.part === part)?.heads[0]?.data
}
