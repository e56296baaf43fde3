// The depth of an address: the model, a part, one of its heads, a value, or one cell of a value. From it follow the way up, the crumbs,
// and what stands beside it.

import { type CellAddress, cellAddressText, parseCellAddress } from '../../../inspect/cells/cellAddress.ts'
import type { AxisPlaces } from '../../../tensor/address.ts'
import type { AxisFacts, OutlineValue } from '../../talk/questions.ts'
import { above, nameOf, type Outline, outerAxes } from './outline.ts'

export type Depth =
  | { readonly kind: 'model' }
  | { readonly kind: 'part'; readonly path: string }
  | { readonly kind: 'head'; readonly path: string; readonly head: number }
  | {
      readonly kind: 'value'
      readonly path: string
      readonly at: AxisPlaces
      readonly value: OutlineValue
      /** The axes on which the address says no place. */
      readonly axes: readonly AxisFacts[]
    }
  | {
      readonly kind: 'cell'
      readonly path: string
      readonly step: number | undefined
      readonly at: AxisPlaces
      readonly value: OutlineValue
    }
  | { readonly kind: 'nowhere'; readonly fault: string }

/** The depth of an address that may come from anywhere. */
export function depthOf(text: string, outline: Outline): Depth {
  if (text === '') return { kind: 'model' }
  let address: CellAddress
  try {
    address = parseCellAddress(text)
  } catch (error) {
    return { kind: 'nowhere', fault: (error as Error).message }
  }
  const { path, step, at = {} } = address
  const value = outline.valueAt(path)
  if (value) return depthOfValue(text, { path, step, at }, value)
  if (!outline.isPart(path))
    return { kind: 'nowhere', fault: `look: there is no ${path} in this model. Go up, or press G and give a path.` }
  const { head, ...others } = at
  const heads = outline.outerAxisOf(path)?.size ?? 0
  if (Object.keys(others).length > 0 || (head !== undefined && !(head >= 0 && head < heads)))
    return {
      kind: 'nowhere',
      fault: `look: ${text}: ${path} has ${heads === 0 ? 'no heads' : `the heads 0 to ${heads - 1}`}. Go up, or press G and give a path.`,
    }
  return head === undefined ? { kind: 'part', path } : { kind: 'head', path, head }
}

function depthOfValue(
  text: string,
  { path, step, at }: { path: string; step: number | undefined; at: AxisPlaces },
  value: OutlineValue,
): Depth {
  if (step !== undefined) return { kind: 'cell', path, step, at, value }
  for (const [axis, place] of Object.entries(at)) {
    const known = value.axes.find(({ name }) => name === axis)
    if (!known || place >= known.size || place < 0)
      return {
        kind: 'nowhere',
        fault: `look: ${text}: ${known ? `"${axis}" has the places 0 to ${known.size - 1}` : `there is no axis "${axis}"; there are ${value.axes.map(({ name }) => name).join(', ')}`}. Go up, or press G and give a path.`,
      }
  }
  const axes = value.axes.filter(({ name }) => at[name] === undefined)
  return axes.length === 0 ? { kind: 'cell', path, step, at, value } : { kind: 'value', path, at, value, axes }
}

/** The address one level up; undefined for the model. */
export function addressAbove(text: string, outline: Outline): string | undefined {
  const depth = depthOf(text, outline)
  switch (depth.kind) {
    case 'model':
      return undefined
    case 'nowhere':
      return ''
    case 'part':
      return above(depth.path)
    case 'head':
      return depth.path
    case 'value': {
      const inner = Object.keys(depth.at).filter((axis) => !outerAxes.includes(axis))
      return inner.length > 0 ? outerText(depth.path, depth.at) : partText(above(depth.path), depth.at, outline)
    }
    case 'cell':
      if (depth.step !== undefined) return cellAddressText({ path: depth.path, at: depth.at })
      return outerText(depth.path, depth.at)
  }
}

/** A value with the places on its outer axes alone. */
const outerText = (path: string, at: AxisPlaces): string => cellAddressText({ path, at: outerPlaces(at) })

