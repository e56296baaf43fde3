// Ablation as a figure: a bar for how much the loss grows without each head and each MLP, the part that is missed most first.

import type { AblationRow, Ablations } from '../inspect/interventions/ablate.ts'
import type { AblationKind } from '../inspect/interventions/ablatedParts.ts'
import type { ExampleAblations } from '../inspect/interventions/ablateExamples.ts'
import type { PairAblationRow, PairAblations } from '../inspect/interventions/ablatePairs.ts'
import type { ModelKind } from '../model/language.ts'
import { grouped } from './amounts.ts'
import type { Figure } from './figure.ts'
import { type LayerWord, nameOfPart, placeOfPart } from './streamNames.ts'

/** More parts than this are in the table and the JSON only. */
const mostBars = 60

/** The words for what is read of a file, and for what the loss is of. */
interface Words {
  readonly one: string
  readonly many: string
  readonly another: string
  readonly target: string
  /** Several targets, where an example has more than itself. */
  readonly targets?: string
}

/** The examples that the loss is over: those of a kind of model, or what else than texts such a model reads or writes. */
export type AblatedOver = ModelKind | 'seen' | 'heard' | 'drawn' | 'spoken'

/** The examples of a model, by what stands between it and people. */
export function ablatedOver(
  kind: ModelKind,
  media: {
    readonly preparation?: object | undefined
    readonly features?: object | undefined
    readonly codec?: { readonly kind: 'picture' | 'speech' } | undefined
  },
): AblatedOver {
  if (kind === 'dual-encoder') return kind
  if (media.features) return 'heard'
  if (media.codec) return media.codec.kind === 'picture' ? 'drawn' : 'spoken'
  return media.preparation ? 'seen' : kind
}

const wordsOf: Readonly<Record<AblatedOver, Words>> = {
  decoder: { one: 'window', many: 'windows', another: 'another window of the text', target: 'token' },
  masked: {
    one: 'window',
    many: 'windows',
    another: 'the next window of the text',
    target: 'hidden token',
    targets: 'hidden tokens',
  },
  'encoder-decoder': {
    one: 'pair',
    many: 'pairs',
    another: 'the next pair',
    target: 'token of the target',
    targets: 'tokens of the target',
  },
  classifier: { one: 'text', many: 'texts', another: 'the next text', target: 'text' },
  'dual-encoder': { one: 'pair', many: 'pairs', another: 'the next pair', target: 'pair' },
  seen: { one: 'picture', many: 'pictures', another: 'the next picture', target: 'picture' },
  heard: {
    one: 'recording',
    many: 'recordings',
    another: 'the next recording',
    target: 'token of what is said',
    targets: 'tokens of what is said',
  },
  drawn: { one: 'picture', many: 'pictures', another: 'the next picture', target: 'code', targets: 'codes' },
  spoken: {
    one: 'recording',
    many: 'recordings',
    another: 'the next recording',
    target: 'code',
    targets: 'codes',
  },
  encoder: { one: 'example', many: 'examples', another: 'the next example', target: 'target', targets: 'targets' },
}

const replacedBy: Readonly<Record<AblationKind, (words: Words) => string>> = {
  zero: () => 'each replaced by 0',
  mean: ({ many }) => `each replaced by its mean over the ${many === 'windows' ? 'text' : many}`,
  resample: ({ another }) => `each replaced by what it is in ${another}`,
}

/** The figure of what is lost without each part. `of`: the examples, for words; `isMeant`: true for a part that is set off; `layerWord`: that for a layer. */
export function ablationFigure(
  found: Ablations | ExampleAblations | PairAblations,
  of: AblatedOver = 'decoder',
  isMeant: (row: AblationRow) => boolean = () => false,
  layerWord?: LayerWord,
): Figure {
  const { kind, isPatternHeld, unread, loss } = found
  const rows: readonly (AblationRow | PairAblationRow)[] = found.rows
  const words = wordsOf[of]
  const shown = rows.slice(0, mostBars)
  const count = 'examples' in found ? found.examples : found.windows
  const read = count === 1 ? `one ${words.one}` : `${grouped(count)} ${words.many}`
  return {
    title: `What the model loses without a head or an MLP, ${replacedBy[kind](words)}`,
    notes: [
      `The loss as it is: ${Number(loss.toPrecision(6))} nats per ${words.target}, over ${read}${
        'examples' in found
          ? `${words.targets === undefined ? '' : `, ${grouped(found.targets)} ${words.targets} in all`}.${unread === 0 ? '' : ` ${grouped(unread)} ${unread === 1 ? `${words.one} was` : `${words.many} were`} not read.`}`
          : ` of ${grouped(found.length)} tokens${unread === 0 ? '.' : `, evenly over the text; ${grouped(unread)} tokens of it stand in none of them.`}`
      }`,
      count === 1
        ? `A bar is how much the loss grows without the part; with one ${words.one} there is no standard error.`
        : `A bar is how much the loss grows without the part, ± the standard error over the ${words.many}.`,
      ...('cosine' in found
        ? [
            `It is asked which of the ${words.many} belong together, all in one batch: to guess would be ${Number(Math.log(count).toPrecision(4))} nats. The cosine of a picture and its own words is ${Number(found.cosine.toPrecision(4))} in the mean.`,
          ]
        : []),
      ...(rows.every(({ change }) => change === 0)
        ? ['No part changes the loss at all: none reaches it, as where an edit replaces all that the last block gives.']
        : []),
      ...(isPatternHeld ? ['All patterns of attention are held: every position looks where it did.'] : []),
      ...(rows.length > mostBars ? [`The bars are the first ${mostBars} of ${rows.length} parts.`] : []),
    ],
    panels: [
      {
        kind: 'bars',
        unit: `nats per ${words.target}`,
        rows: shown.map((row) => ({
          label: nameOfPart(row, layerWord),
          value: row.change,
          place: placeOfPart(row),
          isMeant: isMeant(row),
          ...(count > 1 && { error: row.error }),
        })),
      },
      {
        kind: 'table',
        title: 'The same in numbers',
        columns: [
          { name: 'without' },
          { name: 'loss', unit: 'nats' },
          { name: 'change', unit: 'nats' },
          ...(count > 1 ? [{ name: 'standard error', unit: 'nats' }] : []),
          ...('cosine' in found ? [{ name: 'change of the cosine' }] : []),
        ],
        places: rows.map((row) => [placeOfPart(row)]),
        rows: rows.map((row) => [
          nameOfPart(row, layerWord),
          row.loss,
          row.change,
          ...(count > 1 ? [row.error] : []),
          ...('cosine' in row ? [row.cosine] : []),
        ]),
      },
    ],
  }
}
