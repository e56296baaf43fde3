// The lines of a text that comes in pieces of bytes: of files that are too large to be held as one text.

/** Lines that have come to their end; `hasEnd` is false for a last one that has none. */
export interface LinePiece {
  readonly lines: readonly string[]
  readonly hasEnd: boolean
}

/** The longest line. What is longer was hardly meant to be read by lines. */
const mostCharacters = 1 << 26

/**
 * The lines of a text in pieces: they end with \n or \r\n, and its byte order mark is no part of them.
 *
 * Throws for bytes that are no UTF-8, and for a line without end; `place` is the name of the file.
 */
export async function* linePieces(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  place: string,
): AsyncGenerator<LinePiece> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let before = 0
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new Error(
        `${place}: after line ${before} stand bytes that are no UTF-8 text. Save it as text in UTF-8, or name another file.`,
        { cause },
      )
    }
  }
  for await (const piece of pieces) {
    const lines = (rest + decoded(piece)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > mostCharacters)
      throw new Error(`${place}, line ${before + lines.length + 1}: the line has no end. Name a file of lines.`)
    if (lines.length > 0) yield { lines: lines.map(withoutReturn), hasEnd: true }
    before += lines.length
  }
  rest += decoded()
  if (rest !== '') yield { lines: [withoutReturn(rest)], hasEnd: false }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)
