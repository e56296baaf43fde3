// Activation patching as a figure: a grid of the stream, layer by position, and the heads and MLPs, with the gradient's estimates.

import type { PatchedPairs } from '../inspect/interventions/effects.ts'
import type { Patching, PatchRow } from '../inspect/interventions/patch.ts'
import type { PartPatching } from '../inspect/interventions/patchParts.ts'
import { addressText, parseAddress } from '../tensor/address.ts'
import type { Figure, FigureColumn, FigurePlace, Labels, Panel } from './figure.ts'
import { overPlaces, type PlacedIn } from './placedPanels.ts'
import { type LayerWord, nameOfLayer, nameOfPart, placeOfPart } from './streamNames.ts'
import { visible } from './visible.ts'

/** The clean picture or the clean recording, where the positions are its patches or its places; neither of texts. */
export interface PatchedIn extends PlacedIn {
  /** The kind of what is patched, where it is no text and is not shown. */
  readonly thing?: 'picture' | 'recording' | undefined
}

/** The two texts as tokens, and the metric in words. */
export interface PatchingWords extends PatchedIn {
  /** The tokens of both texts; of a model with an encoder those of both sources. */
  readonly tokens: readonly string[]
  readonly corrupt: readonly string[]
  /** The tokens of the target, which both sources have, in a model with an encoder. */
  readonly target?: readonly string[]
  /** `the logit of " Paris"` */
  readonly metric: string
  /** The word for a layer. */
  readonly layerWord?: LayerWord | undefined
}

/** The word for what is patched: a text, a picture or a recording. */
export const thingIn = ({ picture, sound, thing }: PatchedIn): string =>
  picture ? 'picture' : sound ? 'recording' : (thing ?? 'text')

/** The figure of what each patch does. */
export function patchingFigure(found: PartPatching, words: PatchingWords): Figure {
  const { base, other } = wayOfPatches(found)
  const thing = thingIn(words)
  return {
    title: `The ${base} ${thing}, with values of the ${other} one: ${words.metric}`,
    notes: [
      ...pairsNotes(found, thing),
      `Shares of the way from one to the other: at 0 the patch changes nothing, at 1 the model says what it says of the ${other} ${thing}.`,
      ...(found.parts.some(({ estimate }) => estimate !== undefined)
        ? ['An estimate is the change of a value times the gradient there, summed: a first guess of the effect.']
        : []),
    ],
    panels: [...placedShares(found, words), ...streamGrids(found, words), partsTable(found, words)],
  }
}

/** The figure of patches at places of one part: each value as a whole, and at each position. */
export function patchesFigure(found: Patching, words: PatchingWords): Figure {
  const { base, other } = wayOfPatches(found)
  const { rows } = found
  const thing = thingIn(words)
  const labelOf = withoutPart(rows)
  const alongText = rows.filter(({ position }) => position !== undefined)
  const alone = rows.filter(({ position }) => position === undefined)
  return {
    title: `The ${base} ${thing}, with values of the ${other} one: ${words.metric}`,
    notes: [
      ...pairsNotes(found, thing),
      `Shares of the way from one to the other: at 0 the patch changes nothing, at 1 the model says what it says of the ${other} ${thing}.`,
    ],
    panels: [
      ...(alone.length > 0
        ? [
            patchTable(
              'Patched at all positions',
              alone,
              found,
              (row) => labelOf(row.address),
              (row) => ({ address: row.address }),
            ),
          ]
        : []),
      ...(alongText.length > 0 ? [positionsGrid(alongText, words, labelOf)] : []),
    ],
  }
}

/** Addresses without the names of the part that all of them lie in. */
function withoutPart(rows: readonly PatchRow[]): (address: string) => string {
  const paths = rows.map(({ address }) => parseAddress(address).path.split('.'))
  const [first] = paths
  const common = first.findIndex((name, i) => i === first.length - 1 || paths.some((path) => path[i] !== name))
  const cut = first.slice(0, common).join('.').length
  return (address) => address.slice(cut === 0 ? 0 : cut + 1)
}

/** A row for each value, a column for each position at which it is patched. */
function positionsGrid(
  rows: readonly PatchRow[],
  { tokens, corrupt, target }: PatchingWords,
  labelOf: (address: string) => string,
): Panel {
  const valueAlone = ({ address }: PatchRow): string => {
    const { path, at = {} } = parseAddress(address)
    const { position: _, ...others } = at
    return addressText({ path, at: others })
  }
  const values = [...Map.groupBy(rows, valueAlone)]
  const isOfSource = rows[0].half === 'encoder'
  const [own, other] = target && !isOfSource ? [target, target] : [tokens, corrupt]
  return {
    kind: 'grid',
    title: 'Patched at one position',
    rows: {
      name: 'value',
      labels: values.map(([value]) => labelOf(value)),
      places: values.map(([address]) => ({ address })),
    },
    columns: positionsSide(own, other, isOfSource),
    values: values.flatMap(([, own]) => own.map(({ normalised }) => normalised)),
    unit: 'share',
    scale: 'signed',
  }
}

