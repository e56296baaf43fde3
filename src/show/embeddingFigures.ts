// Figures of tokens' vectors: neighbours, analogies, cosines, a map, and how cosines rank beside what people say.

import type { AnalogyMeasure, AnalogyToken } from '../inspect/embeddings/analogy.ts'
import type { NearToken, TokenCosines } from '../inspect/embeddings/cosines.ts'
import type { PrincipalComponents } from '../inspect/embeddings/principalComponents.ts'
import type { WordSimilarity } from '../inspect/embeddings/wordSimilarity.ts'
import { count } from './amounts.ts'
import type { Figure, Panel } from './figure.ts'

/** The texts of tokens, for figures of their vectors. */
export interface VectorWords {
  readonly wordOf: (id: number) => string
  /** The table that the vectors are of: `embedding.token, 65 × 64`. */
  readonly table: string
  /** The mean cosine of two different tokens of the table. */
  readonly meanCosine: number
}

/** Of a table with two directions at least. */
const meanNotes = ({ meanCosine }: VectorWords): string[] =>
  Number.isNaN(meanCosine)
    ? []
    : [`Two different tokens have a cosine of ${meanCosine.toFixed(3)} on average: that is how near any two are.`]

/** The tokens nearest to some, a panel for each. */
export function nearestFigure(
  found: readonly { readonly of: number; readonly nearest: readonly NearToken[] }[],
  words: VectorWords,
): Figure {
  const { wordOf, table } = words
  return {
    title: `The nearest tokens (${table})`,
    notes: ['Cosine: 1 for the same direction, 0 for a right angle.', ...meanNotes(words)],
    panels: found.map(
      ({ of, nearest }): Panel => ({
        kind: 'bars',
        title: `To “${wordOf(of)}”`,
        unit: 'cosine',
        rows: nearest.map(({ id, cosine }) => ({ label: wordOf(id), value: cosine, place: { token: id } })),
      }),
    ),
  }
}

/** The tokens that an analogy finds, and where those that were given stand in a plane with the first of them. */
export function analogyFigure(
  {
    asked,
    by,
    found,
    plane,
    arrows,
  }: {
    /** `king − man + woman` */
    readonly asked: string
    readonly by: AnalogyMeasure
    readonly found: readonly AnalogyToken[]
    readonly plane?: PrincipalComponents | undefined
    /** Pairs of tokens that the analogy is about: from a token that is taken away to one that is added. */
    readonly arrows?: readonly (readonly [number, number])[] | undefined
  },
  words: VectorWords,
): Figure {
  const { wordOf, table } = words
  return {
    title: `${asked} = “${found[0] === undefined ? '' : wordOf(found[0].id)}”? (${table})`,
    notes: [
      by === 'sum'
        ? 'Cosine with the sum of the vectors, each made as long as 1 first (3CosAdd); the tokens given are left out.'
        : 'Π (1 + cosine)/2 of what is added by that of what is taken away (3CosMul); the tokens given are left out.',
      ...(by === 'sum' ? meanNotes(words) : []),
    ],
    panels: [
      {
        kind: 'bars',
        unit: by === 'sum' ? 'cosine' : 'quotient',
        rows: found.map(({ id, score }) => ({ label: wordOf(id), value: score, place: { token: id } })),
      },
      ...(plane ? [planePanel(plane, words, { arrows })] : []),
    ],
  }
}

/** The cosines of some tokens with one another. */
export function cosinesFigure({ ids, cosines }: TokenCosines, words: VectorWords): Figure {
  const labels = ids.map(words.wordOf)
  const zeros = labels.filter((_, i) => cosines[i][i] === 0)
  const angle =
    ids.length === 2 && zeros.length === 0
      ? (Math.acos(Math.max(-1, Math.min(1, cosines[0][1]))) * 180) / Math.PI
      : undefined
  return {
    title: `Cosines of ${count(ids.length, 'token')} (${words.table})`,
    notes: [
      ...(angle === undefined
        ? []
        : [
            `Between “${labels[0]}” and “${labels[1]}” is an angle of ${angle.toFixed(1)}°: a cosine of ${cosines[0][1].toFixed(4)}.`,
          ]),
      ...new Set(zeros.map((label) => `“${label}” is a vector of zeros, which has no direction: its cosines are 0.`)),
      ...meanNotes(words),
    ],
    panels: [
      {
        kind: 'grid',
        rows: { name: 'token', labels },
        columns: { name: 'token', labels },
        values: cosines.flat(),
        unit: 'cosine',
        scale: 'signed',
      },
    ],
  }
}

/** Tokens on the two directions along which they differ most. */
export function mapFigure(
  found: PrincipalComponents,
  words: VectorWords,
  { meant = [], isOfAll = false }: { readonly meant?: readonly number[]; readonly isOfAll?: boolean } = {},
): Figure {
  const shown = found.components.slice(0, 2).reduce((sum, { share }) => sum + share, 0)
  return {
    title: `A map of ${count(found.ids.length, 'token')} (${words.table})`,
    notes: [
      `The two directions along which ${isOfAll ? 'all tokens of the table' : 'these tokens'} differ most (principal components). They hold ${percentOf(shown)} of the variance: what differs along others is not seen.`,
    ],
    panels: [planePanel(found, words, { meant })],
  }
}

