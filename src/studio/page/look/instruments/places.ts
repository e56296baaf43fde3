// Where the person stands, as instruments ask: at the model, a block, an attention, a head, a value.

import { headLabelOf } from '../../../../inspect/circuits/headLabels.ts'
import type { ModelKind } from '../../../../model/language.ts'
import type { AskedHead } from '../../../talk/questions.ts'
import type { LookState } from '../looking.svelte.ts'
import { above } from '../outline.ts'

export const isModel = ({ depth }: LookState): boolean => depth.kind === 'model'

export const isOfKind = ({ studio }: LookState, kinds: readonly ModelKind[]): boolean =>
  kinds.some((kind) => kind === studio.run?.kind)

/** True for a classifier of pictures, which says classes of every patch by what it does at its class token. */
export const saysClasses = (look: LookState): boolean => look.sees !== undefined && isOfKind(look, ['classifier'])

/** The path of what is open: '' for the model. */
export const pathOf = ({ depth }: LookState): string => ('path' in depth ? depth.path : '')

/** True at a part that is one of several alike: `blocks.2`. */
export const isBlock = ({ depth }: LookState): boolean => depth.kind === 'part' && /(^|\.)\w+\.\d+$/.test(depth.path)

/** The attention that is open, or whose head or pattern is. */
export function attentionAt(look: LookState): string | undefined {
  const { depth, outline } = look
  const own = depth.kind === 'part' || depth.kind === 'head' ? depth.path : undefined
  if (own !== undefined && outline.valueAt(`${own}.pattern`)) return own
  return depth.kind === 'value' && /\.pattern$/.test(depth.path) ? above(depth.path) : undefined
}

/** The heads that are open: none in particular, all of a layer, or one. */
export function headAt(look: LookState): AskedHead {
  const address = attentionAt(look) ?? attentionOf(look)
  if (address === undefined) return {}
  const { depth } = look
  const head = depth.kind === 'head' ? depth.head : depth.kind === 'value' ? depth.at['head'] : undefined
  return { address, ...(head !== undefined && { head }) }
}

/** The attention of a block that is open. */
const attentionOf = (look: LookState): string | undefined =>
  isBlock(look)
    ? look.outline.childrenOf(pathOf(look)).find((child) => look.outline.valueAt(`${child}.pattern`))
    : undefined

/** The number of layers with attention in each half. */
export const layersOf = ({ outline }: LookState): number => {
  const halves = outline.values
    .filter(({ address }) => /\.pattern$/.test(address))
    .map(({ address }) => headLabelOf(above(address), 0).part)
  return Math.max(
    0,
    ...Map.groupBy(halves, (half) => half)
      .values()
      .map((own) => own.length),
  )
}

/** True for a value that the model computes, or for a part that has one of its own, in which something can be changed. */
export function isComputed({ depth, outline }: LookState): boolean {
  if (depth.kind === 'value' || depth.kind === 'cell')
    return depth.value.kind === 'value' && !('step' in depth && depth.step !== undefined)
  if (depth.kind === 'part') return outline.valueAt(`${depth.path}.output`) !== undefined
  return depth.kind === 'head'
}

/** True for what is, or belongs to, a part that is told among others: of its block where that is open. */
export function isMeantAt(look: LookState): (row: { readonly address?: string; readonly head?: number }) => boolean {
  const { depth } = look
  const path = pathOf(look)
  const head = depth.kind === 'head' ? depth.head : depth.kind === 'value' ? depth.at['head'] : undefined
  const part = depth.kind === 'value' || depth.kind === 'cell' ? above(path) : path
  return ({ address = '', head: own }) =>
    path !== '' && `${address}.`.startsWith(`${part}.`) && (head === undefined || head === own)
}

/** True for a model with attention. */
export const isWithHeads = (look: LookState): boolean => layersOf(look) > 0
/** True where all heads are looked at, or those of one attention. */
export const isAtHeads = (look: LookState): boolean =>
  isWithHeads(look) && (isModel(look) || (attentionAt(look) !== undefined && look.depth.kind !== 'value'))
