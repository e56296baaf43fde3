// preprocessor_config.json, or a part of processor_config.json: how the pictures that a model reads are prepared, as transformers' image
// processors say it.
//
//   do_resize size resample             resized to a size, or by the shortest edge; resample is Pillow's number of a filter
//   do_center_crop crop_size            the middle of it
//   do_rescale rescale_factor           times a factor
//   do_normalize image_mean image_std   minus the mean, divided by the deviation, for each channel
//
// What is not said is as the processor that the file names has it, or else that of the model's family. What would make other numbers and is
// not done here is refused, and so are numbers that make nothing, and pictures that the model cannot read.

import type { PictureSize } from '../image/picture.ts'
import type { Preparation } from '../image/prepare.ts'
import type { ResampleFilter } from '../image/resize.ts'
import type { Extents } from '../model/patchEmbedding.ts'
import type { PictureExtents } from '../model/pictureEncoder.ts'
import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import type { FolderFiles } from './folderFiles.ts'
import { preprocessorFields } from './preprocessorFields.ts'
import { preprocessorName } from './savedNames.ts'

const half = [0.5, 0.5, 0.5]
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] }

/** The usual fields of each processor, and whether one number is a square or the shortest edge. */
const processors = {
  ViT: { size: { height: 224, width: 224 }, resample: 2, mean: half, std: half },
  DeiT: { size: { height: 256, width: 256 }, resample: 3, crop: { height: 224, width: 224 }, mean: half, std: half },
  Bit: { size: { shortest_edge: 224 }, resample: 3, crop: { height: 224, width: 224 }, ...clip },
  CLIP: { size: { shortest_edge: 224 }, resample: 3, crop: { height: 224, width: 224 }, ...clip },
} as const

type ProcessorName = keyof typeof processors

/** The names that a file may have for each: those of now, of the fast ones, and of before. */
const processorNamed: Readonly<Record<string, ProcessorName>> = Object.fromEntries(
  (Object.keys(processors) as ProcessorName[]).flatMap((name) =>
    ['ImageProcessor', 'ImageProcessorFast', 'ImageProcessorPil', 'FeatureExtractor'].map((end) => [name + end, name]),
  ),
)

const filterNumbers: Readonly<Record<number, ResampleFilter>> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
  4: 'box',
  5: 'hamming',
}

/** Fields that say nothing of the numbers, or are read with others. */
const known = new Set([
  ...['image_processor_type', 'feature_extractor_type', 'processor_class', 'do_resize', 'size', 'resample', 'max_size'],
  ...['do_center_crop', 'crop_size', 'do_rescale', 'rescale_factor', 'do_normalize', 'image_mean', 'image_std'],
  ...['do_convert_rgb', 'default_to_square', 'data_format', 'input_data_format', 'return_tensors', 'device'],
  ...[
    'disable_grouping',
    'do_pad',
    'pad_size',
    'do_flip_channel_order',
    '_valid_processor_keys',
    'transformers_version',
  ],
])

/**
 * The way that pictures are prepared for the model of a folder, with sentences about what is not used; what is usual for its family
 * where the folder does not say it.
 *
 * - `type`: the family, as config.json names it (`model_type`)
 *
 * Throws for pictures that are smaller than one patch.
 */
export async function preparationIn(
  files: FolderFiles,
  type: string,
  { channel, down, across, patch }: PictureExtents & { readonly patch: Extents },
): Promise<{ readonly preparation: Preparation; readonly warnings: readonly string[] }> {
  const family = Object.hasOwn(families, type) ? families[type as keyof typeof families] : families.vit
  const fields = await preprocessorFields(files, 'image_processor')
  if (fields) {
    const said = preparationFrom(fields, channel, family.processor)
    checkHoldsPatch(said.preparation, patch, fields)
    return said
  }
  return {
    preparation: usualPreparation(family, channel, { width: across, height: down }),
    warnings: [`${files.name}: it has no ${preprocessorName}; pictures are prepared as is usual for ${family.name}.`],
  }
}

