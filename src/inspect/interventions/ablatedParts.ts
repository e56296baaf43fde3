// The parts that are ablated, whatever the loss is of, and how many of them in one run.

import type { Address } from '../../tensor/address.ts'
import { cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import { type StreamWriter, writersOf } from './writers.ts'

/** By which values a part is replaced. */
export type AblationKind = 'zero' | 'mean' | 'resample'

/** The parts that are ablated, and how. */
export interface AblationChoice {
  readonly kind: AblationKind
  /** The parts that are ablated, of attention, cross and mlp; all of them if not given. */
  readonly parts?: readonly string[] | undefined
  /** True if all patterns of attention stay what they are: what is lost then is only what the part itself carries on. */
  readonly isPatternHeld?: boolean | undefined
  /** The number of ablations in one run. */
  readonly batch?: number | undefined
  readonly report?: (done: number, of: number) => void
}

/** Heads and MLPs, each to be ablated by itself: as a `Patcher` takes them. */
export interface AblatedParts {
  readonly writers: readonly StreamWriter[]
  readonly patches: readonly Address[]
  /** The paths of the patterns that stay what they are. */
  readonly held: readonly string[]
  readonly rows: number
}

/** The most logits that one run computes, so that many ablations of a large vocabulary still fit into memory. */
const mostLogits = 2 ** 26

/**
 * The parts of a pass that are ablated. `logits`: the number of those of one row.
 *
 * Throws where there are none, and where the patterns to be held would take too much memory.
 */
export function ablatedParts(
  names: Names,
  { parts, isPatternHeld = false, batch }: AblationChoice,
  logits: number,
): AblatedParts {
  const writers = writersOf(names).filter(({ part }) => parts?.includes(part) ?? true)
  if (writers.length === 0) throw new Error('ablate: the model has neither heads nor MLPs, so nothing can be ablated.')
  return {
    writers,
    patches: writers.map(({ address }) => address),
    held: isPatternHeld ? patternsOf(names) : [],
    rows: batch ?? Math.min(32, Math.max(1, Math.floor(mostLogits / logits))),
  }
}

/** The most bytes of the patterns that are held. */
const mostHeld = 2 ** 30

/** The paths of all patterns of attention. Throws where they would take too much memory. */
function patternsOf(names: Names): string[] {
  const patterns = [...names.values].filter(([path]) => /(^|\.)pattern$/.test(path))
  const bytes = patterns.reduce((total, [, { axes }]) => total + 4 * cells(axes), 0)
  if (bytes > mostHeld)
    throw new Error(
      `ablate: the patterns to be held have ${Math.ceil(bytes / 1e6)} MB, but at most ${Math.floor(mostHeld / 1e6)} are kept. Give a shorter text, or do not hold them.`,
    )
  return patterns.map(([path]) => path)
}
