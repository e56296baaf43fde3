// Heads as a figure: their scores as grids, what each seems to do as a table, and attention through all layers as grids of tokens.

import { nameOfHead } from '../inspect/circuits/headLabels.ts'
import type { Detection } from '../inspect/heads/detectors.ts'
import type { HeadFacts, Heads } from '../inspect/heads/heads.ts'
import type { InContext } from '../inspect/heads/inContext.ts'
import { decidable, type HeadRole, roleThreshold, uniformThreshold } from '../inspect/heads/roles.ts'
import { placeKinds } from '../inspect/heads/textPlaces.ts'
import type { AttentionThrough, SharesThrough } from '../inspect/heads/throughLayers.ts'
import { partOfPath } from '../inspect/paths.ts'
import type { Figure, FigurePlace, Labels, Panel } from './figure.ts'
import { placeOfHead } from './streamNames.ts'
import { visible } from './visible.ts'
import { type WeightedWords, weightedPanels } from './weightedFigure.ts'

/** The tokens along the axes of attention through all layers, and what of it is shown. */
export interface ThroughWords {
  readonly through: readonly AttentionThrough[]
  readonly shown: readonly ('rollout' | 'flow')[]
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads, where there is a decoder too. */
  readonly source?: readonly string[] | undefined
}

/** The things that are shown of heads besides their scores. */
export interface HeadsExtras {
  readonly through?: ThroughWords | undefined
  readonly weighted?: WeightedWords | undefined
  /** True to show the likeness of patterns to those of 0 and 1. */
  readonly hasDetections?: boolean | undefined
}

/** The figure of heads, and of what else was asked for. */
export function headsFigure(facts: Heads, extras: HeadsExtras = {}): Figure {
  const { rows: heads, inContext, drawn } = facts
  const { through, weighted, hasDetections = false } = extras
  const roles = new Map(heads.map(({ role }) => [role.name, role.meaning]))
  const tried = heads.filter(({ repeated }) => repeated)
  const likened = hasDetections ? heads.filter(({ detections }) => detections) : []
  return {
    title: 'What each head seems to do',
    notes: [
      'A score is the share of its attention that a head gives to such places, a mean over the positions that have any.',
      drawn
        ? 'Random tokens, repeated, tell what it goes by: a share that moves with the period goes by content, one that stays at its distance by position.'
        : 'The heads were not tried on repeated random tokens, so that it is undecided what they go by: the model is a translator, looks at too few tokens or knows too few, or an edit is about places of the text.',
      ...(drawn
        ? [
            `Random tokens are drawn from the seed ${drawn.seed}, of ${drawn.drawable} ids: ${drawn.repeatedTexts} texts that repeat ${drawn.periods[0]}, one that repeats ${drawn.periods[1]}${drawn.copiedTexts > 0 ? `, and ${drawn.copiedTexts} for copying` : ''}.`,
          ]
        : []),
      ...(inContext ? [inContextWords(inContext)] : []),
      ...meanings(facts),
      `A head has the role of its largest share, from ${roleThreshold} on; it is uniform from ${uniformThreshold} of the greatest entropy on, and unknown where nothing reaches that.`,
      ...(drawn
        ? [
            `Goes by: content (what stands there), position (where it stands), or undecided, where no share reaches ${decidable} at the first period and half of that share at the second.`,
          ]
        : []),
      ...[...roles].map(([name, meaning]) => `Seems to be ${name}: ${meaning}.`),
    ],
    panels: [
      scoresGrid('Scores on the text', heads, onText, ({ scores }) => scores),
      ...(tried.length > 0
        ? [scoresGrid('Scores on repeated random tokens', tried, onRepeats, (head) => ({ ...head.repeated, ...head }))]
        : []),
      rolesTable(heads),
      ...(likened.length > 0 ? [detectionsGrid('mul', likened), detectionsGrid('abs', likened)] : []),
      ...(weighted ? weightedPanels(weighted) : []),
      ...(through?.through.flatMap((each) => throughGrids(each, through)) ?? []),
    ],
  }
}

/** `In-context learning: the loss at position 500 is 0.42 nats lower than at position 50 (2.1 and 2.5; 1 window).` */
function inContextWords({ late, early, lateLoss, earlyLoss, score, error, windows }: InContext): string {
  const than = `${Math.abs(score).toFixed(2)} nats ${score <= 0 ? 'lower' : 'higher'} than`
  const over = windows === 1 ? 'on one text, by chance as much as not' : `±${error.toFixed(2)}, ${windows} windows`
  return `In-context learning: the loss at position ${late} is ${than} at position ${early} (${lateLoss.toFixed(2)} and ${earlyLoss.toFixed(2)}; ${over}).`
}

type ShareName = 'previous' | 'duplicate' | 'induction' | 'prefixMatching' | 'first'

const onText: readonly ShareName[] = ['previous', 'duplicate', 'induction', 'first']
const onRepeats: readonly ShareName[] = ['previous', 'duplicate', 'prefixMatching', 'first']

/** The names of scores in words, and what each means, in a line. */
const scoreWords: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  previous: ['previous', 'share on the token before'],
  duplicate: ['duplicate', 'share on earlier tokens that are the same'],
  induction: ['induction', 'share on what followed earlier tokens that are the same'],
  prefixMatching: [
    'prefix',
    'prefix matching, the same on random tokens that repeat, a mean over several texts: nothing but the repetition tells them',
  ],
  copying: [
    'copying',
    'of what it writes of the tokens that it looks at, the part that raises these very tokens: 1 all of it, −1 nothing',
  ],
  first: ['first', 'share on the first token, on which heads rest'],
  entropy: ['entropy', 'how widely it looks: 0 nats at one place alone'],
  distance: ['distance', 'how far it looks back, in places'],
}