const outerPlaces = (at: AxisPlaces): AxisPlaces =>
  Object.fromEntries(Object.entries(at).filter(([axis]) => outerAxes.includes(axis)))

/** The address above a value: its part, at one head where it has heads and the address says which; or the value whose weight it is. */
function partText(path: string, at: AxisPlaces, outline: Outline): string {
  const value = outline.valueAt(path)
  const axes = value ? value.axes.map(({ name }) => name) : outline.outerAxisOf(path) ? ['head'] : []
  const kept = Object.fromEntries(Object.entries(outerPlaces(at)).filter(([axis]) => axes.includes(axis)))
  return cellAddressText({ path, at: kept })
}

export interface Crumb {
  readonly address: string
  readonly label: string
  /** All that stands beside it, itself among them. */
  readonly siblings: readonly { readonly address: string; readonly label: string }[]
}

/** The way from the model to an address. */
export function crumbsOf(text: string, outline: Outline): Crumb[] {
  if (depthOf(text, outline).kind === 'nowhere') {
    const [model] = crumbsOf('', outline)
    return [model, { address: text, label: text, siblings: [] }]
  }
  const way: string[] = []
  for (let address: string | undefined = text; address !== undefined; address = addressAbove(address, outline))
    way.unshift(address)
  return way.map((address) => ({
    address,
    label: crumbLabel(address, outline),
    siblings: siblingsOf(address, outline).map((each) => ({ address: each, label: crumbLabel(each, outline) })),
  }))
}

/** The last step of an address, for a reader: `block 2`, `head 1`, `scores`, `[16, 4]`. */
function crumbLabel(text: string, outline: Outline): string {
  const { path, step, at = {} } = text === '' ? { path: '', step: undefined } : parseCellAddress(text)
  const inner = Object.entries(at).filter(([axis]) => !outerAxes.includes(axis))
  if (step !== undefined) return `step ${step}`
  if (inner.length > 0) return `[${inner.map(([, place]) => place).join(', ')}]`
  if (at['head'] !== undefined && !outline.valueAt(path)) return `head ${at['head']}`
  return nameOf(path)
}

/** The addresses beside an address, itself among them, in order. */
export function siblingsOf(text: string, outline: Outline): string[] {
  const depth = depthOf(text, outline)
  if (depth.kind === 'part') return outline.childrenOf(above(depth.path)).filter((path) => !outline.valueAt(path))
  if (depth.kind === 'head') {
    const heads = outline.outerAxisOf(depth.path)?.size ?? 0
    return Array.from({ length: heads }, (_, head) => cellAddressText({ path: depth.path, at: { head } }))
  }
  if (depth.kind !== 'value' || Object.keys(depth.at).some((axis) => !outerAxes.includes(axis))) return [text]
  return outline
    .childrenOf(above(depth.path))
    .filter((path) => outline.valueAt(path))
    .map((path) => placedAs(path, depth.at, outline))
}

/** A value at the same outer places, as far as it has these axes. */
export function placedAs(path: string, at: AxisPlaces, outline: Outline): string {
  const axes = outline.valueAt(path)?.axes ?? []
  const kept = Object.entries(outerPlaces(at)).filter(([axis, place]) =>
    axes.some(({ name, size }) => name === axis && place < size),
  )
  return cellAddressText({ path, at: Object.fromEntries(kept) })
}

/** The operation before or behind an address in the flow of the data: the values of the model one after the other. */
export function besideInFlow(text: string, outline: Outline, step: 1 | -1): string | undefined {
  const computed = outline.values.filter(({ kind }) => kind === 'value')
  const depth = depthOf(text, outline)
  if (depth.kind === 'nowhere' || depth.kind === 'model') return step === 1 ? computed[0]?.address : undefined
  const at =
    depth.kind === 'value' || depth.kind === 'cell' ? depth.at : depth.kind === 'head' ? { head: depth.head } : {}
  const own = computed.findIndex(({ address }) => address === depth.path)
  const from =
    own >= 0
      ? own + step
      : computed.findIndex(({ address }) => address.startsWith(`${depth.path}.`)) + (step === 1 ? 0 : -1)
  const next = computed[from]
  return next && placedAs(next.address, at, outline)
}
