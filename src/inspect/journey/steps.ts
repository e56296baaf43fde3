// The steps of a token's journey as facts: what each is, where it can be opened, and the stream before and after it. Ids stand for words,
// nothing is rounded, and every address opens by `read` or in the Studio.

import type { ModelKind } from '../../model/language.ts'
import type { Axis } from '../../tensor/axes.ts'
import type { NearToken } from '../embeddings/cosines.ts'
import type { Formula } from '../shapes/formula.ts'
import type { Guess, Placing } from '../stream/guesses.ts'
import type { AnswerAxis } from '../stream/readout.ts'

/** The guess of the model if it stopped here: the likeliest tokens, and where those stand that the journey follows. */
export interface JourneyGuess {
  /** Best first; of equal ones that with the lower id. */
  readonly guesses: readonly Guess[]
  /** The entropy of the probabilities, in nats. */
  readonly entropy: number
  readonly token: Placing
  readonly against?: Placing
}

/** The stream of the token at one point of its journey. */
export interface StreamHere {
  /** The address of the vector, with the position; none for a sum to which the model gives no name. */
  readonly address?: string
  /** Its length, √Σ x². */
  readonly norm: number
  /** The logit lens on it; none for a model without logits over a vocabulary. */
  readonly guess?: JourneyGuess
  /** The vector, along "model", where it was asked for. */
  readonly numbers?: readonly number[]
}

/** A matrix product of a step, for this token alone: (rows × over) · (over × columns), `along` times. */
export interface StepProduct {
  /** The addresses of the result and of both sides, as far as they have some. */
  readonly result?: string
  readonly left?: string
  readonly right?: string
  readonly along: readonly Axis[]
  readonly rows: readonly Axis[]
  readonly over: readonly Axis[]
  readonly columns: readonly Axis[]
  /** Additions and multiplications. */
  readonly flops: number
}

/**
 * The change in the logit of the token that is followed, or in its lead over the other one. `direct`: what the part adds to the logit
 * itself, with the number of the last norm held. `lens`: by how much the guess of the stream changes where the part is added; of models
 * whose logit is no sum of this part.
 */
export interface StepEffect {
  readonly logit: number
  readonly by: 'direct' | 'lens'
}

interface Step {
  /** Counted from 0. */
  readonly number: number
  /** The path of the part of the model: `blocks.0.attention`; '' for the model itself. */
  readonly part: string
  /** The number of the block. */
  readonly layer?: number
  /** The address of the value that the step makes, with the position, if it has one. */
  readonly address?: string
  /** All addresses by which what is in the step can be opened: its value, what it is made of, and the weights. */
  readonly addresses: readonly string[]
  readonly products: readonly StepProduct[]
  /** The stream before and after the step: the same object where the step only reads it. None before there is a stream. */
  readonly before?: StreamHere
  readonly after?: StreamHere
  /** The cosine of the angle between both. */
  readonly cosine?: number
  /** The numbers of the value that the step makes, where they were asked for. */
  readonly numbers?: readonly number[]
}

/** The letter becomes a number. */
export interface TokenStep extends Step {
  readonly kind: 'token'
  readonly id: number
}

/** The number becomes a row of the table. */
export interface RowStep extends Step {
  readonly kind: 'row'
  readonly id: number
  /** The number of rows in the table. */
  readonly rows: number
  /** The factor of the row; 1 in most models. */
  readonly factor: number
  /** The tokens whose rows point most nearly the same way. */
  readonly nearest: readonly NearToken[]
}

/** Another row is added, or begins the stream: the place in the text, the kind of token; of a picture the patch, or the class token. */
export interface PositionStep extends Step {
  readonly kind: 'position'
  /** `position`, `kind`, `patches`, `class token`; as the model calls it. */
  readonly of: string
  /** The length of what is added. */
  readonly added: number
  /** The cosine of its angle to the stream before. */
  readonly angle: number
}

/** The vector is brought to a common length. */
export interface NormaliseStep extends Step {
  readonly kind: 'normalise'
  /** `copy`: a part reads a normalised copy, and the stream stays (pre-norm). `stream`: the stream itself (post-norm). `last`: before the logits. */
  readonly of: 'copy' | 'stream' | 'last'
  /** The mean that is taken away; none for RMS. */
  readonly mean?: number
  /** The factor 1 / √(…). */
  readonly factor: number
  /** The length of what comes out. */
  readonly norm: number
}

/** The question of every head: q = x · W_Q. */
export interface AskStep extends Step {
  readonly kind: 'ask'
  readonly isAcross: boolean
  readonly heads: readonly { readonly head: number; readonly norm: number }[]
  /** The numbers of a question. */
  readonly width: number
}

