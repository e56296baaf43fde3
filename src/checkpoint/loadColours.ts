// The codec of a model that writes pictures pixel by pixel: the colours in its preprocessor_config.json, as ImageGPT's image processor
// has them. A colour is three numbers from −1 to 1, and a byte is 127.5 · (number + 1).

import { Codebook } from '../data/codebook.ts'
import { PictureCodec } from '../data/pictureCodec.ts'
import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import { type FolderFiles, placeOf, readJSON } from './folderFiles.ts'
import { preprocessorName } from './savedNames.ts'

/**
 * The codec by the colours in a folder; undefined where it has no such file. Throws for colours that are none, for a picture with more
 * pixels than the model has places, and for pictures that are prepared in another way.
 */
export async function loadColours(
  files: FolderFiles,
  { context }: { context: number },
): Promise<PictureCodec | undefined> {
  const json = await readJSON(files, preprocessorName)
  if (json === undefined) return undefined
  const fields = new ConfigFields(json, placeOf(files, preprocessorName))
  // A picture is brought to its size by triangles (Pillow's number 2), and each pixel to −1 to 1, whose nearest colour it then is.
  fields.only('resample', [2])
  for (const name of ['do_resize', 'do_normalize', 'do_color_quantize']) fields.only(name, [true])
  const colours = fields.get('clusters')
  if (!Array.isArray(colours) || colours.length === 0 || !colours.every(isColour))
    throw fields.wrong(`clusters is ${kindOf(colours)}. Give a list of colours, each three numbers from −1 to 1.`)
  const vectors = colours.flatMap((colour: readonly number[]) => colour.map((number) => 127.5 * (number + 1)))
  const { width, height } = sizeFrom(fields)
  if (width * height > context)
    throw fields.wrong(
      `size is ${width} × ${height}, ${width * height} pixels, but the model has ${context} places. Restore the file.`,
    )
  const patch = { width: 1, height: 1 }
  return new PictureCodec(new Codebook(vectors, 3), { width, height, channels: 3, patch }, fields.place)
}

const isColour = (colour: unknown): boolean =>
  Array.isArray(colour) && colour.length === 3 && colour.every((number) => number >= -1 && number <= 1)

/** The size of a picture: one number for both sides, or each by its name. */
function sizeFrom(fields: ConfigFields): { readonly width: number; readonly height: number } {
  const size = fields.get('size')
  if (typeof size !== 'object') {
    const side = fields.whole('size')
    return { width: side, height: side }
  }
  const sides = new ConfigFields(size, `${fields.place}: size`)
  return { width: sides.whole('width'), height: sides.whole('height') }
}
