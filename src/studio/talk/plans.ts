// What is known before anything runs: of a material, and of the runs that could learn it.

import type { RunKind } from '../../checkpoint/newConfig.ts'
import type { SourceFacts } from '../../runs/sourceFacts.ts'
import type { PlanSize, TimedPlan } from '../../runs/timedPlans.ts'
import type { Material } from './recipe.ts'

/** The material that files make which a person has brought. */
export interface ReadFiles {
  readonly material: Material
  /** Sentences about what was left out. */
  readonly leftOut: readonly string[]
}

/** A material that was looked at, as a run of a kind would learn it. */
export interface MaterialFacts extends SourceFacts {
  readonly as: RunKind
  /** Of labelled pictures some, as words, each with its class. */
  readonly pictures?: readonly { readonly picture: string; readonly label: string }[]
}

/** Runs of several sizes, the shortest first. */
export interface PlanFacts {
  readonly plans: readonly TimedPlan[]
  /** The one that is taken where nobody chooses. */
  readonly usual: PlanSize
  /** Milliseconds that the probe of this machine took. */
  readonly probe: number
}
