// ViT: an encoder of pictures, and the classifier on its class token.
//
//   ViT             the states of the class token and of every patch, and `pooled`: a vector for the whole picture
//   ClassifyingViT  for the whole picture, to which class it belongs
//
// Dosovitskiy et al. 2020: pre-norm blocks, learnt positions, exact GELU. The forward pass is pictureEncoder.ts.

import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import type { PreNormBlock } from './block.ts'
import { ClassToken } from './classToken.ts'
import { GridPositions } from './gridPositions.ts'
import type { ClassifyingModel, EncodingModel, Given } from './language.ts'
import { Linear } from './linear.ts'
import { LayerNorm } from './norm.ts'
import { gridOf, PatchEmbedding } from './patchEmbedding.ts'
import {
  checkPictureConfig,
  encodePicture,
  type PictureClassifierConfig,
  type PictureEncoderConfig,
  type PictureEncoderParts,
  type PictureExtents,
  type PictureInputs,
  pictureBlock,
  pictureReads,
  placeStart,
  stateAt,
} from './pictureEncoder.ts'
import { PicturePooler, type PooledConfig, pooledBy } from './picturePooler.ts'
import { checkSizes } from './sizes.ts'
import type { Stream } from './stream.ts'

/** The sizes of a ViT, and its options. */
export interface ViTConfig extends PictureEncoderConfig {
  /** The vector for the whole picture, where it has one. */
  readonly pooled?: PooledConfig
}

export class ViT implements EncodingModel, PictureEncoderParts {
  readonly kind = 'encoder'
  readonly config: ViTConfig
  readonly picture: PictureExtents
  readonly patches: PatchEmbedding
  readonly classToken: ClassToken
  readonly positions: GridPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: LayerNorm
  readonly pooler: PicturePooler | undefined

  constructor(config: ViTConfig) {
    checkPictureConfig('vit', config)
    const { picture, patch, model, layer, epsilon = 1e-12, pooled } = config
    const complete = { ...config, epsilon }
    this.config = config
    this.picture = picture
    this.patches = new PatchEmbedding({ channel: picture.channel, patch, model })
    this.classToken = new ClassToken({ model })
    this.positions = new GridPositions({ grid: gridOf(picture, patch), before: 1, model, start: placeStart })
    this.blocks = Array.from({ length: layer }, () => pictureBlock(complete))
    this.norm = new LayerNorm({ over: { model }, epsilon })
    this.pooler = pooled && new PicturePooler({ model, pooled })
  }

  get reads() {
    return pictureReads(this.picture)
  }

  states(inputs: PictureInputs, given: Given = {}): Stream {
    return encodePicture(this, inputs, given, this.config.dropout)
  }

  /** A vector for the whole picture. */
  pooled(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'model'> {
    return trace(this, () => this.pooledFrom(this.states(inputs, given))).outputs
  }

  /** A vector for the whole picture from its states. Throws for a model that was made without one. */
  pooledFrom(states: Stream): Tensor<'batch' | 'model'> {
    return trace(this, () => see(this, { pooled: pooledBy('vit', this.pooler, states) }).pooled).outputs
  }
}

/** To which class a picture belongs, by the state of its class token. */
export class ClassifyingViT implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly vit: ViT
  readonly classifier: Linear<'model', 'class'>
  readonly config: PictureClassifierConfig<ViTConfig>

  constructor({ pooled: _, ...config }: PictureClassifierConfig<ViTConfig>) {
    checkSizes('vit', { class: config.class })
    this.config = config
    this.vit = new ViT(config)
    this.classifier = new Linear({ from: { model: config.model }, to: { class: config.class }, bias: true })
  }

  get reads() {
    return this.vit.reads
  }

  classes(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'class'> {
    return trace(this, () => {
      const state = stateAt(this.vit.states(inputs, given), 0)
      return see(this, { classes: this.classifier.apply<'batch'>(state) }).classes
    }).outputs
  }
}
