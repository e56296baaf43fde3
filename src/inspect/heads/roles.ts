// Roles: what a head seems to do, by its scores, and whether it goes by what stands there or by where it stands.

import type { HeadScores } from './scores.ts'

/** The things that scores can tell of a head. */
export type RoleName = 'previous token' | 'induction' | 'duplicate token' | 'first token' | 'uniform' | 'unknown'

/** A task that a head seems to have. */
export interface HeadRole {
  readonly name: RoleName
  /** One line. */
  readonly meaning: string
  /** The numbers that say so. */
  readonly evidence: Readonly<Record<string, number>>
}

/** The least share of attention on one kind of place that makes a role of it. */
export const roleThreshold = 0.4
/** The part of the greatest possible entropy from which on a head looks everywhere alike. */
export const uniformThreshold = 0.95

const meanings: Readonly<Record<RoleName, string>> = {
  'previous token': 'looks at the token before',
  induction: 'looks at what followed the same token before: goes on with a repetition',
  'duplicate token': 'looks at the same token, earlier',
  'first token': 'rests on the first token, which mostly means that it does nothing',
  uniform: 'looks everywhere alike: a mean of what it sees',
  unknown: 'nothing that these scores know',
}

/**
 * The role of a head: the strongest of its shares that reaches `roleThreshold`.
 *
 * - `control`: the verdict of the second period; an induction score that goes by position makes no induction head
 */
export function roleOf(scores: HeadScores, { prefixMatching, copying, control, evenEntropy }: RoleEvidence): HeadRole {
  const shares: [RoleName, number, string][] = [
    ['previous token', scores.previous ?? 0, 'previous'],
    [
      'induction',
      control === 'position' ? 0 : (prefixMatching ?? scores.induction ?? 0),
      prefixMatching === undefined ? 'induction' : 'prefixMatching',
    ],
    ['duplicate token', scores.duplicate ?? 0, 'duplicate'],
    ['first token', scores.first ?? 0, 'first'],
  ]
  const [name, share, score] = shares.reduce((best, each) => (each[1] > best[1] ? each : best))
  const role = (of: RoleName, evidence: HeadRole['evidence']): HeadRole => ({
    name: of,
    meaning: meanings[of],
    evidence,
  })
  const also: HeadRole['evidence'] = name === 'induction' && copying !== undefined ? { copying } : {}
  if (share >= roleThreshold) return role(name, { [score]: share, ...also })
  const { entropy } = scores
  if (evenEntropy > 0 && entropy >= uniformThreshold * evenEntropy) return role('uniform', { entropy, evenEntropy })
  return role('unknown', Object.fromEntries(shares.map(([, each, which]) => [which, each])))
}

interface RoleEvidence {
  /** Prefix matching on repeated random tokens, and copying, where they are known. */
  readonly prefixMatching?: number | undefined
  readonly copying?: number | undefined
  readonly control?: Control | undefined
  /** The entropy of looking everywhere alike, a mean over the same positions; nats. */
  readonly evenEntropy: number
}

/** Where the attention goes by: where things stand, or what they are. */
export type Control = 'position' | 'content' | 'undecided'

/** The same head on repetitions of two periods, of which neither divides the other. */
export interface ControlEvidence {
  /** The induction scores at the first and at the second period. */
  readonly induction: readonly [number, number]
  /** The distance at which it looks most at the first period, and the share there at both periods. */
  readonly offset: number
  readonly atOffset: readonly [number, number]
}

/** Below this share nothing is decided. */
export const decidable = 0.2

/** The verdict of two periods: a share that stays at its distance goes by position, one that moves with the period by content. */
export function controlOf({ induction, atOffset }: ControlEvidence): Control {
  const stays = ([one, other]: readonly [number, number]): boolean => one >= decidable && other >= one / 2
  if (stays(induction)) return 'content'
  return stays(atOffset) ? 'position' : 'undecided'
}
