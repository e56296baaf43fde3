// DINOv2: a ViT whose parts say what they have to say times a learnt scale, and the classifier that also reads the mean of its patches.
//
// Oquab et al. 2023: LayerScale behind attention and MLP; the largest has a gated MLP (SwiGLU).

import { concatenate, slice } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import { mean } from '../tensor/primitives.ts'
import type { PreNormBlock } from './block.ts'
import { ClassToken } from './classToken.ts'
import { GridPositions } from './gridPositions.ts'
import type { ClassifyingModel, EncodingModel, Given } from './language.ts'
import { LayerScale } from './layerScale.ts'
import { Linear } from './linear.ts'
import { activations, GatedMLP } from './mlp.ts'
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
import { checkSizes, chosen, hiddenSize } from './sizes.ts'
import type { Stream } from './stream.ts'

/** The sizes of a DINOv2, and its options. */
export interface Dinov2Config extends PictureEncoderConfig {
  /** True where the MLP is gated. */
  readonly isGated?: boolean
}

export class Dinov2 implements EncodingModel, PictureEncoderParts {
  readonly kind = 'encoder'
  readonly config: Dinov2Config
  readonly picture: PictureExtents
  readonly patches: PatchEmbedding
  readonly classToken: ClassToken
  readonly positions: GridPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: LayerNorm

  constructor(config: Dinov2Config) {
    checkPictureConfig('dinov2', config)
    const { picture, patch, model, layer, epsilon = 1e-6 } = config
    this.config = config
    this.picture = picture
    this.patches = new PatchEmbedding({ channel: picture.channel, patch, model })
    this.classToken = new ClassToken({ model })
    this.positions = new GridPositions({ grid: gridOf(picture, patch), before: 1, model, start: placeStart })
    this.blocks = Array.from({ length: layer }, () => scaledBlock({ ...config, epsilon }))
    this.norm = new LayerNorm({ over: { model }, epsilon })
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

  /** A vector for the whole picture from its states: that of its class token. */
  pooledFrom(states: Stream): Tensor<'batch' | 'model'> {
    return trace(this, () => see(this, { pooled: stateAt(states, 0) }).pooled).outputs
  }
}

/** To which class a picture belongs, by the state of its class token and the mean of those of its patches, one behind the other. */
export class ClassifyingDinov2 implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly dinov2: Dinov2
  readonly classifier: Linear<'model', 'class'>
  readonly config: PictureClassifierConfig<Dinov2Config>

  constructor(config: PictureClassifierConfig<Dinov2Config>) {
    checkSizes('dinov2', { class: config.class })
    this.config = config
    this.dinov2 = new Dinov2(config)
    const model = {
      size: 2 * config.model,
      because: `${config.model} of the class token, ${config.model} of the patches`,
    }
    this.classifier = new Linear({ from: { model }, to: { class: config.class }, bias: true })
  }

  get reads() {
    return this.dinov2.reads
  }

  classes(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'class'> {
    return trace(this, () => {
      const states = this.dinov2.states(inputs, given)
      const patches = mean(slice(states, 'position', { from: 1 }), 'position')
      const both = concatenate(stateAt(states, 0), patches, 'model')
      return see(this, { classes: this.classifier.apply<'batch'>(both) }).classes
    }).outputs
  }
}

function scaledBlock(config: Dinov2Config): PreNormBlock {
  const { model } = config
  const scales = { attentionScale: new LayerScale({ model }), mlpScale: new LayerScale({ model }) }
  return pictureBlock(config, { ...scales, ...(config.isGated && { mlp: gatedMlp(config) }) })
}

function gatedMlp(config: Dinov2Config): GatedMLP {
  const model = chosen(config.model)
  const hidden = hiddenSize(config.model, config.hidden)
  const start = { normal: 1 / Math.sqrt(config.model) }
  return new GatedMLP({
    gate: new Linear({ from: { model }, to: { hidden }, bias: true, start }),
    up: new Linear({ from: { model }, to: { hidden }, bias: true, start }),
    down: new Linear({ from: { hidden }, to: { model }, bias: true, start: { normal: 1 / Math.sqrt(hidden.size) } }),
    activation: activations.silu,
  })
}
