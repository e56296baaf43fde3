// Writing a PNG: each row with the filter after which its bytes are smallest, deflated, in chunks.

import { joinedBytes } from '../text/joinedBytes.ts'
import { crc32 } from './crc32.ts'
import { checkPictureSize, type Picture } from './picture.ts'
import { pngSignature, predictedByte } from './readPng.ts'

/** The colour type of a PNG by the number of channels: grey, grey with opacity, colours, colours with opacity. */
const colourType = { 1: 0, 2: 4, 3: 2, 4: 6 } as const

/** The bytes of a PNG of 8 bits; every picture comes back as it was. */
export async function writePng({ width, height, channels, pixels }: Picture): Promise<Uint8Array> {
  checkPictureSize('png', width, height)
  if (pixels.length !== width * height * channels)
    throw new Error(
      `png: ${width} × ${height} pixels of ${channels} channels are ${width * height * channels} numbers, but there are ` +
        `${pixels.length}. Give one for each.`,
    )
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, colourType[channels]], 8)
  const stream = new Blob([filteredRows(pixels, width * channels, channels)]).stream()
  const data = await new Response(stream.pipeThrough(new CompressionStream('deflate'))).bytes()
  const signature = Uint8Array.from(pngSignature)
  return joinedBytes([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array())])
}

/** Every row behind the number of its filter: the one with the least sum of absolute differences (the standard's advice, 12.7). */
function filteredRows(pixels: Uint8Array, row: number, step: number): Uint8Array<ArrayBuffer> {
  const count = pixels.length / row
  const rows = new Uint8Array(count * (row + 1))
  for (let y = 0; y < count; y++) {
    let least = Number.POSITIVE_INFINITY
    for (let filter = 0; filter < 5; filter++) {
      const tried = new Uint8Array(row)
      let sum = 0
      for (let i = 0; i < row; i++) {
        const at = y * row + i
        const left = i < step ? 0 : pixels[at - step]
        const above = y === 0 ? 0 : pixels[at - row]
        const corner = i < step || y === 0 ? 0 : pixels[at - row - step]
        tried[i] = pixels[at] - predictedByte(filter, left, above, corner)
        sum += Math.min(tried[i], 256 - tried[i])
      }
      if (sum >= least) continue
      least = sum
      rows[y * (row + 1)] = filter
      rows.set(tried, y * (row + 1) + 1)
    }
  }
  return rows
}

/** A chunk: its length, its name, its content, and the checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  bytes.set(
    Array.from(name, (letter) => letter.charCodeAt(0)),
    4,
  )
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)))
  return bytes
}
