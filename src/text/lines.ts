// Lines of a text.

/**
 * The lines of a text; its byte order mark and the line ends are not part of them. Lines end with \n or \r\n; in a text without
 * any \n (of old Macs) with \r. What else Unicode calls a line end stands inside lines.
 */
export function linesOf(text: string): string[] {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text
  const lines = content.split(content.includes('\n') ? /\r?\n/ : '\r')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** In which line a place of a text is, counted from 1. */
export function lineAt(text: string, index: number): number {
  return Math.max(1, linesOf(`${text.slice(0, index)}.`).length)
}
