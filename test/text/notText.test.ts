// What bytes may be that are no text: encodings by their marks and by how bytes follow one another, and files of other kinds.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodingOf, otherKind } from '../../src/text/notText.ts'

const text = 'It was a bright cold day in April.\n'.repeat(5)
const of = (content: string, encoding: BufferEncoding): Uint8Array => Buffer.from(content, encoding)
const bigEndian = (content: string): Uint8Array => Buffer.from(content, 'utf16le').swap16()
const utf32 = (content: string): Uint8Array =>
  new Uint8Array(Uint32Array.from([...content], (c) => c.charCodeAt(0)).buffer)

describe('bytes that are no UTF-8 seem to be', () => {
  const cases: readonly [what: string, bytes: Uint8Array, says: string | undefined][] = [
    ['UTF-16 with its mark', of(`\ufeff${text}`, 'utf16le'), 'It seems to be UTF-16 (little-endian).'],
    ['UTF-16 with its mark, turned round', bigEndian(`\ufeff${text}`), 'It seems to be UTF-16 (big-endian).'],
    ['UTF-16 without', of(text, 'utf16le'), 'It seems to be UTF-16 (little-endian).'],
    ['UTF-16 without, turned round', bigEndian(text), 'It seems to be UTF-16 (big-endian).'],
    ['UTF-32', Uint8Array.of(0xff, 0xfe, 0, 0, ...utf32(text)), 'It seems to be UTF-32 (little-endian).'],
    ['UTF-32, turned round', Uint8Array.of(0, 0, 0xfe, 0xff, 0, 0, 0, 65), 'It seems to be UTF-32 (big-endian).'],
    ['Latin-1', of(`caf\u00e9, na\u00efve, Zo\u00eb. ${text}`, 'latin1'), 'It seems to be Latin-1 or Windows-1252.'],
    ['Windows-1252', of('he said \u0093hi\u0094 \u0096 and left', 'latin1'), 'It seems to be Latin-1 or Windows-1252.'],
    [
      'cut inside a character',
      of(`${text}👍`, 'utf8').subarray(0, -1),
      'The text ends inside a character, so it may have been cut off.',
    ],
    [
      'half a surrogate pair',
      Uint8Array.of(97, 0xed, 0xa0, 0xbd, 98),
      'It is half of a surrogate pair, which is no character: the text was cut inside one, or is CESU-8.',
    ],
    ['nothing that is known', Uint8Array.of(0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea), undefined],
    ['nothing, but with a zero byte', of(`${text}a\0b`, 'utf8'), undefined],
  ]
  for (const [what, bytes, says] of cases)
    test(what, () => {
      const decoded = new TextDecoder().decode(bytes)
      const wrong = new TextEncoder().encode(decoded).findIndex((byte, i) => byte !== bytes[i])
      const offset = Math.min(...[wrong, bytes.indexOf(0)].filter((at) => at >= 0))
      assert.equal(encodingOf(bytes, offset), says)
      assert.equal(otherKind(bytes), undefined)
    })
})

test('files of other kinds are known by how they begin', () => {
  const kinds = [
    [[0x1f, 0x8b, 8], 'packed by gzip'],
    [[0x50, 0x4b, 3, 4], 'a zip archive, as .docx, .odt and .epub are'],
    [[...Buffer.from('%PDF-1.7')], 'a PDF'],
    [[0x89, 0x50, 0x4e, 0x47, 13], 'a picture (PNG)'],
    [[0xff, 0xd8, 0xff, 0xe0], 'a picture (JPEG)'],
  ] as const
  for (const [bytes, is] of kinds) assert.equal(otherKind(Uint8Array.from(bytes))?.is, is)
})
