// The names of parts and states of the stream in figures.

import type { HeadLabel } from '../inspect/circuits/headLabels.ts'
import { partOfPath } from '../inspect/paths.ts'
import type { LensRow } from '../inspect/stream/lens.ts'
import type { PartLabel } from '../inspect/stream/parts.ts'
import { addressText, parseAddress } from '../tensor/address.ts'
import type { FigurePlace } from './figure.ts'

/** The word for a layer: the command says it as its flags do, the Studio as its settings do. */
export type LayerWord = 'layer' | 'block'

/** `token`, `layer 3, head 1`, `layer 3, mlp`, `layer 3, mlp, neuron 17`, `layer 3, attention bias` */
export function nameOfPart({ part, layer, head, neuron, address }: PartLabel, word: LayerWord = 'layer'): string {
  const [encoder] = (address ?? '').split('.')
  const side = layer === undefined ? '' : (sides[encoder] ?? '')
  // A bias is named after the part that it belongs to: `blocks.3.attention.output.bias`.
  const own = part === 'bias' ? `${address?.split('.').at(-3) ?? ''} bias`.trim() : part
  const cross = part === 'attention' ? '' : `${part}, `
  const name = head !== undefined ? `${cross}head ${head}` : neuron !== undefined ? `${own}, neuron ${neuron}` : own
  return `${side}${layer === undefined ? '' : `${word} ${layer}, `}${name}`
}

/** The halves of models whose parts are told apart. */
const sides: Readonly<Record<string, string>> = {
  encoder: 'encoder, ',
  textEncoder: 'texts, ',
  pictureEncoder: 'pictures, ',
}

/** The place of a part: of a head its attention, at the head; of all else the value that it is. */
export function placeOfPart({ head, address }: Pick<PartLabel, 'head' | 'address'>): FigurePlace | undefined {
  if (address === undefined) return undefined
  const { path } = parseAddress(address)
  return { address: head === undefined ? path : addressText({ path: partOfPath(path), at: { head } }) }
}

/** The place of a head: its attention, at the head. */
export const placeOfHead = ({ head, address }: Pick<HeadLabel, 'head' | 'address'>): FigurePlace => ({
  address: addressText({ path: address, at: { head } }),
})

/** `embedded`, `layer 3, middle`, `layer 3` */
export const nameOfState = ({ point, layer }: Pick<LensRow, 'point' | 'layer'>, word: LayerWord = 'layer'): string =>
  layer === undefined ? point : `${word} ${layer}${point === 'middle' ? ', middle' : ''}`

/** `embedded`, `layer 3`: the stream behind a layer, or before all of them. */
export const nameOfLayer = (layer: number | undefined, word?: LayerWord): string =>
  nameOfState(layer === undefined ? { point: 'embedded' } : { point: 'output', layer }, word)
