// A figure as lines of a terminal: its numbers, with shades where there are colours.

import type { CellOptions } from './cells.ts'
import type { Figure, Panel } from './figure.ts'
import { wrapped } from './lines.ts'
import { barsLines } from './panels/bars.ts'
import { chartLines } from './panels/chart.ts'
import { gridLines } from './panels/grid.ts'
import { tablePanelLines } from './panels/table.ts'
import { readable } from './visible.ts'

/**
 * The lines of a figure, of at most `width` characters: what does not fit beside one another stands below, what would be too much is left out,
 * and a line says so.
 */
export function figureLines({ title, notes = [], panels }: Figure, options: CellOptions): string[] {
  const strong = (text: string): string => (options.hasColours ? `\u001b[1m${text}\u001b[22m` : text)
  const quiet = (text: string): string => (options.hasColours ? `\u001b[2m${text}\u001b[22m` : text)
  const paragraph = (text: string): string[] => wrapped(readable(text), options.width)
  return [
    ...paragraph(title).map(strong),
    ...notes.flatMap(paragraph).map(quiet),
    ...panels.flatMap((panel) => [
      '',
      ...(panel.title === undefined ? [] : paragraph(panel.title).map(strong)),
      ...panelLines(panel, options),
    ]),
  ]
}

function panelLines(panel: Panel, options: CellOptions): string[] {
  switch (panel.kind) {
    case 'grid':
      return gridLines(panel, options)
    case 'bars':
      return barsLines(panel, options)
    case 'lines':
      return chartLines(panel, options)
    case 'table':
      return tablePanelLines(panel, options)
  }
}
