// Heads by name: the layer and the number of each and, in a model of two halves, its part; and those that somebody chooses.

import { layerOfPath } from '../paths.ts'

/** Heads by their layer, by their number, or by both. */
export interface HeadChoice {
  readonly layer?: number | undefined
  readonly head?: number | undefined
  /** In a model of two halves. */
  readonly part?: HeadLabel['part']
}

export interface HeadLabel {
  readonly layer: number
  /** Heads that share keys and values come one after the other. */
  readonly head: number
  /** encoder, decoder or cross, in a model of two halves. */
  readonly part?: 'encoder' | 'decoder' | 'cross'
  /** The address of its attention. */
  readonly address: string
}

/** The label of a head among its other facts. */
export const headLabel = ({ layer, head, part, address }: HeadLabel): HeadLabel => ({
  layer,
  head,
  ...(part !== undefined && { part }),
  address,
})

/** The label of a head of the attention, or of any other part, with this path. */
export function headLabelOf(path: string, head: number): HeadLabel {
  const names = path.split('.')
  const layer = layerOfPath(path) ?? 0
  const half = names.find((name) => name === 'encoder' || name === 'decoder')
  const part = names.at(-1) === 'cross' ? 'cross' : half
  return { layer, head, ...(part !== undefined && { part: part as 'encoder' | 'decoder' | 'cross' }), address: path }
}

/** `0.1`, `cross 0.1`: the layer and the number of a head, as commands are told them too. */
export const nameOfHead = ({ part, layer, head }: Omit<HeadLabel, 'address'>): string =>
  `${part === undefined ? '' : `${part} `}${layer}.${head}`

/** The heads that are chosen; all where nothing is. Throws for a choice that none of them is. */
export function headsMeant<T extends HeadLabel>(all: readonly T[], chosen?: readonly HeadChoice[]): readonly T[] {
  const lacking = chosen?.find((by) => !all.some((head) => isMeant(head, by)))
  if (lacking) throw new Error(`circuits: ${lackOf(lacking, all)}`)
  return chosen ? all.filter((head) => chosen.some((by) => isMeant(head, by))) : all
}

const isMeant = ({ layer, head, part }: HeadLabel, by: HeadChoice): boolean =>
  layer === (by.layer ?? layer) && head === (by.head ?? head) && part === (by.part ?? part)

/** The part, layer or head of a choice that a model does not have, and what it has. */
function lackOf({ layer, head, part }: HeadChoice, known: readonly HeadLabel[]): string {
  const inPart = known.filter((each) => each.part === (part ?? each.part))
  if (inPart.length === 0) return `there is no ${part} attention; leave "${part}" out.`
  const inLayer = inPart.filter((each) => each.layer === (layer ?? each.layer))
  const own = part === undefined ? 'the model' : `its ${part} attention`
  if (inLayer.length === 0) return `there is no layer ${layer}; ${own} has ${numbersOf('layer', inPart)}.`
  const where = layer === undefined ? own : `layer ${layer} of ${own}`
  return `there is no head ${head}; ${where} has ${numbersOf('head', inLayer)}.`
}

/** The numbers that labels have, in words. */
function numbersOf(name: 'layer' | 'head', labels: readonly HeadLabel[]): string {
  const numbers = labels.map((label) => label[name])
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least === most ? `one, ${name} ${most}` : `${name}s ${least} to ${most}`
}
