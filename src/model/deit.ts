// DeiT: a ViT with a second token, which learnt from a teacher.
//
//   DeiT                  the states of the class token, the distillation token, and every patch
//   ClassifyingDeiT       to which class a picture belongs, by its class token
//   TeacherClassifyingDeiT  the same by both tokens: the mean of what two classifiers say
//
// Touvron et al. 2020, section 4 and figure 2. The forward pass is pictureEncoder.ts.

import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import { add, multiply } from '../tensor/primitives.ts'
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

/** The sizes of a DeiT, and its options. */
export interface DeiTConfig extends PictureEncoderConfig {
  /** The vector for the whole picture, where it has one. */
  readonly pooled?: PooledConfig
}

export class DeiT implements EncodingModel, PictureEncoderParts {
  readonly kind = 'encoder'
  readonly config: DeiTConfig
  readonly picture: PictureExtents
  readonly patches: PatchEmbedding
  readonly classToken: ClassToken
  readonly distillationToken: ClassToken
  readonly positions: GridPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: LayerNorm
  readonly pooler: PicturePooler | undefined

  constructor(config: DeiTConfig) {
    checkPictureConfig('deit', config)
    const { picture, patch, model, layer, epsilon = 1e-12, pooled } = config
    const complete = { ...config, epsilon }
    this.config = config
    this.picture = picture
    this.patches = new PatchEmbedding({ channel: picture.channel, patch, model })
    this.classToken = new ClassToken({ model })
    this.distillationToken = new ClassToken({ model })
    this.positions = new GridPositions({ grid: gridOf(picture, patch), before: 2, model, start: placeStart })
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
    return trace(this, () => see(this, { pooled: pooledBy('deit', this.pooler, states) }).pooled).outputs
  }
}

/** To which class a picture belongs, by the state of its class token. */
export class ClassifyingDeiT implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly deit: DeiT
  readonly classifier: Linear<'model', 'class'>
  readonly config: PictureClassifierConfig<DeiTConfig>

  constructor({ pooled: _, ...config }: PictureClassifierConfig<DeiTConfig>) {
    checkSizes('deit', { class: config.class })
    this.config = config
    this.deit = new DeiT(config)
    this.classifier = new Linear({ from: { model: config.model }, to: { class: config.class }, bias: true })
  }

  get reads() {
    return this.deit.reads
  }

  classes(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'class'> {
    return trace(this, () => {
      const state = stateAt(this.deit.states(inputs, given), 0)
      return see(this, { classes: this.classifier.apply<'batch'>(state) }).classes
    }).outputs
  }
}

/** To which class a picture belongs: the mean of what one classifier says of the class token, another of the distillation token. */
export class TeacherClassifyingDeiT implements ClassifyingModel {
  readonly kind = 'classifier'
  readonly deit: DeiT
  readonly classifier: Linear<'model', 'class'>
  readonly distillationClassifier: Linear<'model', 'class'>
  readonly config: PictureClassifierConfig<DeiTConfig>

  constructor({ pooled: _, ...config }: PictureClassifierConfig<DeiTConfig>) {
    checkSizes('deit', { class: config.class })
    const sizes = { from: { model: config.model }, to: { class: config.class }, bias: true }
    this.config = config
    this.deit = new DeiT(config)
    this.classifier = new Linear(sizes)
    this.distillationClassifier = new Linear(sizes)
  }

  get reads() {
    return this.deit.reads
  }

  classes(inputs: PictureInputs, given: Given = {}): Tensor<'batch' | 'class'> {
    return trace(this, () => {
      const states = this.deit.states(inputs, given)
      const byClass = this.classifier.apply<'batch'>(stateAt(states, 0))
      const byTeacher = this.distillationClassifier.apply<'batch'>(stateAt(states, 1))
      return see(this, { byClass, byTeacher, classes: multiply(add(byClass, byTeacher), 0.5) }).classes
    }).outputs
  }
}
