// PNG (W3C, third edition): chunks, of which the data are one stream, deflated; in it rows of bytes, each filtered by its
// neighbours; in these the pixels, one after another or in the seven passes of an interlaced picture.
//
// Every colour type and depth is read. 16 bits lose their lower 8 (so do colours in Pillow; greys it cuts off at 255); fewer bits are
// spread over 0 to 255; a palette becomes its colours. What says how a screen should show it (gamma, profiles) is left aside.

import { crc32 } from './crc32.ts'
import { type Channels, checkPictureSize, type Picture } from './picture.ts'

/** The first bytes of every PNG. */
export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

interface Header {
  readonly width: number
  readonly height: number
  /** The bits of one sample. */
  readonly depth: number
  readonly colour: number
  readonly isInterlaced: boolean
}

/** The samples of a pixel, and the depths that are allowed, by colour type: grey, colours, palette, and two with opacity. */
const colourTypes: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
}

/** Where the passes of an interlaced picture begin, and their steps: Adam7. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** A picture out of the bytes of a PNG; `place` is the file, for messages. Throws for what is no PNG, cut, damaged or too large. */
export async function readPng(bytes: Uint8Array, place: string): Promise<Picture> {
  if (pngSignature.some((byte, i) => bytes[i] !== byte))
    throw new Error(`${place}: this is no PNG. Give a file that begins as one.`)
  const { header, palette, transparent, data } = chunksOf(bytes, place)
  const { width, height, depth, colour, isInterlaced } = header
  const { samples } = colourTypes[colour]
  const bits = samples * depth
  const passes = (isInterlaced ? adam7 : [[0, 0, 1, 1] as const])
    .map(([left, top, right, down]) => ({
      ...{ left, top, right, down },
      columns: Math.ceil((width - left) / right),
      rows: Math.ceil((height - top) / down),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
  const rowBytes = (columns: number): number => Math.ceil((columns * bits) / 8)
  const length = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + rowBytes(columns)), 0)
  const filtered = await inflated(data, length, place)
  const raw = new Uint16Array(width * height * samples)
  let at = 0
  for (const { left, top, right, down, columns, rows } of passes) {
    const row = rowBytes(columns)
    unfilter(filtered.subarray(at, at + rows * (1 + row)), row, Math.max(1, bits >> 3), place)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns * samples; x++) {
        const column = left + right * Math.floor(x / samples)
        raw[((top + down * y) * width + column) * samples + (x % samples)] = sampleAt(
          filtered,
          at + y * (1 + row) + 1,
          x,
          depth,
        )
      }
    at += rows * (1 + row)
  }
  return coloured(raw, header, palette, transparent, place)
}

interface Chunks {
  readonly header: Header
  readonly palette: Uint8Array | undefined
  readonly transparent: Uint8Array | undefined
  readonly data: Uint8Array[]
}

function chunksOf(bytes: Uint8Array, place: string): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let header: Header | undefined
  const found: Record<string, Uint8Array> = {}
  const data: Uint8Array[] = []
  for (let at = pngSignature.length; ; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY
    if (at + 12 + length > bytes.length)
      throw new Error(`${place}: the PNG is cut: it ends after ${bytes.length} bytes, within a chunk. Copy it again.`)
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const content = bytes.subarray(at + 8, at + 8 + length)
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      throw new Error(`${place}: the PNG is damaged: the checksum of ${chunkName(kind)} is wrong. Copy it again.`)
    at += 12 + length
    if (header === undefined) header = headerOf(kind, content, place)
    else if (kind === 'IDAT') data.push(content)
    else if (kind === 'PLTE' || kind === 'tRNS') found[kind] = content
    else if (kind === 'IEND') return { header, palette: found['PLTE'], transparent: found['tRNS'], data }
    else if (/^[A-Z]/.test(kind))
      throw new Error(
        `${place}: the PNG has a chunk ${chunkName(kind)}, which must be understood and is not. Save the picture as a plain PNG.`,
      )
  }
}

/** The name of a chunk for a message: four letters, or the numbers of what should be letters. */
const chunkName = (kind: string): string =>
  /^[A-Za-z]{4}$/.test(kind) ? `"${kind}"` : `[${[...kind].map((each) => each.charCodeAt(0)).join(', ')}]`

function headerOf(kind: string, content: Uint8Array, place: string): Header {
  if (kind !== 'IHDR' || content.length !== 13)
    throw new Error(`${place}: the PNG does not begin with its header. Copy it again.`)
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  const [depth, colour, compression, filter, interlace] = content.subarray(8)
  if (!colourTypes[colour]?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1)
    throw new Error(
      `${place}: there is no PNG of colour type ${colour}, ${depth} bits, compression ${compression}, filter ${filter} and ` +
        `interlace ${interlace}. Save the picture again.`,
    )
  checkPictureSize(place, width, height)
  return { width, height, depth, colour, isInterlaced: interlace === 1 }
}

