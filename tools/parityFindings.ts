// What TransformerLens finds inside a model, and how far from it Cutaway is (parityInspect.ts).

import type { Engine } from '../src/engine/engine.ts'
import type { AnyModel } from '../src/model/language.ts'

/** How far apart two numbers may be, as a share of the number where that is above 1. */
export const tolerance = 1e-4

/** What TransformerLens finds: parity_inspect.py says how. */
export interface Theirs {
  readonly ids: readonly number[]
  readonly corrupt: readonly number[]
  readonly token: number
  readonly against: number
  readonly stream: {
    readonly labels: readonly string[]
    readonly norms: readonly number[]
    readonly token: readonly number[]
    readonly difference: readonly number[]
    readonly const: readonly [number, number]
  }
  /** For each state of the stream, by its own scale and by the final one. */
  readonly lens: Readonly<Record<'own' | 'final', readonly TheirLens[]>>
  /** Scores (layer, head) by kind, of all cells and of those that are not excluded. */
  readonly heads: readonly (Readonly<Record<'excludeFirst' | 'excludeCurrent', boolean>> &
    Readonly<Record<'mul' | 'abs', Readonly<Record<string, readonly (readonly number[])[]>>>>)[]
  /** Shares of the way from the corrupt metric to the clean one: (layer, position), and (layer, head) at all positions. */
  readonly patches: Readonly<Record<'clean' | 'corrupt', number>> &
    Readonly<Record<'streams' | 'attention' | 'mlp' | 'heads' | 'estimates', readonly (readonly number[])[]>> &
    /** The change of the metric (layer, head), of shared keys and values once. */
    Readonly<Record<'q' | 'k' | 'v' | 'pattern', readonly (readonly number[])[]>>
  /** The change of the metric by writer and reader: `attention 0 1`, `query 1 0`. */
  readonly edges: Readonly<Record<'exact' | 'estimates', Readonly<Record<string, Readonly<Record<string, number>>>>>>
  /** ln p (position, vocab) of the model with everything folded. */
  readonly folded: readonly (readonly number[])[]
  readonly circuits: {
    /** (layer, head, layer, head) */
    readonly composition: Readonly<Record<'Q' | 'K' | 'V', readonly (readonly (readonly (readonly number[])[])[])[]>>
    readonly ov: readonly (readonly number[])[]
    readonly qk: readonly (readonly number[])[]
    /** Between tokens. */
    readonly fullOv: readonly (readonly number[])[]
    readonly fullQk: readonly (readonly number[])[]
    readonly singular: readonly (readonly (readonly number[])[])[]
    /** (layer, head, token, token) */
    readonly tokenOv: readonly (readonly (readonly (readonly number[])[])[])[]
    readonly tokenQk: readonly (readonly (readonly (readonly number[])[])[])[]
    /** Of each head the two strongest, through the unembedding: (layer, head, number, token). */
    readonly directions: readonly (readonly (readonly (readonly number[])[])[])[]
  }
}

/** A number for each position. */
type TheirLens = Readonly<Record<'entropy' | 'divergence' | 'rank' | 'logit', readonly number[]>>

export interface Looking {
  readonly model: AnyModel
  readonly engine: Engine
  readonly inputs: { readonly ids: readonly number[] }
}

/** The largest differences by what was compared, and what was too large. */
export class Found {
  readonly troubles: string[] = []
  readonly #largest = new Map<string, number>()
  at = ''

  /** Two numbers, or lists of them in any depth, NaN for what one of them does not say. */
  compare(kind: string, ours: Numbers, theirs: Numbers, what = ''): void {
    if (typeof ours === 'number' && typeof theirs === 'number') {
      if (Number.isNaN(ours) && Number.isNaN(theirs)) return
      const difference = Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs))
      this.#largest.set(kind, Math.max(this.#largest.get(kind) ?? 0, difference))
      if (!(difference <= tolerance)) this.troubles.push(`${this.at}, ${kind}${what}: ${ours}, theirs ${theirs}`)
    } else if (typeof ours === 'object' && typeof theirs === 'object' && ours.length === theirs.length)
      ours.forEach((each, i) => {
        this.compare(kind, each, theirs[i], `${what} ${i}`)
      })
    else this.troubles.push(`${this.at}, ${kind}${what}: ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`)
  }

  text(): string {
    return [...this.#largest].map(([kind, largest]) => `${kind} ${largest.toExponential(1)}`).join('   ')
  }
}

export type Numbers = number | readonly Numbers[]
