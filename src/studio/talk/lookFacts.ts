// What the page asks of a model when it looks inside and writes: the scene, and what stands in it.

import type { Filling } from '../../generate/fill.ts'
import type { Cell, CellExplanation, HowMade, ProductTerm } from '../../inspect/cells/explanation.ts'
import type { Journeyed } from '../../inspect/journey/journeys.ts'
import type { JourneyPair } from '../../inspect/journey/parting.ts'
import type { Prediction } from '../../inspect/journey/prediction.ts'
import type { NextToken, NextTokenFacts } from '../../inspect/nextToken.ts'
import type { Formula } from '../../inspect/shapes/formula.ts'
import type { LatticeCell, LatticeChange, LatticeRow } from '../../inspect/stream/lattice.ts'
import type { ClassScores } from '../../model/language.ts'
import type { AttentionKind, AttentionQuantity } from '../../show/attentionView/data.ts'

/** A text that is looked at, with the edits of the model, as it was at a step of the run. */
export interface Scene {
  readonly text: string
  /** The source that a translator looks at. */
  readonly source: string
  readonly edits: readonly PlainEdit[]
  /** The picture that is looked at, as a word (place/pictureWord.ts); none of a model that reads texts. */
  readonly picture?: string | undefined
  /** Undefined for how the model is now. */
  readonly step: number | undefined
  /** Counts the changes of the weights that the page follows: what is asked of one moment is answered from one look. */
  readonly moment: number
}

/** The pictures that a model sees, and how it divides them. */
export interface PictureFacts {
  readonly width: number
  readonly height: number
  /** 1: grey; 3: colours. */
  readonly channels: 1 | 3
  /** True where things are light on a dark ground. */
  readonly isDark: boolean
  /** The rows and columns of patches. */
  readonly grid: { readonly down: number; readonly across: number }
  /** The pixels of a patch. */
  readonly patch: { readonly down: number; readonly across: number }
  /** The number of positions before the patches. */
  readonly before: number
}

/** Where one position looks in a picture: of every head, and carried back through all layers (rollout), the share of each patch, row by row. */
export interface PictureAttentionFacts {
  readonly position: number
  readonly heads: readonly (PatchShares & {
    /** The attention's place: `blocks.0.attention`. */
    readonly path: string
    readonly head: number
  })[]
  readonly rollout: PatchShares
}

export interface PatchShares {
  readonly patches: readonly number[]
  /** Of the positions before the patches. */
  readonly before: readonly number[]
}

/** Whatever a scene is held beside: the same, but for what is said here. */
export interface Beside {
  readonly text?: string | undefined
  readonly step?: number | undefined
  readonly position?: number | undefined
}

/** An edit that goes into a message and into a link: a number, or one that is added, in place of what stands there. */
export interface PlainEdit {
  readonly at: string
  readonly to: number | { readonly add: number } | { readonly scale: number }
}

/** The value itself, the gradient of the loss at it, or by how much it differs from that of what the scene is held beside. */
export type Facet = 'value' | 'gradient' | 'change'

/** A value of the model, a weight, or what it is given. */
export interface OutlineValue {
  readonly address: string
  readonly kind: 'value' | 'weight' | 'input'
  /** Without that of the batch. */
  readonly axes: readonly AxisFacts[]
}

export interface AxisFacts {
  readonly name: string
  readonly size: number
}

/** A text as tokens. */
export interface TokenList {
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
}

/** All that can be looked at of a scene. */
export interface SceneFacts extends TokenList {
  /** The number of tokens at the beginning of the text that the model cannot see any more. */
  readonly skipped: number
  /** The model's own words of the tokens that an encoder reads. */
  readonly sources?: TokenList
  /** In the order of computation. */
  readonly values: readonly OutlineValue[]
}

/** A value: its formula, the reasons of its sizes, and the product that makes it. */
export interface ValueFacts {
  readonly address: string
  /** The part of the model in which it is made. */
  readonly place: string
  readonly formula: Formula
  readonly axes: readonly (AxisFacts & { readonly reason: string })[]
  /** The matrix product that makes it, or all but a bias of it. */
  readonly product?: ProductFacts
}

/** A matrix product: `along` times (rows × over) · (over × columns). */
export interface ProductFacts {
  readonly left: OperandFacts
  readonly right: OperandFacts
  readonly along: readonly AxisFacts[]
  readonly rows: readonly AxisFacts[]
  readonly over: readonly AxisFacts[]
  readonly columns: readonly AxisFacts[]
  readonly flops: number
  /** Its part of the flops of all products of the forward pass. */
  readonly share: number
}