function checkHoldsPatch({ resize, crop }: Preparation, patch: Extents, fields: ConfigFields): void {
  const size = crop ?? resize?.size
  if (size === undefined) return
  const { width, height } = 'shortest' in size ? { width: size.shortest, height: size.shortest } : size
  if (width >= patch.across && height >= patch.down) return
  throw fields.wrong(
    `${crop ? 'crop_size' : 'size'} is ${width} × ${height}, which is smaller than one patch of the model (config.json: patch_size, ${patch.across} × ${patch.down}). Restore the file.`,
  )
}

const imageNet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] }

/** The processor that prepares pictures for the published models of each family, and its numbers where they are others. */
const families = {
  vit: { name: 'ViT', processor: 'ViT' },
  deit: { name: 'DeiT', processor: 'DeiT', ...imageNet },
  dinov2: { name: 'DINOv2', processor: 'Bit', ...imageNet },
  clip: { name: 'CLIP', processor: 'CLIP' },
} as const

/** The usual preparation for a model whose folder says nothing, for pictures of its size. */
function usualPreparation(
  { name: _, processor, ...numbers }: (typeof families)[keyof typeof families],
  channels: number,
  { width, height }: PictureSize,
): Preparation {
  const isCropped = 'crop' in processors[processor]
  const json = {
    image_processor_type: `${processor}ImageProcessor`,
    size: isCropped ? { shortest_edge: Math.max(width, height) } : { width, height },
    ...(isCropped && { crop_size: { width, height } }),
    ...Object.fromEntries(Object.entries(numbers).map(([field, each]) => [field, each.slice(0, channels)])),
  }
  return preparationFromJSON(json, channels).preparation
}

/**
 * The way that a folder's pictures are prepared; undefined where it has no such file.
 *
 * - `channels`: those that its model reads
 *
 * `warnings`: sentences about all in the file that is not used. Throws for what is not done here.
 */
export async function loadPreparation(
  files: FolderFiles,
  channels: number,
): Promise<{ readonly preparation: Preparation; readonly warnings: readonly string[] } | undefined> {
  const fields = await preprocessorFields(files, 'image_processor')
  return fields && preparationFrom(fields, channels)
}

/** The same of a parsed file. */
export const preparationFromJSON = (
  json: unknown,
  channels: number,
  place = preprocessorName,
): { readonly preparation: Preparation; readonly warnings: readonly string[] } =>
  preparationFrom(new ConfigFields(json, place), channels)

function preparationFrom(
  fields: ConfigFields,
  channels: number,
  processor: ProcessorName = 'ViT',
): { readonly preparation: Preparation; readonly warnings: readonly string[] } {
  const type = fields.has('image_processor_type') ? 'image_processor_type' : 'feature_extractor_type'
  const usual = processors[fields.has(type) ? fields.choice(type, processorNamed) : processor]
  if (channels !== 1 && channels !== 3)
    throw fields.wrong(`the model reads ${channels} channels, but pictures have 1 or 3. Take another model.`)
  fields.only('do_pad', [false])
  fields.only('do_flip_channel_order', [false])
  for (const name of fields.names()) if (!known.has(name) && fields.has(name)) fields.warn(`${name} is not used.`)
  const isCropped = fields.flag('do_center_crop', 'crop' in usual)
  const isNormalised = fields.flag('do_normalize', true)
  const filter = filterOf(fields, usual.resample)
  const preparation: Preparation = {
    channels,
    ...(fields.flag('do_resize', true) && { resize: { size: sizeOf(fields, usual), filter } }),
    ...(isCropped && { crop: cropOf(fields, usual) }),
    ...(fields.flag('do_rescale', true) && { scale: scaleOf(fields) }),
    ...(isNormalised && {
      mean: perChannel(fields, 'image_mean', usual.mean, channels),
      deviation: perChannel(fields, 'image_std', usual.std, channels),
    }),
  }
  const wrong = preparation.deviation?.find((each) => each <= 0)
  if (wrong !== undefined)
    throw fields.wrong(`image_std has ${wrong} in it, and pixels are divided by it. Give numbers above 0.`)
  return { preparation, warnings: fields.warnings }
}

