// What bytes may be that are no UTF-8 text: for messages, by the marks that encodings and files of other kinds begin with, and by how
// their bytes follow one another.

import { fileKindOf, fileKindText } from './fileKind.ts'

/** The kind of a file that is no text at all, and advice for it; undefined where nothing tells. */
export function otherKind(bytes: Uint8Array): { readonly is: string; readonly advice: string } | undefined {
  const known = fileKindOf(bytes)
  if (known) return { is: fileKindText(known), advice: 'Name another file.' }
  return otherKinds.find(({ mark }) => beginsWith(bytes, mark))
}

const otherKinds = [
  { mark: [0x1f, 0x8b], is: 'packed by gzip', advice: 'Give it a name that ends in .gz, and it is unpacked.' },
  {
    mark: [0x50, 0x4b, 3, 4],
    is: 'a zip archive, as .docx, .odt and .epub are',
    advice: 'Take the text out of it, and name that file.',
  },
  { mark: [0x25, 0x50, 0x44, 0x46], is: 'a PDF', advice: 'Take the text out of it, and name that file.' },
] as const

const beginsWith = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte)

/** The bytes' likely encoding, in a sentence; undefined where nothing tells. `offset`: the first byte that is no text. */
export function encodingOf(bytes: Uint8Array, offset: number): string | undefined {
  const marked = marks.find(({ mark }) => beginsWith(bytes, mark))
  if (marked) return marked.says
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return `It seems to be ${wide}.`
  const [first, second] = bytes.subarray(offset)
  if (first === 0xed && second >= 0xa0)
    return 'It is half of a surrogate pair, which is no character: the text was cut inside one, or is CESU-8.'
  if (first === 0) return undefined
  if (isCutOff(bytes.subarray(offset))) return 'The text ends inside a character, so it may have been cut off.'
  return areAlone(bytes) ? 'It seems to be Latin-1 or Windows-1252.' : undefined
}

const marks = [
  { mark: [0xff, 0xfe, 0, 0], says: 'It seems to be UTF-32 (little-endian).' },
  { mark: [0, 0, 0xfe, 0xff], says: 'It seems to be UTF-32 (big-endian).' },
  { mark: [0xff, 0xfe], says: 'It seems to be UTF-16 (little-endian).' },
  { mark: [0xfe, 0xff], says: 'It seems to be UTF-16 (big-endian).' },
] as const

/** So much of the beginning tells. */
const looked = 4096

/** In a text of a Western language every other byte of UTF-16 is 0. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const beginning = bytes.subarray(0, looked)
  const zeros = [0, 0]
  for (const [i, byte] of beginning.entries()) if (byte === 0) zeros[i % 2]++
  const half = beginning.length / 2
  if (zeros[1] > 0.7 * half && zeros[0] < 0.1 * half) return 'UTF-16 (little-endian)'
  if (zeros[0] > 0.7 * half && zeros[1] < 0.1 * half) return 'UTF-16 (big-endian)'
  return undefined
}

/** True where this is the beginning of one character, and no more. */
function isCutOff([first, ...rest]: Uint8Array): boolean {
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
  return rest.length > 0 && rest.length < length - 1 && rest.every((byte) => byte >= 0x80 && byte < 0xc0)
}

/** True where most bytes beyond ASCII stand between others of ASCII, as accented letters do where each is one byte. */
function areAlone(bytes: Uint8Array): boolean {
  const isAscii = (byte: number | undefined): boolean => byte === undefined || byte < 0x80
  let [alone, all] = [0, 0]
  for (const [i, byte] of bytes.subarray(0, 1 << 20).entries()) {
    if (byte < 0x80) continue
    all++
    if (byte >= 0xa0 && isAscii(bytes[i - 1]) && isAscii(bytes[i + 1])) alone++
    // Quotation marks and dashes of Windows.
    else if (byte >= 0x91 && byte < 0x98 && isAscii(bytes[i - 1]) && isAscii(bytes[i + 1])) alone++
  }
  return alone > 0.8 * all
}
