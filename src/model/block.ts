// Blocks: how attention and MLP sit on the residual stream. Each reads it and adds its answer to it.
//
//   pre-norm    x + part(norm(x))      the stream runs through untouched            GPT-2; Xiong et al. 2020
//   post-norm   norm(x + part(x))      the stream is normalised after each part     Vaswani et al. 2017; BERT
//
// A decoder's block may look at an encoder's stream in between (`cross`). What is left out is not there: a block without an MLP
// is attention only.

import { see } from '../tensor/pass.ts'
import { add } from '../tensor/primitives.ts'
import type { AttentionContext, CrossAttention, Memory, Sources } from './attention.ts'
import { type Dropout, noDropout } from './dropout.ts'
import type { Stream } from './stream.ts'

/** Anything that reads the stream and answers: a norm, an MLP. */
export interface Part {
  apply(x: Stream, context?: { readonly drop?: Dropout }): Stream
}

/** The part of attention that a block needs, whatever its heads are like. */
export interface SelfAttention {
  apply(x: Stream, context?: AttentionContext, sources?: Sources): Stream
}

/** The things that a forward pass may be given besides the stream. */
export interface Context extends AttentionContext {
  readonly memory?: Memory | undefined
}

export interface Block {
  apply(x: Stream, context?: Context): Stream
}

/** The parts of a block. */
export interface BlockParts {
  readonly attentionNorm?: Part | undefined
  readonly attention: SelfAttention
  readonly crossNorm?: Part | undefined
  readonly cross?: CrossAttention | undefined
  readonly mlpNorm?: Part | undefined
  readonly mlp?: Part | undefined
}

/** Parts that change what attention and MLP say before it is added to the stream: layerScale.ts. */
interface AnswerParts {
  readonly attentionScale?: Part | undefined
  readonly mlpScale?: Part | undefined
}

export class PreNormBlock implements Block, BlockParts, AnswerParts {
  readonly attentionNorm: Part | undefined
  readonly attention: SelfAttention
  readonly attentionScale: Part | undefined
  readonly crossNorm: Part | undefined
  readonly cross: CrossAttention | undefined
  readonly mlpNorm: Part | undefined
  readonly mlp: Part | undefined
  readonly mlpScale: Part | undefined

  constructor(parts: BlockParts & AnswerParts) {
    this.attentionNorm = parts.attentionNorm
    this.attention = parts.attention
    this.attentionScale = parts.attentionScale
    this.crossNorm = parts.crossNorm
    this.cross = parts.cross
    this.mlpNorm = parts.mlpNorm
    this.mlp = parts.mlp
    this.mlpScale = parts.mlpScale
  }

  apply(x: Stream, context: Context = {}): Stream {
    const { drop = noDropout } = context
    const { attention, cross, mlp } = this
    const attended = changed(this.attentionScale, attention.apply(normed(this.attentionNorm, x), context))
    let middle = add(x, drop.apply('residual', attended, attention))
    if (cross) {
      const crossed = crossing(cross, normed(this.crossNorm, middle), context)
      middle = add(middle, drop.apply('residual', crossed, cross))
    }
    if (!mlp) return see(this, { output: middle }).output
    see(this, { middle })
    const answer = changed(this.mlpScale, mlp.apply(normed(this.mlpNorm, middle), { drop }))
    return see(this, { output: add(middle, drop.apply('residual', answer, mlp)) }).output
  }
}

export class PostNormBlock implements Block, BlockParts {
  readonly attention: SelfAttention
  readonly attentionNorm: Part | undefined
  readonly cross: CrossAttention | undefined
  readonly crossNorm: Part | undefined
  readonly mlp: Part | undefined
  readonly mlpNorm: Part | undefined

  constructor(parts: BlockParts) {
    this.attention = parts.attention
    this.attentionNorm = parts.attentionNorm
    this.cross = parts.cross
    this.crossNorm = parts.crossNorm
    this.mlp = parts.mlp
    this.mlpNorm = parts.mlpNorm
  }

  apply(x: Stream, context: Context = {}): Stream {
    const { drop = noDropout } = context
    const { attention, cross, mlp } = this
    const attended = add(x, drop.apply('residual', attention.apply(x, context), attention))
    let output = normed(this.attentionNorm, attended, { isLast: !cross && !mlp })
    if (cross) {
      const crossed = add(output, drop.apply('residual', crossing(cross, output, context), cross))
      output = normed(this.crossNorm, crossed, { isLast: !mlp })
    }
    if (mlp) {
      const added = add(output, drop.apply('residual', mlp.apply(output, { drop }), mlp))
      output = normed(this.mlpNorm, added, { isLast: true })
    }
    return see(this, { output }).output
  }
}

/** The answer of a part, changed by another. */
function changed(by: Part | undefined, x: Stream): Stream {
  return by ? see(by, { output: by.apply(x) }).output : x
}

/** The stream, normalised. What the last norm of a block gives is what the block gives, and has that name. */
function normed(norm: Part | undefined, x: Stream, { isLast = false } = {}): Stream {
  if (!norm) return x
  const output = norm.apply(x)
  return isLast ? output : see(norm, { output }).output
}

/** Looking at the memory: of positions there nothing is cached, since all of them are known from the beginning. */
function crossing(cross: CrossAttention, x: Stream, { memory, drop }: Context): Stream {
  if (!memory) throw new Error('block: cross-attention has nothing to look at. Give the forward pass a memory.')
  return cross.apply(x, { keep: memory.keep, drop }, memory.sources(cross))
}
