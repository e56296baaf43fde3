// A question of the lab: what is asked, what is trained for it, and what its numbers have to say.
//
//   question ─ variants ─ a measurement for each variant and seed ─ claims, each with a verdict ─ figure, page of results
//
// A question knows numbers and words, and nothing of folders, workers or terminals. A variant's setting is everything that its
// numbers depend on besides the text and the seed: equal settings are measured once, whichever question asks.

import type { Engine } from '../engine/engine.ts'
import type { LabText } from './labText.ts'

/** The size of an experiment: `quick` for a glance, `full` for what is written down. */
export type LabSize = 'full' | 'quick'

export interface LabQuestion {
  /** The name of its file, too. */
  readonly name: string
  /** The question in words. */
  readonly asks: string
  /** The things that are trained and compared, in words; sizes and seeds are said by the lab. */
  readonly setting: string
  /** The published numbers in words, with their source. */
  readonly published: string
  /** The numbers that are compared, by name. The first is drawn as bars. */
  readonly measures: Readonly<Record<string, Measure>>
  /** The numbers that are drawn as lines, by name. */
  readonly curves?: Readonly<Record<string, Curve>>
  readonly claims: readonly (Claim | Chain)[]
  /** The number of seeds; 3 if not given. */
  readonly seeds?: number
  variants(size: LabSize): readonly Variant[]
}

/** A number that every variant gives. */
export interface Measure {
  readonly title: string
  readonly unit: string
  readonly better: 'lower' | 'higher'
  /** A difference that surely is no larger counts as none. */
  readonly margin: number
}

/** Numbers along an axis that every variant gives, or some. */
export interface Curve {
  readonly title: string
  readonly unit: string
  /** The name of the axis. */
  readonly x: string
}

/** Plain values: everything that numbers depend on besides text and seed. */
export type VariantSetting = { readonly [name: string]: ValueInSetting }
export type ValueInSetting = string | number | boolean | VariantSetting | readonly ValueInSetting[]

/** One of the things that a question compares. */
export interface Variant {
  readonly name: string
  readonly setting: VariantSetting
  /** About so many seconds for a seed, on one thread of a usual machine. */
  readonly seconds: number
  run(bench: Bench): Promise<Measured>
}

/** The things that an experiment is given. */
export interface Bench {
  readonly engine: Engine
  readonly seed: number
  readonly text: LabText
  readonly report?: ((done: number, of: number) => void) | undefined
}

/** The numbers that came out for a variant and a seed. */
export interface Measured {
  /** By measure. NaN where the run came to numbers that are none: that is a result. */
  readonly numbers: Readonly<Record<string, number>>
  readonly curves?: Readonly<Record<string, { readonly x: readonly number[]; readonly y: readonly number[] }>>
  /** Texts to look at, by name: what a model writes. */
  readonly texts?: Readonly<Record<string, string>>
}

/** The words of the rule (verdict.ts). */
export type Outcome = 'better' | 'worse' | 'no difference' | 'not enough seeds'

/** One variant against another, or against a number. */
export interface Claim {
  readonly measure: string
  readonly of: string
  readonly against: string | Reference
  /** The published outcome, or what follows from a formula: the verdict says whether it came out so. */
  readonly expects?: Exclude<Outcome, 'not enough seeds'>
}

/** A number to compare with: one that is known, or the loss of guessing by counts in the text at hand. */
export interface Reference {
  readonly value: number | 'uniform' | 'unigram' | 'bigram'
  /** Its name in sentences: `the loss of counting characters`. */
  readonly called: string
}

/** An ordering, the best first; those in an inner list are said to be equal. */
export interface Chain {
  readonly measure: string
  readonly order: readonly (string | readonly string[])[]
}
