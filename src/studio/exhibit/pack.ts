// Files in one run of bytes, compressed: what an exhibit carries.
//
//   4 bytes    the length of the list, little-endian
//   list       JSON: [[name, bytes], …]
//   files      one after the other

/** Some files by name. */
export type PackedFiles = ReadonlyMap<string, Uint8Array>

/** The files as one, compressed. */
export async function packFiles(files: PackedFiles): Promise<Uint8Array> {
  const list = new TextEncoder().encode(JSON.stringify([...files].map(([name, bytes]) => [name, bytes.length])))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, list.length, true)
  const parts = [length, list, ...files.values()] as Uint8Array<ArrayBuffer>[]
  return through(new Blob(parts), new CompressionStream('deflate-raw'))
}

/** The files of what `packFiles` made. */
export async function unpackFiles(packed: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const bytes = await through(new Blob([packed]), new DecompressionStream('deflate-raw'))
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as [string, number][]
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  let at = 4 + length
  for (const [name, size] of list) {
    files.set(name, bytes.slice(at, at + size))
    at += size
  }
  return files
}

async function through(
  blob: Blob,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(blob.stream().pipeThrough(transform)).arrayBuffer())
}
