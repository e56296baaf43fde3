// A picture: bytes, row by row from the top, the channels of a pixel beside one another.

/** 1: grey; 2: grey and opacity; 3: red, green and blue; 4: these and opacity. */
export type Channels = 1 | 2 | 3 | 4

export interface Picture {
  /** The number of its columns. */
  readonly width: number
  /** The number of its rows. */
  readonly height: number
  readonly channels: Channels
  /** From 0 to 255: row · width · channels + column · channels + channel. */
  readonly pixels: Uint8Array
}

/** The most pixels that a picture may have: its bytes, and those it is made from, then fit anywhere. */
const mostPixels = 2 ** 26

/** Throws for a picture that is too large, or has no pixel; `place` says whose it is. */
export function checkPictureSize(place: string, width: number, height: number): void {
  if (width < 1 || height < 1)
    throw new Error(`${place}: the picture is ${width} × ${height} pixels. Give one with at least one pixel.`)
  if (width * height > mostPixels)
    throw new Error(
      `${place}: the picture has ${width} × ${height} = ${width * height} pixels; there may be ${mostPixels} at most. ` +
        'Make it smaller.',
    )
}

/**
 * The same picture with one channel (grey) or three (red, green, blue). What shines through lies on white. Grey of colours is their
 * luma, (299 · red + 587 · green + 114 · blue) / 1000, with the rounding of Pillow (ITU-R 601-2).
 */
export function withChannels(picture: Picture, channels: 1 | 3): Picture {
  const { width, height, pixels } = onWhite(picture)
  const from = pixels.length / (width * height)
  if (from === channels) return { width, height, channels, pixels }
  const changed = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++)
    if (channels === 3) changed.fill(pixels[i], 3 * i, 3 * i + 3)
    else changed[i] = (pixels[3 * i] * 19595 + pixels[3 * i + 1] * 38470 + pixels[3 * i + 2] * 7471 + 0x8000) >> 16
  return { width, height, channels, pixels: changed }
}

/** The picture without its opacity, as it looks on white. */
function onWhite(picture: Picture): Picture {
  const { width, height, channels, pixels } = picture
  if (channels === 1 || channels === 3) return picture
  const colours = channels === 4 ? 3 : 1
  const seen = new Uint8Array(width * height * colours)
  for (let i = 0; i < width * height; i++) {
    const opacity = pixels[i * channels + colours]
    for (let c = 0; c < colours; c++)
      seen[i * colours + c] = Math.round((pixels[i * channels + c] * opacity + 255 * (255 - opacity)) / 255)
  }
  return { width, height, channels: colours, pixels: seen }
}

/** The same opaque picture: of one channel where red, green and blue are equal in every pixel. */
export function inGreyWhereItIs(picture: Picture): Picture {
  const { width, height, channels, pixels } = picture
  if (channels <= 2) return picture
  const grey = new Uint8Array(width * height)
  for (let i = 0, from = 0; i < grey.length; i++, from += channels) {
    if (pixels[from] !== pixels[from + 1] || pixels[from] !== pixels[from + 2]) return picture
    grey[i] = pixels[from]
  }
  return { width, height, channels: 1, pixels: grey }
}

/** The middle of a picture; what lies beyond its edges is black (0). Rows and columns begin at ⌊(size − wanted) / 2⌋. */
export function centreCrop({ width, height, channels, pixels }: Picture, wanted: PictureSize): Picture {
  const left = Math.floor((width - wanted.width) / 2)
  const top = Math.floor((height - wanted.height) / 2)
  const cropped = new Uint8Array(wanted.width * wanted.height * channels)
  const from = Math.max(0, left)
  const to = Math.min(width, left + wanted.width)
  for (let row = Math.max(0, top); row < Math.min(height, top + wanted.height); row++)
    cropped.set(
      pixels.subarray((row * width + from) * channels, (row * width + to) * channels),
      ((row - top) * wanted.width + from - left) * channels,
    )
  return { ...wanted, channels, pixels: cropped }
}

export interface PictureSize {
  readonly width: number
  readonly height: number
}
