// Photographs in a page: read by the page's own decoder.

import type { Picture } from '../../../src/image/picture.ts'
import { readPicture } from '../../../src/image/readPicture.ts'

/** A JPEG of these bytes, as a page reads it; its pixels by themselves, since it goes out as JSON. */
export async function readJpeg(
  bytes: readonly number[],
): Promise<Omit<Picture, 'pixels'> & { readonly pixels: number[] }> {
  const picture = await readPicture(Uint8Array.from(bytes), 'photograph.jpg')
  return { ...picture, pixels: [...picture.pixels] }
}
