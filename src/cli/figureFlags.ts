// Facts as a command shows them: lines of the terminal, a picture, a page, or JSON with all digits.

import type { Figure } from '../show/figure.ts'
import { figureLines } from '../show/figureLines.ts'
import { figurePage } from '../show/figurePage.ts'
import { figureSvg } from '../show/figureSvg.ts'
import { path, toggle } from './flags.ts'
import { checkCanSave, saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'

export const figureFlags = {
  svg: path('save a picture, for documents', { value: 'FILE' }),
  html: path('save a page, with the numbers as tables', { value: 'FILE' }),
  json: toggle('print the facts as JSON, with all digits'),
}

export interface FigureFlags {
  readonly svg: string | undefined
  readonly html: string | undefined
  readonly json: boolean
}

/** Throws where a picture or a page could not be saved: that is said before the work. */
export async function checkFigureFlags({ svg, html }: FigureFlags, terminal: Terminal): Promise<void> {
  for (const file of [svg, html]) {
    if (file === undefined) continue
    terminal.goOn()
    await checkCanSave(file)
  }
}

/** Shows facts in the way that the flags ask for. */
export async function showFacts(
  terminal: Terminal,
  { svg, html, json }: FigureFlags,
  { facts, figure }: { readonly facts: object; readonly figure: () => Figure },
): Promise<void> {
  if (svg !== undefined) await saveFile(svg, figureSvg(figure()))
  if (html !== undefined) await saveFile(html, figurePage(figure()))
  const { width, hasColours } = terminal
  if (json) terminal.print(JSON.stringify(facts, plainNumbers))
  else if (svg === undefined && html === undefined)
    terminal.print(terminal.painted(figureLines(figure(), { width, hasColours }).join('\n')))
  else terminal.print(`Saved in ${[svg, html].filter((file) => file !== undefined).join(' and ')}.`)
}

/** Lists of numbers as JSON has them; what it has no number for is a word, as edits have it. */
function plainNumbers(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
