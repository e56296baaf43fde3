// The way up of a photograph: a camera that is held to a side saves the pixels as they lie on its sensor, and beside them how they are to be
// turned. A page's decoder turns them, and so does transformers' `load_image`; here it is done for decoders that do not.
//
//   JPEG: segments, FF E1 length "Exif" 0 0 …     in it a TIFF file: "II" or "MM", 42, where its directory begins; there entry 0x0112
//
//   1 as it is    2 mirrored       3 turned by 180°              4 mirrored, by 180°
//   5 mirrored,   6 turned by      7 mirrored, by 90°            8 turned by 270°
//     by 270°       90° clockwise
//
// CIPA DC-008, "Exchangeable image file format for digital still cameras: Exif"; Adobe 1992, "TIFF 6.0".

import type { Picture } from './picture.ts'

/** The orientation, 1 to 8, that the bytes of a JPEG state; 1 where they state none. */
export function orientationOf(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)
  // Behind the mark of the beginning stand segments, until the first scan of pixels.
  for (let at = 2; at + 10 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; ) {
    const length = view.getUint16(at + 2)
    const isExif = jpeg[at + 1] === 0xe1 && view.getUint32(at + 4) === 0x45786966 && view.getUint16(at + 8) === 0
    if (isExif) return orientationInTiff(jpeg.subarray(at + 10, at + 2 + length))
    at += 2 + length
  }
  return 1
}

function orientationInTiff(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  if (tiff.length < 8) return 1
  const isLittle = tiff[0] === 0x49
  const directory = view.getUint32(4, isLittle)
  const entries = directory + 2 <= tiff.length ? view.getUint16(directory, isLittle) : 0
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, isLittle) !== 0x0112) continue
    const orientation = view.getUint16(at + 8, isLittle)
    return orientation >= 1 && orientation <= 8 ? orientation : 1
  }
  return 1
}

/** The picture as it is to be seen, of pixels with this orientation. */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture
  const { channels, pixels } = picture
  const isAside = orientation >= 5
  const isMirroredAcross = [2, 3, 7, 8].includes(orientation)
  const isMirroredDown = [3, 4, 6, 7].includes(orientation)
  const [width, height] = isAside ? [picture.height, picture.width] : [picture.width, picture.height]
  const turned = new Uint8Array(pixels.length)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += channels) {
      const [across, down] = isAside ? [y, x] : [x, y]
      const column = isMirroredAcross ? picture.width - 1 - across : across
      const row = isMirroredDown ? picture.height - 1 - down : down
      const from = (row * picture.width + column) * channels
      for (let c = 0; c < channels; c++) turned[to + c] = pixels[from + c]
    }
  return { width, height, channels, pixels: turned }
}
