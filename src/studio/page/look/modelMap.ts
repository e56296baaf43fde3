// The small map of a model: its parts and values in the order of the data, in a row for each half; of the block in which the person is, what is in it.

import { parseCellAddress } from '../../../inspect/cells/cellAddress.ts'
import { above, nameOf, type Outline } from './outline.ts'

export interface Station {
  readonly path: string
  readonly label: string
  /** True for a block, of which there are several alike. */
  readonly isBlock: boolean
  /** True where the person is, or is in something of it. */
  readonly isHere: boolean
  /** The parts and values right in it, if the person is in it. */
  readonly within: readonly Station[]
}

export interface MapRow {
  /** The name of the half; undefined for what lies in none. */
  readonly label: string | undefined
  readonly stations: readonly Station[]
}

/** The map with "you are here". `address`: where the person is; what is none is nowhere on it. */
export function mapOf(address: string, outline: Outline): MapRow[] {
  const here = pathOf(address)
  const isPart = (path: string): boolean => outline.isPart(path) && !outline.valueAt(path)
  const halves = outline
    .childrenOf('')
    .filter((path) => isPart(path) && outline.childrenOf(path).some((child) => isPart(child) && isBlock(child)))
  // Weights are known first of all names; here everything stands where its values are computed.
  const computed = new Map(outline.values.filter(({ kind }) => kind === 'value').map(({ address }, i) => [address, i]))
  const rank = (path: string): number => {
    if (outline.valueAt(path)?.kind === 'input') return -2
    for (const [address, i] of computed) if (address === path || address.startsWith(`${path}.`)) return i
    return -1
  }
  const inOrder = (paths: readonly string[]): string[] => paths.toSorted((a, b) => rank(a) - rank(b))
  const station = (path: string, isOpen: boolean): Station => {
    const isHere = here === path || here.startsWith(`${path}.`)
    const inside = isOpen && isHere && isPart(path) ? inOrder(outline.childrenOf(path)) : []
    return {
      path,
      label: isBlock(path) ? (/\d+$/.exec(path)?.[0] ?? '') : nameOf(path),
      isBlock: isBlock(path),
      isHere,
      within: inside
        .filter((child) => child !== path && outline.valueAt(child)?.kind !== 'weight')
        .map((child) => station(child, false)),
    }
  }
  const rowOf = (half: string): MapRow => ({
    label: half === '' ? undefined : nameOf(half),
    stations: inOrder(outline.childrenOf(half))
      .filter((path) => !halves.includes(path))
      .map((path) => station(path, isBlock(path))),
  })
  const rest = rowOf('')
  if (halves.length === 0) return [rest]
  // What is given stands before the half that reads it.
  const isGiven = ({ path }: Station): boolean => outline.valueAt(path)?.kind === 'input'
  const rows = halves.map(rowOf).map(({ label, stations }, i): MapRow => {
    const own = rest.stations.filter(
      (each) => isGiven(each) && (each.path === 'source') === (i === 0 && halves.length > 1),
    )
    return { label, stations: [...own, ...stations] }
  })
  const others = rest.stations.filter((each) => !isGiven(each))
  return others.length > 0 ? [...rows, { label: undefined, stations: others }] : rows
}

/** A block is a part with a number. */
const isBlock = (path: string): boolean => /\.\d+$/.test(path) && above(path) !== path

function pathOf(address: string): string {
  try {
    return address === '' ? '' : parseCellAddress(address).path
  } catch {
    return ''
  }
}
