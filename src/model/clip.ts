// CLIP: an encoder of texts and an encoder of pictures, whose vectors lie in one space: a picture is near the words that belong to it.
//
//   text    = unit(end state · W_text)              picture = unit(class state · W_picture)         unit(x) = x / |x|
//   similarity[text, picture] = text · picture · e^scale
//
// Radford et al. 2021, figure 3. Both encoders are pre-norm; that of texts is causal, and its vector is the state of the token that ends
// the text. That of pictures is a ViT without biases of patches, and with a norm before its first block.

import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import {
  add,
  divide,
  dot,
  equal,
  exp,
  gather,
  index,
  max,
  minimum,
  multiply,
  negate,
  parameter,
  rename,
  size,
  sqrt,
  sum,
} from '../tensor/primitives.ts'
import { PreNormBlock } from './block.ts'
import { ClassToken } from './classToken.ts'
import { checkDropRates, type DropRates, dropRates } from './dropout.ts'
import { TokenEmbedding } from './embedding.ts'
import { type EncoderParts, encode } from './encoder.ts'
import { GridPositions } from './gridPositions.ts'
import { blockSizes, type HalfSizes } from './halves.ts'
import type { DualEncoderModel, EncodingModel, Given } from './language.ts'
import { Linear } from './linear.ts'
import { both, causal, type Mask } from './masks.ts'
import type { Activation } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { paperParts } from './paperBlock.ts'
import { type Extents, gridOf, PatchEmbedding } from './patchEmbedding.ts'
import {
  checkPictureConfig,
  encodePicture,
  type PictureEncoderParts,
  type PictureExtents,
  type PictureInputs,
  pictureReads,
  placeStart,
  stateAt,
} from './pictureEncoder.ts'
import { LearnedPositions } from './positions.ts'
import { idsBelow } from './reads.ts'
import { checkDivides, checkSizes } from './sizes.ts'
import type { Ids, Stream } from './stream.ts'

/** The sizes of one of the two encoders, and its options. */
export interface ClipEncoderConfig extends HalfSizes {
  readonly model: number
  /** The activation of the MLP; quickGelu if not given. */
  readonly activation?: Activation
  readonly epsilon?: number
  readonly dropout?: number | DropRates
}

/** The sizes of a CLIP, and its options. */
export interface ClipConfig {
  /** The number of different tokens. */
  readonly vocab: number
  /** The number of tokens that a text may have. */
  readonly context: number
  readonly picture: PictureExtents
  readonly patch: Extents
  readonly textEncoder: ClipEncoderConfig
  readonly pictureEncoder: ClipEncoderConfig
  /** The number of numbers in the vectors of texts and pictures. */
  readonly shared: number
  /** The token at whose first place a text's vector is read; if not given, the largest id of the text. */
  readonly end?: number
  /** The logarithm of the factor of similarities where a training begins; ln(1 / 0.07) if not given. */
  readonly logitScale?: number
  /** The rates at which training drops in both encoders, in place of what each says. */
  readonly dropout?: number | DropRates
}

export class Clip implements DualEncoderModel {
  readonly kind = 'dual-encoder'
  readonly config: ClipConfig
  readonly textEncoder: EncoderParts
  readonly pictureEncoder: PictureEncoderParts
  readonly textProjection: Linear<'model', 'shared'>
  readonly pictureProjection: Linear<'model', 'shared'>
  /** The logarithm of the factor of similarities. */
  readonly logitScale: Tensor<never>

  constructor(config: ClipConfig) {
    checkConfig(config)
    const { textEncoder, pictureEncoder, shared, logitScale = Math.log(1 / 0.07) } = config
    this.config = config
    this.textEncoder = textParts(config)
    this.pictureEncoder = pictureParts(config)
    this.textProjection = projection(textEncoder, shared)
    this.pictureProjection = projection(pictureEncoder, shared)
    this.logitScale = parameter({}, { all: logitScale })
  }

  get reads() {
    const { vocab, context } = this.config
    return { ids: idsBelow(vocab, context), ...pictureReads(this.pictureEncoder.picture) }
  }

  get texts(): EncodingModel {
    const { textEncoder, config } = this
    const reads = { ids: this.reads.ids }
    return { kind: 'encoder', isCausal: true, config, reads, textEncoder, states: textStates(this) } as EncodingModel
  }

  get pictures(): EncodingModel {
    const { pictureEncoder, config } = this
    const reads = pictureReads(pictureEncoder.picture)
    return { kind: 'encoder', config, reads, pictureEncoder, states: pictureStates(this) } as EncodingModel
  }