/** The positions of two texts; where they differ both tokens are told. */
const positionsSide = (own: readonly string[], other: readonly string[], isOfSource: boolean): Labels => ({
  name: 'position',
  labels: own.map((token, i) => (token === other[i] ? visible(token) : `${visible(token)}|${visible(other[i])}`)),
  halves: own.map((token, i) => (token === other[i] ? undefined : [visible(token), visible(other[i])])),
  places: own.map((_, i) => (isOfSource ? { source: i } : { position: i })),
})

/** The text that is patched, and the one that values come from, in words. */
export const wayOfPatches = ({ direction }: Pick<PatchedPairs, 'direction'>) =>
  direction === 'denoising' ? { base: 'corrupt', other: 'clean' } : { base: 'clean', other: 'corrupt' }

/** The metric of both texts, and a warning where they hardly differ. */
export const pairsNotes = (found: PatchedPairs, thing: string): string[] => [
  pairsNote(found),
  ...gapNotes(found, thing),
]

/** Less of a gap than this, in logits or as a share of the greater metric, is small. */
const smallGap = { logits: 0.25, share: 0.05 }

function gapNotes({ clean, corrupt }: PatchedPairs, thing: string): string[] {
  const gap = Math.abs(clean - corrupt)
  const greater = Math.max(Math.abs(clean), Math.abs(corrupt))
  if (gap === 0 || (gap >= smallGap.logits && gap >= smallGap.share * greater)) return []
  return [
    `The two ${thing}s differ by only ${Number(gap.toPrecision(2))} here: shares are of that small gap and mean little.`,
  ]
}

const pairsNote = ({ clean, corrupt, pairs }: PatchedPairs): string =>
  `Clean: ${Number(clean.toPrecision(6))}. Corrupt: ${Number(corrupt.toPrecision(6))}.${pairs > 1 ? ` Means over ${pairs} pairs.` : ''}${clean === corrupt ? ' They are the same: there is no way from one to the other, and no share of it.' : ''}`

/** The column of standard errors, where there are several pairs. */
export const errorColumn = (pairs: number): readonly FigureColumn[] => (pairs > 1 ? [{ name: 'standard error' }] : [])

/** The sizes of the stream's shares where the positions lie: over the picture, or beside the sound. */
function placedShares({ streams, pairs }: PartPatching, words: PatchingWords): Panel[] {
  // Of several pairs no picture is that of all.
  if (pairs > 1) return []
  const own = streams.filter(({ half }) => half !== 'decoder')
  const rows = [...Map.groupBy(own, ({ layer }) => layer)].map(([layer, states]) => ({
    title: nameOfLayer(layer, words.layerWord),
    values: states.map(({ normalised }) => Math.abs(normalised)),
  }))
  const looks = { title: 'Where the stream matters: the size of each share, patched there', unit: 'size of the share' }
  return overPlaces(rows, words, looks)
}

function streamGrids({ streams }: PartPatching, { tokens, corrupt, target, layerWord }: PatchingWords): Panel[] {
  return [...Map.groupBy(streams, ({ half }) => half)].map(([half, rows]) => {
    const states = [...Map.groupBy(rows, ({ layer }) => layer).keys()]
    const [own, other] = half === 'decoder' && target ? [target, target] : [tokens, corrupt]
    return {
      kind: 'grid',
      title: `The stream${half === undefined ? '' : ` of the ${half}`}, patched at one position`,
      rows: {
        name: 'the stream after',
        labels: states.map((layer) => nameOfLayer(layer, layerWord)),
        places: states.map((layer) => placeOf(rows.find((row) => row.layer === layer))),
      },
      columns: positionsSide(own, other, half === 'encoder'),
      values: rows.map(({ normalised }) => normalised),
      unit: 'share',
      scale: 'signed',
    }
  })
}

/** The value that is patched, wherever along the text. */
const placeOf = (row: PatchRow | undefined): FigurePlace | undefined =>
  row && { address: parseAddress(row.address).path }

const partsTable = (found: PartPatching, { layerWord }: PatchingWords): Panel =>
  patchTable(
    'Heads and MLPs, patched at all positions',
    found.parts,
    found,
    (row) => nameOfPart(row, layerWord),
    placeOfPart,
  )

/** Patches as a table: each with its name and its place. */
function patchTable(
  title: string,
  rows: readonly PatchRow[],
  { clean, corrupt, direction, pairs }: PatchedPairs,
  nameOf: (row: PatchRow) => string,
  placed: (row: PatchRow) => FigurePlace | undefined,
): Panel {
  const way = direction === 'denoising' ? clean - corrupt : corrupt - clean
  const isEstimated = rows.some(({ estimate }) => estimate !== undefined)
  return {
    kind: 'table',
    title,
    columns: [
      { name: 'part' },
      { name: 'share' },
      ...errorColumn(pairs),
      ...(isEstimated ? [{ name: 'estimated share' }] : []),
      { name: 'effect', unit: 'logit' },
    ],
    places: rows.map((row) => [placed(row)]),
    rows: rows.map((row) => [
      nameOf(row),
      row.normalised,
      ...(pairs > 1 ? [row.error] : []),
      ...(row.estimate === undefined ? [] : [row.estimate / way]),
      row.effect,
    ]),
  }
}
