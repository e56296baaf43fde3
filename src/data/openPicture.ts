// A picture out of a file on the disk: a PNG, or a JPEG where the package jpeg-js is there. This needs Node.

import type { Picture } from '../image/picture.ts'
import { type JpegDecoder, readPicture } from '../image/readPicture.ts'
import { orientationOf, upright } from '../image/upright.ts'
import { readNamedBytes } from '../text/openFile.ts'

/** The picture in a file. Throws for what is none, and for a JPEG where the package jpeg-js is not there. */
export async function openPicture(path: string): Promise<Picture> {
  return pictureIn(await readNamedBytes(path, 'picture'), path)
}

/** The picture in the bytes of such a file; `place`: its name. */
export const pictureIn = (bytes: Uint8Array, place: string): Promise<Picture> =>
  readPicture(bytes, place, jpegDecoder())

/** The error of a JPEG where the package that decodes it is not there: no fault of the file's. */
class NoJpegDecoder extends Error {}

/** The picture that is read, or what is made of it; or in a sentence why there is none. Throws where JPEGs cannot be read at all. */
export async function pictureOrReason<Read extends object>(read: () => Promise<Read>): Promise<Read | string> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof NoJpegDecoder || !(error instanceof Error)) throw error
    return error.message
  }
}

/** Decodes JPEGs, upright; `load`: brings the package. */
export function jpegDecoder(
  load: () => Promise<{ readonly default: Pick<typeof import('jpeg-js'), 'decode'> }> = () => import('jpeg-js'),
): JpegDecoder {
  return async (bytes, place) => {
    const { default: decoder } = await load().catch(() => {
      throw new NoJpegDecoder(
        `${place}: to read a JPEG the package jpeg-js is needed. Get it with "npm install jpeg-js", or give a PNG.`,
      )
    })
    try {
      const { width, height, data } = decoder.decode(bytes, { useTArray: true, formatAsRGBA: false, ...limits })
      return upright({ width, height, channels: 3, pixels: new Uint8Array(data) }, orientationOf(bytes))
    } catch (cause) {
      const isLarge = /^max/.test((cause as Error).message)
      const why = isLarge ? `has more than ${limits.maxResolutionInMP} million pixels` : 'is cut or damaged'
      throw new Error(`${place}: the JPEG ${why}. Save it ${isLarge ? 'smaller' : 'again, or as a PNG'}.`, { cause })
    }
  }
}

/** The most that is decoded. */
const limits = { maxResolutionInMP: 67, maxMemoryUsageInMB: 2048 }