/** A source, and the share of attention that it gets. */
export interface SourceShare {
  readonly source: number
  /** The id of the token there; none of a patch or a frame. */
  readonly id?: number
  readonly share: number
}

/** The row of the pattern of every head: who answers. */
export interface AnswerStep extends Step {
  readonly kind: 'answer'
  /** True where the sources are those of the encoder's text. */
  readonly isAcross: boolean
  /** The number of sources, and of those that the mask lets it see. */
  readonly sources: number
  readonly seen: number
  readonly heads: readonly {
    readonly head: number
    /** The sources with the largest shares. */
    readonly sources: readonly SourceShare[]
    /** The entropy of the shares, in nats. */
    readonly entropy: number
  }[]
  /** The effect of this attention as a whole on the guess; none without logits. */
  readonly effect?: StepEffect
}

/** A source, and how much of it a head moves: share · ‖value · W_O‖. */
export interface MovedSource extends SourceShare {
  readonly moved: number
}

/** The values of the sources, mixed by their shares and brought back to the stream by W_O. */
export interface BringStep extends Step {
  readonly kind: 'bring'
  readonly isAcross: boolean
  /** The length of what all heads bring, bias included. */
  readonly norm: number
  readonly heads: readonly {
    readonly head: number
    /** The length of what it brings. */
    readonly norm: number
    /** Those of the sources with the largest shares, by how much is moved. */
    readonly sources: readonly MovedSource[]
    /** Its own effect on the logit, where the logit is a sum over heads. */
    readonly effect?: number
  }[]
  readonly effect?: StepEffect
}

/** A hidden unit, and how strongly it fires. */
export interface FiringUnit {
  readonly unit: number
  readonly value: number
  /** Its own effect on the logit, where the logit is a sum over units. */
  readonly effect?: number
}

/** The hidden units of an MLP, and what they write. */
export interface HiddenStep extends Step {
  readonly kind: 'hidden'
  readonly units: number
  /** The number of units whose value is above 0. */
  readonly firing: number
  /** Those with the largest |value|. */
  readonly top: readonly FiringUnit[]
  /** The length of what they write. */
  readonly norm: number
  readonly effect?: StepEffect
}

/** The stream takes what a part has made. */
export interface AddStep extends Step {
  readonly kind: 'add'
  /** The address of what is added. */
  readonly of?: string
  /** Its length. */
  readonly added: number
  /** The cosine of its angle to the stream before. */
  readonly angle: number
  readonly effect?: StepEffect
}

/** A part of which nothing is known but its formula. */
export interface OtherStep extends Step {
  readonly kind: 'other'
  readonly formula: Formula
  readonly norm: number
}

/** The stream is compared with the vector of every token. */
export interface LogitsStep extends Step {
  readonly kind: 'logits'
  /** The axis of the logits: they are of tokens, or of classes. */
  readonly of: AnswerAxis
  readonly vocab: number
  readonly guess: JourneyGuess
}

/** The logits, divided by the temperature, become shares. */
export interface TemperatureStep extends Step {
  readonly kind: 'temperature'
  readonly temperature: number
  /** The same tokens with their probabilities at this temperature; their logits are divided by it. */
  readonly guess: JourneyGuess
}

/** One token is drawn. */
export interface DrawStep extends Step {
  readonly kind: 'draw'
  readonly id: number
  /** Its probability at the temperature. */
  readonly probability: number
  /** The number of tokens with a strictly larger logit. */
  readonly rank: number
  /** The token that stands next in the text, if one does, at this temperature. */
  readonly next?: Placing
}

/** One step of a journey, by its kind. */
export type JourneyStep =
  | TokenStep
  | RowStep
  | PositionStep
  | NormaliseStep
  | AskStep
  | AnswerStep
  | BringStep
  | HiddenStep
  | AddStep
  | OtherStep
  | LogitsStep
  | TemperatureStep
  | DrawStep

/** The journey of one token: the steps of its own stream, in the order of the data. */
export interface Journey {
  readonly model: ModelKind
  readonly position: number
  /** The token; none of what reads no ids. */
  readonly id?: number
  /** The text, and the source of a translator; no ids of a picture. */
  readonly ids: readonly number[]
  readonly source?: readonly number[]
  /** The token whose logit is followed, and the one whose logit is taken away from it; none without logits. */
  readonly token?: number
  readonly against?: number
  /** True of a model that reads several positions at once: a guess is then what it would say if the streams of all of them ended there. */
  readonly isOfAll?: boolean
  readonly steps: readonly JourneyStep[]
}