  textVectors({ ids }: { readonly ids: Ids }, given: Given = {}): Tensor<'batch' | 'shared'> {
    return trace(this, () => {
      const states = textStates(this)({ ids }, given)
      const ended = gather(states, endOf(ids, this.config.end), 'position')
      return see(this, { textVectors: unit(this.textProjection.apply<'batch'>(ended)) }).textVectors
    }).outputs
  }

  pictureVectors(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'shared'> {
    return trace(this, () => {
      const state = stateAt(pictureStates(this)(inputs, given), 0)
      return see(this, { pictureVectors: unit(this.pictureProjection.apply<'batch'>(state)) }).pictureVectors
    }).outputs
  }

  similarities(inputs: PictureInputs & { readonly ids: Ids }, given: Given = {}): Tensor<'batch' | 'picture'> {
    return trace(this, () => {
      const pictures = rename(this.pictureVectors(inputs, given), 'batch', 'picture')
      const cosines = dot(this.textVectors(inputs, given), pictures, 'shared')
      return see(this, { similarities: multiply(cosines, exp(this.logitScale)) }).similarities
    }).outputs
  }
}

/** The states of texts; none sees what comes after it. */
const textStates =
  ({ textEncoder, config }: Clip) =>
  ({ ids }: { readonly ids: Ids }, given: Given = {}): Stream => {
    const { dropout = config.textEncoder.dropout } = config
    const keep = both(causal({ position: size(ids, 'position') }), given.keep) as Mask
    return encode(textEncoder, { ids }, { ...given, keep }, dropRates(dropout))
  }

/** The states of pictures, normalised: that of the class token comes first. */
const pictureStates =
  ({ pictureEncoder, config }: Clip) =>
  (inputs: PictureInputs, given: Given = {}): Stream =>
    encodePicture(pictureEncoder, inputs, given, config.dropout ?? config.pictureEncoder.dropout)

/** x / |x|: a vector that points the same way and is as long as 1. */
const unit = (x: Tensor<'batch' | 'shared'>): Tensor<'batch' | 'shared'> =>
  divide(x, sqrt(sum(multiply(x, x), 'shared')))

/** The first place of a token in each text, or of the text's largest id; 0 where it is not there. */
function endOf(ids: Ids, end: number | undefined): Tensor<'batch'> {
  const length = size(ids, 'position')
  const isEnd = equal(ids, end ?? max(ids, 'position'))
  const left = max(multiply(isEnd, add(negate(index('position', length)), length)), 'position')
  return multiply(minimum(left, 1), add(negate(left), length))
}

function textParts({ vocab, context, textEncoder }: ClipConfig): EncoderParts {
  const { model, epsilon } = textEncoder
  return {
    embedding: new TokenEmbedding({ vocab, model }),
    positions: new LearnedPositions({ context: { size: context, because: 'chosen: the context' }, model }),
    blocks: blocks(textEncoder),
    norm: new LayerNorm({ over: { model }, epsilon }),
  }
}

function pictureParts({ picture, patch, pictureEncoder }: ClipConfig): PictureEncoderParts {
  const { model, epsilon } = pictureEncoder
  return {
    picture,
    patches: new PatchEmbedding({ channel: picture.channel, patch, model, bias: false }),
    classToken: new ClassToken({ model }),
    positions: new GridPositions({ grid: gridOf(picture, patch), before: 1, model, start: placeStart }),
    embeddingNorm: new LayerNorm({ over: { model }, epsilon }),
    blocks: blocks(pictureEncoder),
    norm: new LayerNorm({ over: { model }, epsilon }),
  }
}

function blocks({ activation = 'quickGelu', epsilon, ...sizes }: ClipEncoderConfig): PreNormBlock[] {
  const parts = blockSizes(sizes.model, sizes)
  return Array.from({ length: sizes.layer }, () => new PreNormBlock(paperParts(parts, { activation, epsilon })))
}

const projection = ({ model }: ClipEncoderConfig, shared: number): Linear<'model', 'shared'> =>
  new Linear({ from: { model }, to: { shared }, bias: false, start: { normal: 1 / Math.sqrt(model) } })

function checkConfig(config: ClipConfig): void {
  const { vocab, context, shared, textEncoder, pictureEncoder, picture, patch, dropout } = config
  checkSizes('clip', { vocab, context, shared })
  const { layer, head, model, hidden } = textEncoder
  checkSizes('clip: texts', { layer, head, model, hidden })
  checkDivides('clip: texts', model, head)
  checkDropRates('clip: texts', dropout ?? textEncoder.dropout)
  checkPictureConfig('clip: pictures', {
    ...pictureEncoder,
    dropout: dropout ?? pictureEncoder.dropout,
    picture,
    patch,
  })
}