/** `previous: share on the token before.` for each score that a head has. */
function meanings({ rows, drawn }: Heads): string[] {
  const all: Readonly<Record<string, unknown>>[] = rows.map((head) => ({ ...head.scores, ...head }))
  const known = Object.entries(scoreWords).filter(([score]) => all.some((head) => head[score] !== undefined))
  const chance =
    drawn && drawn.copiedTokens > 0 ? `, ${(2 / drawn.copiedTokens - 1).toFixed(2)} no more than any other` : ''
  return known.map(([score, [name, meaning]]) => `${name}: ${meaning}${score === 'copying' ? chance : ''}.`)
}

/** The likeness of patterns to those that are all 0 and 1. */
function detectionsGrid(measure: keyof Detection, heads: readonly HeadFacts[]): Panel {
  return {
    kind: 'grid',
    title: `Likeness to patterns of 0 and 1, ${measure}: ${measureWords[measure]}`,
    rows: headsSide(heads),
    columns: { name: 'pattern', labels: placeKinds },
    values: heads.flatMap(({ detections }) => placeKinds.map((kind) => detections?.[kind][measure] ?? Number.NaN)),
    unit: 'likeness',
    scale: 'signed',
  }
}

const measureWords = {
  mul: 'the share of attention that falls there',
  abs: '1 where all cells are the same',
} as const

/** Heads along a side, each with its place. */
const headsSide = (heads: readonly HeadFacts[]): Labels => ({
  name: 'head',
  labels: heads.map(nameOfHead),
  places: heads.map(placeOfFoundHead),
})

/** The address of a head's facts is that of its pattern. */
const placeOfFoundHead = ({ address, head }: HeadFacts): FigurePlace =>
  placeOfHead({ address: partOfPath(address), head })

function scoresGrid(
  title: string,
  heads: readonly HeadFacts[],
  names: readonly ShareName[],
  of: (head: HeadFacts) => Partial<Record<ShareName, number>>,
): Panel {
  return {
    kind: 'grid',
    title,
    rows: headsSide(heads),
    columns: { name: 'looks at', labels: names.map((name) => scoreWords[name][0]) },
    values: heads.flatMap((head) => names.map((name) => of(head)[name] ?? Number.NaN)),
    unit: 'share',
    scale: 'share',
  }
}

function rolesTable(heads: readonly HeadFacts[]): Panel {
  return {
    kind: 'table',
    title: 'Roles, and what speaks for them',
    columns: [
      { name: 'head' },
      { name: 'seems to be' },
      { name: 'because' },
      { name: 'goes by' },
      { name: 'at two periods' },
      { name: 'copying', unit: '−1 to 1' },
      { name: 'entropy', unit: 'nats' },
      { name: 'distance', unit: 'places' },
    ],
    places: heads.map((head) => [placeOfFoundHead(head)]),
    rows: heads.map((head) => [
      nameOfHead(head),
      head.role.name,
      evidenceOf(head.role),
      head.control,
      controlWords(head),
      head.copying ?? Number.NaN,
      head.scores.entropy,
      head.scores.distance ?? Number.NaN,
    ]),
  }
}

/** `induction 0.98`; of a head that has no role, the largest of its shares. */
function evidenceOf({ name, evidence }: HeadRole): string {
  const numbers = Object.entries(evidence)
  if (name !== 'unknown')
    return numbers.map(([score, value]) => `${wordsOfScore[score] ?? score} ${value.toFixed(2)}`).join(', ')
  const [score, most] = numbers.reduce((best, each) => (each[1] > best[1] ? each : best))
  return `at most ${wordsOfScore[score] ?? score} ${most.toFixed(2)}`
}

const wordsOfScore: Readonly<Record<string, string>> = { evenEntropy: 'all alike', prefixMatching: 'prefix matching' }

/** `induction 0.98 at the first period, 0.97 at the second` */
function controlWords({ control, controlEvidence: evidence }: HeadFacts): string {
  if (!evidence) return ''
  const both = ([one, other]: readonly [number, number]): string =>
    `${one.toFixed(2)} at the first period, ${other.toFixed(2)} at the second`
  const atOffset = `${evidence.offset} back ${both(evidence.atOffset)}`
  const induction = `induction ${both(evidence.induction)}`
  return { content: induction, position: atOffset, undecided: `${induction}; ${atOffset}` }[control]
}

const throughTitles = {
  rollout: 'Rollout: where what stands at a position in the end comes from',
  flow: 'Flow: how much could come from each input',
}

function throughGrids(each: AttentionThrough, { shown, tokens, source }: ThroughWords): Panel[] {
  const labels = (each.part === 'encoder' ? (source ?? tokens) : tokens).map(visible)
  const half = each.part === undefined ? '' : `, ${each.part}`
  return shown.flatMap((name): Panel[] => {
    const found: SharesThrough | undefined = each[name]
    if (!found) return []
    return [
      {
        kind: 'grid',
        title: `${throughTitles[name]}${half}, through ${each.layers} ${each.layers === 1 ? 'layer' : 'layers'}`,
        rows: { name: 'position', labels, places: labels.map((_, position) => ({ position })) },
        columns: { name: 'source', labels, places: labels.map((_, source) => ({ source })) },
        values: found.data,
        unit: 'share',
        scale: 'share',
      },
    ]
  })
}