/** The data as they were before they were deflated, of which so many bytes are expected. */
async function inflated(data: readonly Uint8Array[], length: number, place: string): Promise<Uint8Array> {
  const cut = (at: number) =>
    new Error(`${place}: the PNG is cut or damaged: ${at} of its ${length} bytes of pixels can be read. Copy it again.`)
  const stream = new Blob(data.map((each) => each.slice())).stream().pipeThrough(new DecompressionStream('deflate'))
  const reader = stream.getReader()
  const all = new Uint8Array(length)
  let at = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      // What stands behind the last row is nobody's.
      all.set(value.subarray(0, length - at), at)
      at = Math.min(length, at + value.length)
      if (at === length) break
    }
  } catch {
    throw cut(at)
  } finally {
    await reader.cancel().catch(() => {})
  }
  if (at < length) throw cut(at)
  return all
}

/**
 * Takes back, in place, what was subtracted from each byte: the byte to the left (1), above (2), their mean (3), or that of left, above
 * and above left which is nearest to left + above − above left (4, Paeth).
 *
 * - `row`: the bytes of a row behind the number of its filter
 * - `step`: the bytes from one pixel to the next, at least 1
 */
function unfilter(bytes: Uint8Array, row: number, step: number, place: string): void {
  for (let start = 1; start < bytes.length; start += row + 1) {
    const filter = bytes[start - 1]
    if (filter > 4) throw new Error(`${place}: the PNG is damaged: it has a filter ${filter}. Copy it again.`)
    const isFirst = start === 1
    for (let i = 0; i < row; i++) {
      const left = i < step ? 0 : bytes[start + i - step]
      const above = isFirst ? 0 : bytes[start + i - row - 1]
      const corner = isFirst || i < step ? 0 : bytes[start + i - row - 1 - step]
      bytes[start + i] += predictedByte(filter, left, above, corner)
    }
  }
}

/** The byte that a filter expects beside its neighbours. */
export function predictedByte(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const near = left + above - corner
  const [toLeft, toAbove, toCorner] = [Math.abs(near - left), Math.abs(near - above), Math.abs(near - corner)]
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner
}

/** The sample with this number in a row that begins at a byte. */
function sampleAt(bytes: Uint8Array, start: number, sample: number, depth: number): number {
  if (depth === 8) return bytes[start + sample]
  if (depth === 16) return (bytes[start + 2 * sample] << 8) | bytes[start + 2 * sample + 1]
  const bit = sample * depth
  return (bytes[start + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1)
}

/** Samples as bytes of 0 to 255, with the colours of the palette, and with opacity where the file says what shines through. */
function coloured(
  raw: Uint16Array,
  { width, height, depth, colour }: Header,
  palette: Uint8Array | undefined,
  transparent: Uint8Array | undefined,
  place: string,
): Picture {
  const count = width * height
  if (colour === 3) return fromPalette(raw, width, height, palette, transparent, place)
  const { samples } = colourTypes[colour]
  const toByte = depth === 16 ? (sample: number) => sample >> 8 : (sample: number) => (sample * 255) / (2 ** depth - 1)
  // Without a channel of its own, opacity may be told by one colour that shines through, of two bytes a sample.
  const key = colour < 4 && transparent?.length === 2 * samples ? transparent : undefined
  const channels = (samples + (key ? 1 : 0)) as Channels
  const pixels = new Uint8Array(count * channels)
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < samples; c++) pixels[i * channels + c] = toByte(raw[i * samples + c])
    if (!key) continue
    let isKey = true
    for (let c = 0; c < samples; c++) isKey &&= raw[i * samples + c] === ((key[2 * c] << 8) | key[2 * c + 1])
    pixels[i * channels + samples] = isKey ? 0 : 255
  }
  return { width, height, channels, pixels }
}

function fromPalette(
  raw: Uint16Array,
  width: number,
  height: number,
  palette: Uint8Array | undefined,
  transparent: Uint8Array | undefined,
  place: string,
): Picture {
  const colours = Math.floor((palette?.length ?? 0) / 3)
  const channels = transparent ? 4 : 3
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const number = raw[i]
    if (palette === undefined || number >= colours)
      throw new Error(
        `${place}: the PNG is damaged: pixel ${i} has colour ${number} of a palette of ${colours}. Save the picture again.`,
      )
    for (let c = 0; c < 3; c++) pixels[i * channels + c] = palette[3 * number + c]
    if (transparent) pixels[i * channels + 3] = transparent[number] ?? 255
  }
  return { width, height, channels, pixels }
}