/** The file that `preparationFromJSON` reads, and transformers. */
export function preparationToJSON({ channels, resize, crop, scale, mean, deviation }: Preparation): object {
  const number = resize && Object.entries(filterNumbers).find(([, filter]) => filter === resize.filter)?.[0]
  const sizeToJSON = ({ width, height }: PictureSize) => ({ height, width })
  return {
    image_processor_type: 'ViTImageProcessor',
    do_convert_rgb: channels === 3,
    do_resize: resize !== undefined,
    ...(resize && {
      size: 'shortest' in resize.size ? { shortest_edge: resize.size.shortest } : sizeToJSON(resize.size),
      resample: Number(number),
    }),
    do_center_crop: crop !== undefined,
    ...(crop && { crop_size: sizeToJSON(crop) }),
    do_rescale: scale !== undefined,
    ...(scale !== undefined && { rescale_factor: scale }),
    do_normalize: mean !== undefined,
    ...(mean && { image_mean: mean, image_std: deviation }),
  }
}

function scaleOf(fields: ConfigFields): number {
  const scale = fields.number('rescale_factor', { otherwise: 1 / 255 })
  if (scale > 0) return scale
  throw fields.wrong(
    `rescale_factor is ${scale}, and every pixel is multiplied by it. Give a number above 0; 1 / 255 (0.00392156862745098) is usual.`,
  )
}

function filterOf(fields: ConfigFields, usual: number): ResampleFilter {
  const number = fields.whole('resample', { otherwise: usual, least: 0, most: 5 })
  return filterNumbers[number]
}

type Usual = (typeof processors)[ProcessorName]

function sizeOf(fields: ConfigFields, usual: Usual): PictureSize | { readonly shortest: number } {
  const isShortest = 'shortest_edge' in usual.size
  if (typeof fields.get('size') === 'number') {
    const edge = fields.whole('size', { most: mostEdge })
    return fields.flag('default_to_square', !isShortest) ? { width: edge, height: edge } : { shortest: edge }
  }
  const size = fields.has('size') ? fields.inner('size') : new ConfigFields(usual.size, fields.place)
  if (!size) throw fields.wrong(`size is ${kindOf(fields.get('size'))}. Give height and width.`)
  for (const name of ['longest_edge', 'max_height', 'max_width']) size.only(name, [])
  if (size.has('shortest_edge')) return { shortest: size.whole('shortest_edge', { most: mostEdge }) }
  return { width: size.whole('width', { most: mostEdge }), height: size.whole('height', { most: mostEdge }) }
}

const mostEdge = 8192

function cropOf(fields: ConfigFields, usual: Usual): PictureSize {
  if (typeof fields.get('crop_size') === 'number') {
    const edge = fields.whole('crop_size', { most: mostEdge })
    return { width: edge, height: edge }
  }
  const otherwise = 'crop' in usual ? usual.crop : { height: 224, width: 224 }
  const size = fields.inner('crop_size') ?? new ConfigFields(otherwise, fields.place)
  return { width: size.whole('width', { most: mostEdge }), height: size.whole('height', { most: mostEdge }) }
}

/** A number for each channel, from a list of them, or one for all. */
function perChannel(fields: ConfigFields, name: string, usual: readonly number[], channels: number): readonly number[] {
  const given = fields.get(name) ?? usual.slice(0, channels)
  const list: readonly unknown[] = Array.isArray(given) ? given : Array.from({ length: channels }, () => given)
  const isRight = list.length === channels && list.every((each) => typeof each === 'number' && Number.isFinite(each))
  if (!isRight)
    throw fields.wrong(
      `${name} is ${JSON.stringify(given)}, but the model reads ${channels} channels. Give a number for each.`,
    )
  return list as readonly number[]
}
