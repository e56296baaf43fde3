// The text that bytes are, if they are one: UTF-8 without zero bytes. A byte order mark is not part of it.

import { lineAt } from './lines.ts'
import { encodingOf, otherKind } from './notText.ts'

/** The text of a file's bytes; `path` is the file, for messages. Throws for bytes that are no UTF-8 text, and for none. */
export function textOfBytes(bytes: Uint8Array, path: string): string {
  const text = asText(bytes)
  if (typeof text === 'number') throw notText(path, bytes, text)
  if (text === '') throw new Error(`text: ${path} is empty. Name a file with text in it.`)
  return text
}

/** The bytes' text without its byte order mark, or the offset of the first byte that is no text. */
export function asText(bytes: Uint8Array): string | number {
  const zero = bytes.indexOf(0)
  // Written back, a text that was decoded without loss is the same bytes; where it is not, decoding stumbled.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const again = new TextEncoder().encode(text)
  const wrong = again.findIndex((byte, offset) => byte !== bytes[offset])
  const offsets = [zero, wrong].filter((offset) => offset >= 0)
  if (offsets.length > 0) return Math.min(...offsets, bytes.length - 1)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** `offset`: of the first byte that is no text. */
function notText(path: string, bytes: Uint8Array, offset: number): Error {
  const kind = otherKind(bytes)
  if (kind) return new Error(`text: ${path} is no text, but ${kind.is}. ${kind.advice}`)
  const line = lineAt(new TextDecoder().decode(bytes.subarray(0, offset)), Infinity)
  const said = encodingOf(bytes, offset)
  if (bytes[offset] === 0 && said === undefined)
    return new Error(
      `text: ${path} has a zero byte in line ${line} (byte ${offset}), as no text has. Take it out, or name another file.`,
    )
  const byte = `byte ${offset} (0x${bytes[offset].toString(16).padStart(2, '0')}) in line ${line}`
  return new Error(
    `text: ${path} is no UTF-8 text: ${byte} cannot stand there. ${said === undefined ? '' : `${said} `}Save it as UTF-8, or name another file.`,
  )
}
