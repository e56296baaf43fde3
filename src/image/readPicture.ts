// A picture out of the bytes of a file, whichever kind it is: PNG here, JPEG by what is at hand, a page's own decoder or another.

import { fileKindOf, fileKindText } from '../text/fileKind.ts'
import type { Picture } from './picture.ts'
import { checkPictureSize, inGreyWhereItIs } from './picture.ts'
import { pngSignature, readPng } from './readPng.ts'

/** The files that are pictures, by their names; hidden ones are none. */
export const pictureNames = /^[^.].*\.(png|jpe?g)$/i

/** Decodes the bytes of a JPEG: upright, as a camera that was held to a side states it. */
export type JpegDecoder = (bytes: Uint8Array, place: string) => Promise<Picture>

/** True for bytes that begin as a JPEG. */
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff

/**
 * The picture in the bytes of a PNG or a JPEG; `place`: the file's name, for messages. Decoders give a JPEG's colours whether it has
 * some or not: it is grey where every pixel is.
 *
 * - `decodeJpeg`: decodes a JPEG; a page's own decoder if not given
 *
 * Throws for another kind of file, and for one that is cut, damaged or too large.
 */
export async function readPicture(
  bytes: Uint8Array,
  place: string,
  decodeJpeg: JpegDecoder = decodedByPage,
): Promise<Picture> {
  if (bytes.length === 0) throw new Error(`${place}: the file is empty, and no picture. Give another.`)
  if (isJpeg(bytes)) return inGreyWhereItIs(await decodeJpeg(bytes, place))
  if (pngSignature.some((byte, i) => bytes[i] !== byte)) throw notPicture(bytes, place)
  return readPng(bytes, place)
}

/** The error for bytes that are neither a PNG nor a JPEG. */
function notPicture(bytes: Uint8Array, place: string): Error {
  const known = fileKindOf(bytes)
  // What calls itself a PNG and has another signature was changed on its way, as a text is.
  if (known === undefined || known.format === 'PNG')
    return new Error(`${place}: this is no picture that can be read. Give a PNG or a JPEG.`)
  return new Error(
    known.kind === 'picture'
      ? `${place}: this is ${fileKindText(known)}. Save it as a PNG or a JPEG.`
      : `${place}: this is no picture, but ${fileKindText(known)}. Give a PNG or a JPEG.`,
  )
}

/** The picture as a page decodes it, without changing its colours for the screen. */
async function decodedByPage(bytes: Uint8Array, place: string): Promise<Picture> {
  if (typeof createImageBitmap === 'undefined' || typeof OffscreenCanvas === 'undefined')
    throw new Error(`${place}: nothing here decodes a JPEG. Give a PNG.`)
  const bitmap = await createImageBitmap(new Blob([bytes.slice()]), { colorSpaceConversion: 'none' }).catch(() => {
    throw new Error(`${place}: the JPEG is cut or damaged. Copy it again.`)
  })
  try {
    const { width, height } = bitmap
    checkPictureSize(place, width, height)
    const context = new OffscreenCanvas(width, height).getContext('2d')
    if (!context) throw new Error(`${place}: the page has no canvas for a JPEG. Give a PNG.`)
    context.drawImage(bitmap, 0, 0)
    return { width, height, channels: 4, pixels: new Uint8Array(context.getImageData(0, 0, width, height).data) }
  } finally {
    bitmap.close()
  }
}
