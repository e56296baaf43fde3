// An encoder of pictures: patches become vectors, a class token stands before them, places are put on, and blocks let all look at all.
//
// `encodePicture` is the forward pass of all of them; vit.ts, deit.ts, dinov2.ts and clip.ts say which parts they are made of. A picture of
// another size than the one a model learnt from gets other places (gridPositions.ts): `ofPictures` gives the same model for it.

import type { Tensor } from '../tensor/node.ts'
import { see, trace } from '../tensor/pass.ts'
import { constant, gather } from '../tensor/primitives.ts'
import { Attention } from './attention.ts'
import { type Block, type Part, PreNormBlock } from './block.ts'
import type { ClassToken } from './classToken.ts'
import { checkDropRates, Dropout, type DropRates, dropRates } from './dropout.ts'
import type { GridPositions } from './gridPositions.ts'
import type { ClassScores, Given } from './language.ts'
import { Linear } from './linear.ts'
import { type Activation, activations, MLP } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { type Extents, gridOf, type PatchEmbedding, type Pixels } from './patchEmbedding.ts'
import type { Reading, Reads } from './reads.ts'
import { checkDivides, checkSizes, chosen, hiddenSize, perHead } from './sizes.ts'
import type { Stream } from './stream.ts'

/** The pictures that a model reads: numbers of so many channels, rows and columns. */
export interface PictureExtents extends Extents {
  readonly channel: number
}

/** The sizes that every encoder of pictures has, and their options. */
export interface PictureEncoderConfig {
  /** The pictures that it learns from, whose places have rows of their own. */
  readonly picture: PictureExtents
  readonly patch: Extents
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden?: number
  readonly epsilon?: number
  /** The activation of the MLP; geluExact if not given. */
  readonly activation?: Activation
  /** False where queries, keys and values have no bias. */
  readonly hasBiases?: boolean
  readonly dropout?: number | DropRates
}

/** The config of a classifier on an encoder of pictures: how many classes there are, and what their numbers mean. */
export type PictureClassifierConfig<Config extends PictureEncoderConfig> = Config & {
  readonly class: number
  readonly scores?: ClassScores
}

/** The parts that an encoder of pictures is made of. */
export interface PictureEncoderParts {
  /** The pictures that it reads: those of its config, or of another size (`ofPictures`). */
  readonly picture: PictureExtents
  readonly patches: PatchEmbedding
  readonly classToken: ClassToken
  /** A second token, behind the first. */
  readonly distillationToken?: ClassToken | undefined
  readonly positions: GridPositions
  /** Normalises what goes into the first block. */
  readonly embeddingNorm?: Part | undefined
  readonly blocks: readonly Block[]
  readonly norm: Part
}

/** Pictures as nodes. */
export type PictureInputs = { readonly pixels: Pixels }

/** The declaration of who reads pictures of these sizes. */
export const pictureReads = ({ channel, down, across }: PictureExtents): Reads & { readonly pixels: Reading } => ({
  pixels: { axes: { channel, down, across } },
})

/** The forward pass of an encoder of pictures: (batch, position, model), where the tokens before the patches come first. */
export function encodePicture(
  model: PictureEncoderParts,
  { pixels }: PictureInputs,
  { step }: Given = {},
  dropout?: number | DropRates,
): Stream {
  return trace(model, () => {
    const drop = new Dropout(dropRates(dropout), step)
    const { patches, classToken, distillationToken, positions, embeddingNorm, blocks, norm } = model
    const { output } = see(patches, { output: patches.apply(pixels) })
    const tokens = classToken.before(distillationToken ? distillationToken.before(output) : output)
    const { embedded } = see(model, { embedded: positions.onto(tokens, gridOf(model.picture, patches.patch)) })
    const normed = embeddingNorm ? see(embeddingNorm, { output: embeddingNorm.apply(embedded) }).output : embedded
    let x = drop.apply('embedding', normed, model)
    for (const block of blocks) x = block.apply(x, { drop })
    return see(norm, { output: norm.apply(x) }).output
  }).outputs
}

/**
 * The same model, with the same weights, for pictures of another size: the places are resampled.
 *
 * Throws for pictures that have no patch.
 */
