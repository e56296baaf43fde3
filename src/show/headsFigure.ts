// Heads as a figure: their scores as grids, what each seems to do as a table, and attention through all layers as grids of tokens.

import type { HeadFacts } from '../inspect/heads/heads.ts'
import type { HeadRole } from '../inspect/heads/roles.ts'
import type { HeadScores } from '../inspect/heads/scores.ts'
import type { AttentionThrough, SharesThrough } from '../inspect/heads/throughLayers.ts'
import type { Figure, Panel } from './figure.ts'
import { nameOfHead } from './streamNames.ts'
import { visible } from './visible.ts'

/** The tokens along the axes of attention through all layers, and what of it is shown. */
export interface ThroughWords {
  readonly through: readonly AttentionThrough[]
  readonly shown: readonly ('rollout' | 'flow')[]
  readonly tokens: readonly string[]
  /** The tokens that an encoder reads, where there is a decoder too. */
  readonly source?: readonly string[] | undefined
}

/** The figure of heads, and of the attention through all layers where it was asked for. */
export function headsFigure(heads: readonly HeadFacts[], words?: ThroughWords): Figure {
  const roles = new Map(heads.map(({ role }) => [role.name, role.meaning]))
  const tried = heads.filter(({ repeated }) => repeated)
  return {
    title: 'What each head seems to do',
    notes: [
      'A score is the share of its attention that a head gives to such places, a mean over the positions that have any.',
      tried.length > 0
        ? 'Random tokens, repeated, tell what it goes by: a share that moves with the period goes by content, one that stays at its distance by position.'
        : 'The heads were not tried on repeated random tokens, so that it is undecided what they go by: the model is a translator, looks at too few tokens or knows too few, or an edit is about places of the text.',
      ...[...roles].map(([name, meaning]) => `${name}: ${meaning}.`),
    ],
    panels: [
      scoresGrid('Scores on the text', heads, ({ scores }) => scores),
      ...(tried.length > 0 ? [scoresGrid('Scores on repeated random tokens', tried, ({ repeated }) => repeated)] : []),
      rolesTable(heads),
      ...(words?.through.flatMap((each) => throughGrids(each, words)) ?? []),
    ],
  }
}

const shareNames = ['previous', 'duplicate', 'induction', 'first'] as const

function scoresGrid(
  title: string,
  heads: readonly HeadFacts[],
  of: (head: HeadFacts) => HeadScores | undefined,
): Panel {
  return {
    kind: 'grid',
    title,
    rows: { name: 'head', labels: heads.map(nameOfHead) },
    columns: { name: 'looks at', labels: shareNames },
    values: heads.flatMap((head) => shareNames.map((name) => of(head)?.[name] ?? Number.NaN)),
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
      { name: 'seems to be', align: 'left' },
      { name: 'because', align: 'left' },
      { name: 'goes by', align: 'left' },
      { name: 'at two periods', align: 'left' },
      { name: 'entropy', unit: 'nats' },
      { name: 'distance', unit: 'places' },
    ],
    rows: heads.map((head) => [
      nameOfHead(head),
      head.role.name,
      evidenceOf(head.role),
      head.control,
      controlWords(head),
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
  return `at most ${score} ${most.toFixed(2)}`
}

const wordsOfScore: Readonly<Record<string, string>> = { evenEntropy: 'all alike' }

/** `induction 0.98, then 0.97`: at the first period and at the second. */
function controlWords({ control, controlEvidence: evidence }: HeadFacts): string {
  if (!evidence) return ''
  const both = ([one, other]: readonly [number, number]): string => `${one.toFixed(2)}, then ${other.toFixed(2)}`
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
        rows: { name: 'position', labels },
        columns: { name: 'source', labels },
        values: found.data,
        unit: 'share',
        scale: 'share',
      },
    ]
  })
}