export interface OperandFacts {
  /** Undefined for a step without a name. */
  readonly address: string | undefined
  readonly axes: readonly AxisFacts[]
}

/** A cell explained; of a dot product, its terms by size too. */
export interface CellFacts {
  readonly explanation: CellExplanation
  readonly bySize?: readonly ProductTerm[]
}

/** The way back from a cell to where its number comes from, by the largest term each time. */
export interface WalkFacts {
  readonly steps: readonly WalkedCell[]
  /** The last cell: a token's id, a place, a weight or a number known beforehand. */
  readonly end: Cell
  /** The token that the end is of, where it is one: itself, or the row of a table that a token names. */
  readonly token: string | undefined
}

/** A cell on the way back. */
export interface WalkedCell {
  readonly cell: Cell
  readonly made: HowMade['kind']
  /** The part of it that comes from the next; undefined where what it comes from does not add up. */
  readonly amount: number | undefined
}

/** Numbers, row-major in the order of the axes. */
export interface NumbersAt {
  readonly address: string
  readonly axes: readonly AxisFacts[]
  readonly data: Float32Array
}

/** The stream after every block, at each position: what it would say. */
export interface LatticeFacts {
  /** True for a model that reads several positions at once: a row has one cell, what all of them say together. */
  readonly isOfAll?: boolean
  readonly rows: readonly (Omit<LatticeRow, 'cells'> & {
    readonly cells: readonly (LatticeCell & { readonly token: string })[]
  })[]
  /** The stream of an encoder, by place in the source: which share of what the decoder reads comes through each cell. */
  readonly encoder?: readonly (Pick<LatticeRow, 'address' | 'layer'> & { readonly shares: readonly number[] })[]
}

/** By how far every cell of a lattice is from what it was, with the word that it would have said. */
export interface LatticeChangeFacts {
  readonly rows: readonly (Pick<LatticeRow, 'address'> & {
    readonly cells: readonly (LatticeChange & { readonly token: string })[]
  })[]
}

/** A share of attention: of one head of the pattern at `path`, from one position to a source. */
export interface AttentionArc {
  readonly address: string
  readonly path: string
  readonly head: number
  readonly source: number
  readonly share: number
  /** True where a translator's text looks at its source. */
  readonly isCross: boolean
}

// ── Writing ──

/** The tokens that may stand in a place of a text, the likeliest first. */
export interface FillFacts {
  readonly position: number
  readonly rows: readonly (Filling & { readonly token: string })[]
}

/** The classes of a text, the likeliest first: shares, probabilities each by itself, or numbers as they are. */
export interface ClassFacts {
  readonly scores: ClassScores
  readonly rows: readonly { readonly label: string; readonly value: number }[]
}

/** The tokens that may come next. */
export interface NextFacts extends Omit<NextTokenFacts, 'rows'> {
  readonly rows: readonly (NextToken & { readonly token: string })[]
  /** The path of the logits, and the position whose they are. */
  readonly path: string
  readonly position: number
}

/** A token that was drawn, and the text that it adds; no id where the text has ended. */
export interface WrittenToken {
  readonly id: number | undefined
  readonly token: string
  readonly text: string
}

/** A translation that beam search found. */
export interface BeamFacts {
  readonly text: string
  readonly score: number
  readonly tokens: readonly { readonly token: string; readonly logProbability: number }[]
  readonly isEnded: boolean
}

/** Attention of one kind: its layers, by their numbers, with how many heads each has and where its pattern stands. */
export interface AttentionKindFacts {
  readonly kind: AttentionKind
  readonly layers: readonly { readonly layer: number; readonly heads: number; readonly address: string }[]
}

export interface AttentionFacts {
  readonly kinds: readonly AttentionKindFacts[]
  readonly quantities: readonly AttentionQuantity[]
}

/** A journey, the question before its last card, and the words of all tokens by their ids. */
export interface JourneyFacts extends Journeyed {
  readonly prediction?: Prediction
  readonly words: readonly string[]
}

/** Two journeys side by side, and the tokens of the second text. */
export interface JourneyPairFacts extends JourneyPair {
  readonly words: readonly string[]
  readonly tokens: readonly string[]
}