export function ofPictures<Model extends object>(model: Model, { down, across }: Extents): Model {
  const same: Model = Object.assign(Object.create(Object.getPrototypeOf(model)), model)
  if (!isPictureEncoder(model)) {
    for (const [name, part] of Object.entries(model))
      if (isPictureEncoder(part)) Object.assign(same, { [name]: ofPictures(part, { down, across }) })
    return same
  }
  const { patch } = model.patches
  if (down < patch.down || across < patch.across)
    throw new Error(
      `pictures: ${down} × ${across} pixels have no patch of ${patch.down} × ${patch.across}. Give larger ones.`,
    )
  return Object.assign(same, { picture: { channel: model.picture.channel, down, across } })
}

/** The pictures that a model reads, where it reads such. */
export function pictureOf({ reads }: { readonly reads: Reads }): PictureExtents | undefined {
  const { channel, down, across } = reads.pixels?.axes ?? {}
  const areFixed = typeof channel === 'number' && typeof down === 'number' && typeof across === 'number'
  return areFixed ? { channel, down, across } : undefined
}

const isPictureEncoder = (part: unknown): part is PictureEncoderParts =>
  typeof part === 'object' && part !== null && 'patches' in part && 'picture' in part

/** The vector of one position: 0 is the class token's. */
export const stateAt = (states: Stream, position: number): Tensor<'batch' | 'model'> =>
  gather(states, constant(position), 'position')

/**
 * Self-attention and MLP behind norms, as all of them have it; `parts`: another MLP, and what changes their answers. Matrices begin so that
 * sums keep the size of what is summed.
 */
export function pictureBlock(
  config: PictureEncoderConfig,
  parts: { readonly mlp?: Part; readonly attentionScale?: Part; readonly mlpScale?: Part } = {},
): PreNormBlock {
  const { epsilon, hasBiases: bias = true } = config
  const model = chosen(config.model)
  const head = chosen(config.head)
  const key = perHead(config.model, config.head)
  const start = { normal: 1 / Math.sqrt(config.model) }
  return new PreNormBlock({
    attentionNorm: new LayerNorm({ over: { model }, epsilon }),
    attention: new Attention({
      query: new Linear({ from: { model }, to: { head, key }, bias, start }),
      key: new Linear({ from: { model }, to: { head, key }, bias, start }),
      value: new Linear({ from: { model }, to: { head, value: key }, bias, start }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true }),
    }),
    mlpNorm: new LayerNorm({ over: { model }, epsilon }),
    mlp: parts.mlp ?? pictureMlp(config),
    attentionScale: parts.attentionScale,
    mlpScale: parts.mlpScale,
  })
}

function pictureMlp(config: PictureEncoderConfig): MLP {
  const { activation = 'geluExact' } = config
  const model = chosen(config.model)
  const hidden = hiddenSize(config.model, config.hidden)
  return new MLP({
    up: new Linear({ from: { model }, to: { hidden }, bias: true, start: { normal: 1 / Math.sqrt(config.model) } }),
    down: new Linear({ from: { hidden }, to: { model }, bias: true, start: { normal: 1 / Math.sqrt(hidden.size) } }),
    activation: activations[activation],
  })
}

/** Places begin far apart, since nothing else says where a patch stands. */
export const placeStart = { normal: 0.5 }

/** Throws for a config of which no model can be made; `place` is its family. */
export function checkPictureConfig(place: string, config: PictureEncoderConfig): void {
  const { picture, patch, layer, head, model, hidden, dropout } = config
  checkSizes(place, {
    channel: picture.channel,
    down: picture.down,
    across: picture.across,
    layer,
    head,
    model,
    hidden,
  })
  checkSizes(`${place}: patch`, { down: patch.down, across: patch.across })
  checkDivides(place, model, head)
  checkDropRates(place, dropout)
  if (patch.down > picture.down || patch.across > picture.across)
    throw new Error(
      `${place}: a patch is ${patch.down} × ${patch.across}, but the pictures are ${picture.down} × ${picture.across}. ` +
        'Choose smaller patches.',
    )
}
