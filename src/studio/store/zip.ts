// Zip archives: a run given out as one file, and read again. Written, files are stored as they are, since weights get hardly smaller; read,
// they may be deflated too, as other programs do it. An archive may come from anywhere: what it says of its files is compared with what
// they are, and nothing is made larger than is allowed.
//
// The format: PKWARE's APPNOTE 6.3. Of archives above 4 GiB (zip64) none is read or written.

import { crc32 } from '../../image/crc32.ts'

interface ZippedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The bytes of all files together, and how many there may be. */
const mostBytes = 2_000_000_000
const mostFiles = 1000

const local = 0x04034b50
const central = 0x02014b50
const end = 0x06054b50
const endBytes = 22

/** An archive of these files, in chunks. */
export function zipOf(files: readonly ZippedFile[]): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  const directory: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name)
    const common = { crc: crc32(bytes), size: bytes.length, path }
    const head = record(30, path, (view) => {
      view.setUint32(0, local, true)
      fields(view, 4, common)
    })
    directory.push(
      record(46, path, (view) => {
        view.setUint32(0, central, true)
        view.setUint16(4, 20, true)
        fields(view, 6, common)
        view.setUint32(42, offset, true)
      }),
    )
    chunks.push(head, bytes.slice())
    offset += head.length + bytes.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const last = record(endBytes, new Uint8Array(0), (view) => {
    view.setUint32(0, end, true)
    view.setUint16(8, files.length, true)
    view.setUint16(10, files.length, true)
    view.setUint32(12, size, true)
    view.setUint32(16, offset, true)
  })
  return [...chunks, ...directory, last]
}

function record(length: number, path: Uint8Array, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length + path.length)
  write(new DataView(bytes.buffer))
  bytes.set(path, length)
  return bytes
}

/** The fields that both heads of a file have: version 2.0, names in UTF-8, stored, 1 January 1980. */
function fields(
  view: DataView,
  at: number,
  { crc, size, path }: { readonly crc: number; readonly size: number; readonly path: Uint8Array },
): void {
  view.setUint16(at, 20, true)
  view.setUint16(at + 2, 0x0800, true)
  view.setUint16(at + 8, 0x21, true)
  view.setUint32(at + 10, crc, true)
  view.setUint32(at + 14, size, true)
  view.setUint32(at + 18, size, true)
  view.setUint16(at + 22, path.length, true)
}

/** A file of an archive, as its directory tells of it. */
interface Entry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

/**
 * The files of an archive by their names, without the folders that they are in.
 *
 * - `place`: the archive's name, for messages
 *
 * Throws for bytes that are no archive or a damaged one, and for one that is larger than is allowed.
 */
export async function unzipped(
  bytes: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const [path, content] of await unzippedPaths(bytes, place)) {
    const name = path.split('/').at(-1) ?? ''
    if (files.has(name)) throw new Error(`${place}: it has two files named ${name}. Take out the folder of one run.`)
    files.set(name, content)
  }
  return files
}

/** The paths of an archive's files, hidden ones left out. Throws for bytes that are no archive. */
export const zippedPaths = (bytes: Uint8Array, place: string): string[] =>
  entriesOf(bytes, place)
    .map(({ name }) => name)
    .filter(isSeen)

const isSeen = (path: string): boolean => !/(^|\/)(\.[^/]*)?$/.test(path)

/** The files of an archive by their paths, as `unzipped` gives them. */
export async function unzippedPaths(
  bytes: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const entries = entriesOf(bytes, place)
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (entries.length > mostFiles || total > mostBytes)
    throw new Error(
      `${place}: it has ${entries.length} files of ${total} bytes together, more than the ${mostFiles} files and ${mostBytes} bytes that are read. Take out what belongs to the run.`,
    )
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const entry of entries) {
    const name = entry.name.split('/').at(-1) ?? ''
    if (isSeen(entry.name)) files.set(entry.name, await contentOf(bytes, entry, `${place}: ${name}`))
  }
  return files
}

const damaged = (place: string): Error => new Error(`${place}: it is no zip archive, or a damaged one. Choose another.`)

function entriesOf(bytes: Uint8Array, place: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = bytes.length - endBytes
  // A comment of at most 65,535 bytes may follow.
  while (at >= 0 && at >= bytes.length - endBytes - 0xffff && view.getUint32(at, true) !== end) at--
  if (at < 0 || view.getUint32(at, true) !== end) throw damaged(place)
  const count = view.getUint16(at + 10, true)
  const entries: Entry[] = []
  for (let i = 0, from = view.getUint32(at + 16, true); i < count; i++) {
    if (from + 46 > bytes.length || view.getUint32(from, true) !== central) throw damaged(place)
    const [path, extra, comment] = [28, 30, 32].map((field) => view.getUint16(from + field, true))
    entries.push({
      method: view.getUint16(from + 10, true),
      crc: view.getUint32(from + 16, true),
      packed: view.getUint32(from + 20, true),
      size: view.getUint32(from + 24, true),
      offset: view.getUint32(from + 42, true),
      name: new TextDecoder().decode(bytes.subarray(from + 46, from + 46 + path)),
    })
    from += 46 + path + extra + comment
  }
  return entries
}

async function contentOf(
  bytes: Uint8Array<ArrayBuffer>,
  { method, crc, packed, size, offset }: Entry,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== local) throw damaged(place)
  const from = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (from + packed > bytes.length) throw damaged(place)
  const stored = bytes.slice(from, from + packed)
  if (method !== 0 && method !== 8)
    throw new Error(`${place}: it is packed in a way (${method}) that is not read here. Pack it again as a plain zip.`)
  const content = method === 0 ? stored : await inflated(stored, size, place)
  if (content.length !== size || crc32(content) !== crc) throw damaged(place)
  return content
}

/** Unpacks, and no further than was said. */
async function inflated(
  packed: Uint8Array<ArrayBuffer>,
  size: number,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size)
  let at = 0
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      if (!value || at + value.length > size) break
      content.set(value, at)
      at += value.length
    }
  } catch {
    throw damaged(place)
  } finally {
    await reader.cancel().catch(() => {})
  }
  if (at !== size) throw damaged(place)
  return content
}
