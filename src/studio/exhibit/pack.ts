// Files in one run of bytes: what an exhibit carries.
//
//   4 bytes    the length of the list, little-endian
//   list       JSON: [[name, bytes], …]
//   files      one after the other

import { joinedBytes } from '../../text/joinedBytes.ts'

/** The files as one. */
export function packFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const list = new TextEncoder().encode(JSON.stringify([...files].map(([name, bytes]) => [name, bytes.length])))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, list.length, true)
  return joinedBytes([length, list, ...files.values()])
}

/** The files of what `packFiles` made. */
export function unpackFiles(packed: Uint8Array<ArrayBuffer>): Map<string, Uint8Array<ArrayBuffer>> {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true)
  const list = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + length))) as [string, number][]
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  let at = 4 + length
  for (const [name, size] of list) {
    files.set(name, packed.slice(at, at + size))
    at += size
  }
  return files
}

/** Bytes compressed as browsers do by themselves: for numbers, of which nothing makes much less. */
export const deflated = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  through(bytes, new CompressionStream('deflate-raw'))

export const inflated = (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  through(bytes, new DecompressionStream('deflate-raw'))

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer())
}
