// A picture as a word, for links and messages: its size, and its bytes packed as PackBits packs them (Apple 1984; TIFF 6.0, section 9), in
// base64url. A link may come from anywhere, so the word is looked at.
//
//   28.28.1.…    width, height, channels, bytes
//   n < 128: the next n + 1 bytes as they are        n > 128: the next byte, 257 − n times

import { type Channels, checkPictureSize, type Picture } from '../../image/picture.ts'
import { fromBase64URL, toBase64URL } from './base64url.ts'

/** The word of a picture. */
export function pictureWord({ width, height, channels, pixels }: Picture): string {
  return `${width}.${height}.${channels}.${toBase64URL(packedBytes(pixels))}`
}

/** The picture of a word. Throws for a word that is of none. */
export function readPictureWord(word: string): Picture {
  const [, across, down, depth, letters] = /^(\d{1,5})\.(\d{1,5})\.([1-4])\.([\w-]*)$/.exec(word) ?? []
  // No bytes have 4n + 1 letters.
  if (letters === undefined || letters.length % 4 === 1) throw new Error('it is no picture')
  const [width, height, channels] = [Number(across), Number(down), Number(depth) as Channels]
  checkPictureSize('link', width, height)
  return { width, height, channels, pixels: unpackedBytes(fromBase64URL(letters), width * height * channels) }
}

const longest = 128

function packedBytes(bytes: Uint8Array): Uint8Array {
  const packed: number[] = []
  const runAt = (at: number): number => {
    let end = at + 1
    while (end < bytes.length && end - at < longest && bytes[end] === bytes[at]) end++
    return end - at
  }
  for (let at = 0; at < bytes.length; ) {
    const run = runAt(at)
    if (run > 2) {
      packed.push(257 - run, bytes[at])
      at += run
      continue
    }
    let end = at
    while (end < bytes.length && end - at < longest && runAt(end) <= 2) end++
    packed.push(end - at - 1, ...bytes.subarray(at, end))
    at = end
  }
  return Uint8Array.from(packed)
}

function unpackedBytes(packed: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let to = 0
  for (let at = 0; at < packed.length; ) {
    const said = packed[at++]
    const length = said < 128 ? said + 1 : 257 - said
    if (said === 128 || to + length > count || at + (said < 128 ? length : 1) > packed.length)
      throw new Error('it is no whole picture')
    if (said < 128) bytes.set(packed.subarray(at, at + length), to)
    else bytes.fill(packed[at], to, to + length)
    at += said < 128 ? length : 1
    to += length
  }
  if (to !== count) throw new Error('it is no whole picture')
  return bytes
}
