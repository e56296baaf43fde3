// Direct logit attribution as a figure: a bar for what each part of the stream adds to the logit, and the sum.

import type { LayerSources } from '../inspect/journey/sourceEffects.ts'
import type { Attribution, AttributionRow } from '../inspect/stream/attributionFacts.ts'
import type { Bar, Figure, Panel } from './figure.ts'
import type { TokenWords } from './lensFigure.ts'
import type { PatchedPicture } from './patchedPicture.ts'
import { overPlaces, type PlacedIn } from './placedPanels.ts'
import { saysAt } from './saysAt.ts'
import type { HeardSound } from './soundPanel.ts'
import { nameOfPart, placeOfPart } from './streamNames.ts'
import { visible } from './visible.ts'

/** More parts than this (neurons) are shown as the largest of them, and all others in one. */
const mostBars = 60

/**
 * The figure of what each part adds.
 *
 * - `places`: the effects of a picture's patches or a sound's places, by layer
 * - `isMeant`: true for a part that is set off from the others
 */
export function attributionFigure(
  attribution: Attribution,
  {
    tokens,
    wordOf,
    isMeant,
    kind,
    isNamedByWritten,
    layerWord,
    places = [],
    picture,
    sound,
  }: TokenWords & {
    readonly isMeant?: ((row: AttributionRow) => boolean) | undefined
    readonly places?: readonly LayerSources[] | undefined
    readonly picture?: PatchedPicture | undefined
    readonly sound?: HeardSound | undefined
  },
): Figure {
  const { rows, position, token, against, stopsAt, logit, factor, places: ofPlaces } = attribution
  const shownAs = (id: number): string => `“${visible(wordOf(id))}”`
  const wanted = against === undefined ? shownAs(token) : `${shownAs(token)} rather than ${shownAs(against)}`
  const what = against === undefined ? 'the logit' : 'the difference of both logits'
  const isHeld = factor !== undefined || ofPlaces !== undefined
  const { shown, others } = largest(rows)
  const bars: Bar[] = [
    ...shown.map((row) => ({
      label: nameOfPart(row, layerWord),
      value: row.logit,
      place: placeOfPart(row),
      isMeant: isMeant?.(row),
    })),
    ...(others.length > 0
      ? [{ label: `the ${others.length} others`, value: others.reduce((sum, row) => sum + row.logit, 0) }]
      : []),
    {
      label: 'const',
      value: attribution.const,
    },
    { label: 'all together', value: attribution.sum, note: `the model gives ${Number(logit.toPrecision(6))}` },
  ]
  return {
    title:
      position === undefined
        ? `What speaks for ${wanted}, at all positions that the model reads`
        : `What speaks for ${wanted} ${saysAt({ kind, isNamedByWritten }) ? 'at' : 'after'} “${visible(tokens[position])}” (position ${position})`,
    notes: [
      `A bar is what a part of the stream adds to ${what}${position === undefined ? ' at all positions together' : ''}${isHeld ? ", with the last norm's factor held" : ''}. All bars together are what the model gives. const: ${isHeld ? 'the biases of the last norm and of the unembedding' : 'the bias of the unembedding'}.`,
      ...(stopsAt === undefined
        ? []
        : [`The sum stops at the norm ${stopsAt}: what went into it cannot be told apart behind it.`]),
    ],
    panels: [
      { kind: 'bars', unit: 'logit', rows: bars },
      ...placed(
        places.map(({ logits }) => logits),
        'What attention brings from each place, all layers together',
        { picture, sound },
      ),
      ...(ofPlaces ? atPositions(ofPlaces, tokens, picture) : []),
      {
        kind: 'table',
        title: 'The same in numbers',
        columns: [{ name: 'part' }, { name: 'logit' }, { name: 'length' }, { name: 'cosine to the stream' }],
        places: shown.map((row) => [placeOfPart(row)]),
        rows: [
          ...shown.map((row) => [nameOfPart(row, layerWord), row.logit, row.norm, row.cosine]),
          ['const', attribution.const, '', ''],
          ['all together', attribution.sum, attribution.norm, 1],
        ],
      },
    ],
  }
}

/** The parts that add or take the most, in the order of the stream, and all others. */
function largest(rows: readonly AttributionRow[]): {
  shown: readonly AttributionRow[]
  others: readonly AttributionRow[]
} {
  if (rows.length <= mostBars) return { shown: rows, others: [] }
  const kept = new Set(rows.toSorted((a, b) => Math.abs(b.logit) - Math.abs(a.logit)).slice(0, mostBars - 1))
  return { shown: rows.filter((row) => kept.has(row)), others: rows.filter((row) => !kept.has(row)) }
}

/** The effects of places, those for and those against by themselves: over the picture, or beside the sound. Rows are added up. */
function placed(rows: readonly (readonly number[])[], title: string, where: PlacedIn): Panel[] {
  if (rows.length === 0) return []
  const sums = rows[0].map((_, place) => rows.reduce((sum, logits) => sum + logits[place], 0))
  const signed = [
    { title: 'speaks for it', values: sums.map((sum) => Math.max(0, sum)) },
    { title: 'speaks against it', values: sums.map((sum) => Math.max(0, -sum)) },
  ]
  return overPlaces(signed, where, { title, unit: 'logit', scale: 'amount' })
}

/** The amounts that the stream at each position adds: over the picture those of its patches, and a bar for each token before them. */
function atPositions(
  amounts: readonly number[],
  tokens: readonly string[],
  picture: PatchedPicture | undefined,
): Panel[] {
  const title = 'What the stream at each position adds'
  const before = picture?.before ?? amounts.length
  const patches = amounts.slice(before).reduce((sum, each) => sum + each, 0)
  const bars: Bar[] = amounts
    .slice(0, before)
    .map((value, i) => ({ label: visible(tokens[i]), value, place: { position: i } }))
  return [
    {
      kind: 'bars',
      title,
      unit: 'logit',
      rows: [...bars, ...(picture ? [{ label: 'all patches', value: patches }] : [])],
    },
    ...(amounts.slice(before).some((each) => each !== 0)
      ? placed([amounts], 'What the stream at each patch adds', { picture })
      : []),
  ]
}
