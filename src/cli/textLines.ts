// Lines of text for an encoder: read from a file, each cut to what the model can look at.

import { count, grouped } from '../show/amounts.ts'
import { readText } from '../text/files.ts'
import { linesOf as textLines } from '../text/lines.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Terminal } from './terminal.ts'

export interface EncodedLines {
  readonly lines: readonly string[]
  /** The ids of each, with what the tokenizer's template adds. */
  readonly texts: readonly Int32Array[]
}

/** The lines of a file that are not empty. */
export async function filledLines(file: string): Promise<string[]> {
  const lines = textLines(await readText(file)).filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new Error(`text: ${file} has no line with text in it. Name another file.`)
  return lines
}

/** Encodes lines; of those that are too long the end is left out, which is said once. */
export function encodeLines(
  lines: readonly string[],
  { tokenizer, context, terminal }: { tokenizer: Tokenizer; context: number; terminal: Terminal },
): EncodedLines {
  let tooLong = 0
  const texts = lines.map((line) => {
    const ids = tokenizer.encode(line, { special: true })
    if (ids.length <= context) return ids
    tooLong++
    // What the template puts at the end ([SEP]) stays there.
    const plain = tokenizer.encode(line).length
    const behind = ids.length - plain > 1 ? 1 : 0
    return Int32Array.from([...ids.subarray(0, context - behind), ...ids.subarray(ids.length - behind)])
  })
  tellCut(tooLong, context, terminal)
  return { lines, texts }
}

/** Says that the end of some lines is left out. */
export function tellCut(tooLong: number, context: number, terminal: Terminal): void {
  if (tooLong > 0)
    terminal.note(
      `${count(tooLong, 'line')} ${tooLong === 1 ? 'is' : 'are'} longer than the ${grouped(context)} tokens that the model looks at; the rest of ${tooLong === 1 ? 'it' : 'them'} is left out.`,
    )
}
