// Byte-level text: the UTF-8 bytes of a text, each written as a character that can be seen.
//
//   "é\n"  →  bytes C3 A9 0A  →  "Ã©Ċ"
//
// Whatever text there is, it is made of 256 bytes: a vocabulary that has them all needs no unknown token. The bytes that
// print in Latin-1 stand for themselves, the others for the characters from U+0100 on, in order; so a space is "Ġ".
//
// Radford et al. 2019, section 2.2 (GPT-2), whose pattern cuts the text into words first.

/** The character that stands for each byte. */
export const characterOfByte: readonly string[] = (() => {
  const isVisible = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
  let hidden = 0
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isVisible(byte) ? byte : 0x100 + hidden++))
})()

const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]))

/** The characters of all bytes in the order of their code points, which is the order of their ids. */
export const byteAlphabet: readonly string[] = [...characterOfByte].sort()

/**
 * Words as GPT-2 cuts them: letters, digits or signs, each with the space before them, and contractions. `\s` is written as
 * the property, since JavaScript's own counts U+FEFF as a space and U+0085 as none.
 */
export const wordPattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu

const encoder = new TextEncoder()
const isPlain = /^[\x21-\x7e]*$/

/** A word as the characters of its bytes. */
export function spellBytes(word: string): string {
  if (isPlain.test(word)) return word
  let spelled = ''
  for (const byte of encoder.encode(word)) spelled += characterOfByte[byte]
  return spelled
}

/** The bytes that a piece stands for; a piece with a character that stands for no byte is text, as special tokens are. */
export function bytesOfPiece(piece: string): Uint8Array {
  const bytes = new Uint8Array(piece.length)
  for (let i = 0; i < piece.length; i++) {
    const byte = byteOfCharacter.get(piece[i])
    if (byte === undefined) return encoder.encode(piece)
    bytes[i] = byte
  }
  return bytes
}
