// A figure as lines of a terminal: its numbers, with shades where there are colours.

import type { Figure } from './figure.ts'
import { type LineOptions, wrapped } from './lines.ts'
import { looksOf } from './panels/kinds.ts'
import { readable } from './visible.ts'

/**
 * The lines of a figure, of at most `width` characters: what does not fit beside one another stands below, what would be too much is left out,
 * and a line says so.
 */
export function figureLines({ title, notes = [], panels }: Figure, options: LineOptions): string[] {
  const strong = (text: string): string => (options.hasColours ? `\u001b[1m${text}\u001b[22m` : text)
  const quiet = (text: string): string => (options.hasColours ? `\u001b[2m${text}\u001b[22m` : text)
  const paragraph = (text: string): string[] => wrapped(readable(text), options.width)
  return [
    ...paragraph(title).map(strong),
    ...notes.flatMap(paragraph).map(quiet),
    ...panels.flatMap((panel) => [
      '',
      ...(panel.title === undefined ? [] : paragraph(panel.title).map(strong)),
      ...looksOf(panel).lines(panel, options),
    ]),
  ]
}
