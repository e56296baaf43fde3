// Bytes inside a page, nearly as they are: a file of one page holds a model and the program that shows it, without the third more that
// base64 takes.
//
// The page says that it is windows-1252, in which every byte is one character. Four bytes cannot stand in a script element as they are:
// 0, which browsers replace; 13, which becomes 10; "<", with which the element could end; and the mark itself. Each becomes the mark
// and the byte 64 higher.

const mark = 0x3d
const shift = 64
const forbidden = [0x00, 0x0d, 0x3c, mark]

/** Bytes as they stand in the page. */
export function toHTML(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let more = 0
  for (const byte of bytes) if (forbidden.includes(byte)) more++
  const written = new Uint8Array(bytes.length + more)
  let at = 0
  for (const byte of bytes) {
    const isForbidden = forbidden.includes(byte)
    if (isForbidden) written[at++] = mark
    written[at++] = isForbidden ? byte + shift : byte
  }
  return written
}

/** The bytes that stand in a page so. */
export function fromHTML(written: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(written.length)
  let at = 0
  for (let i = 0; i < written.length; i++) bytes[at++] = written[i] === mark ? written[++i] - shift : written[i]
  return bytes.slice(0, at)
}

/** The bytes of characters that a browser has read as windows-1252. */
export function bytesOfText(text: string): Uint8Array {
  const every = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  const byteOf = new Map([...every].map((character, byte) => [character.charCodeAt(0), byte]))
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = byteOf.get(text.charCodeAt(i)) ?? 0
  return bytes
}