function planePanel(
  { components, ids, coordinates }: PrincipalComponents,
  { wordOf }: VectorWords,
  {
    meant = [],
    arrows = [],
  }: {
    readonly meant?: readonly number[] | undefined
    readonly arrows?: readonly (readonly [number, number])[] | undefined
  },
): Panel {
  const axis = (at: number): string =>
    components[at] === undefined
      ? 'nothing more'
      : `component ${at + 1} (${percentOf(components[at].share)} of the variance)`
  const isMeant = new Set(meant)
  // Those that are meant come first, so that their names find room.
  const order = ids.map((_, at) => at).sort((a, b) => Number(isMeant.has(ids[b])) - Number(isMeant.has(ids[a])))
  const placeOf = new Map(order.map((at, place) => [ids[at], place]))
  return {
    kind: 'points',
    x: axis(0),
    y: axis(1),
    points: order.map((at) => ({
      label: wordOf(ids[at]),
      place: { token: ids[at] },
      x: coordinates[at][0],
      y: coordinates[at][1] ?? 0,
      ...(isMeant.has(ids[at]) && { isMeant: true }),
    })),
    arrows: arrows.flatMap(([from, to]) => {
      const [a, b] = [placeOf.get(from), placeOf.get(to)]
      return a === undefined || b === undefined ? [] : [[a, b] as const]
    }),
  }
}

const percentOf = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A set of word pairs, held to the cosines of a table. */
export interface SimilaritySet extends WordSimilarity {
  readonly name: string
  /** The words of its pairs that the vocabulary lacks. */
  readonly missing: readonly string[]
}

/** The most words that are named as missing. */
const mostNamed = 12
/** The most pairs at each end that are shown as those on which people and cosines disagree. */
const mostApart = 5

/** The rank correlations of several sets. */
export function similarityFigure(sets: readonly SimilaritySet[], words: VectorWords): Figure {
  return {
    title: `Cosines beside what people say (${words.table})`,
    notes: [
      'Spearman’s ρ of cosines and scores: 1 where both have one order, 0 where neither tells of the other. Pairs with a word that is no token are left out.',
      ...sets.flatMap(({ name, missing }) =>
        missing.length === 0
          ? []
          : [
              `${name}: ${count(missing.length, 'word')} of its pairs ${missing.length === 1 ? 'is' : 'are'} no token here: ${missing.slice(0, mostNamed).join(', ')}${missing.length > mostNamed ? ', …' : '.'}`,
            ],
      ),
    ],
    panels: [
      {
        kind: 'table',
        columns: [
          { name: 'set' },
          { name: 'pairs' },
          { name: 'known' },
          { name: 'ρ', align: 'right' },
          { name: '95 %', align: 'right' },
          { name: 'Pearson', align: 'right' },
        ],
        rows: sets.map(({ name, pairs, known, spearman, interval, pearson }) => [
          name,
          pairs,
          known,
          Number.isNaN(spearman) ? 'too few pairs' : spearman.toFixed(3),
          Number.isNaN(spearman) ? '' : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
          Number.isNaN(pearson) ? '' : pearson.toFixed(3),
        ]),
      },
      ...sets.flatMap((set) => apartPanel(set, words)),
    ],
  }
}

/** The pairs of a set whose ranks by score and by cosine differ most. */
function apartPanel({ name, rows, spearman }: SimilaritySet, { wordOf }: VectorWords): Panel[] {
  if (Number.isNaN(spearman)) return []
  const place = (by: (row: (typeof rows)[number]) => number): Map<number, number> =>
    new Map(rows.toSorted((a, b) => by(b) - by(a)).map(({ pair }, at) => [pair, at + 1]))
  const [byScore, byCosine] = [place(({ score }) => score), place(({ cosine }) => cosine)]
  const gap = ({ pair }: (typeof rows)[number]): number => (byCosine.get(pair) ?? 0) - (byScore.get(pair) ?? 0)
  const ordered = rows.toSorted((a, b) => gap(b) - gap(a))
  const shown = [...ordered.slice(0, mostApart), ...ordered.slice(mostApart).slice(-mostApart)]
  return [
    {
      kind: 'table',
      title: `${name}: where both disagree most`,
      columns: [
        { name: 'pair' },
        { name: 'score' },
        { name: 'cosine' },
        { name: 'place by people' },
        { name: 'place by cosine' },
      ],
      rows: shown.map((row) => [
        `${wordOf(row.a).trim()}, ${wordOf(row.b).trim()}`,
        row.score,
        row.cosine,
        byScore.get(row.pair) ?? 0,
        byCosine.get(row.pair) ?? 0,
      ]),
    },
  ]
}
