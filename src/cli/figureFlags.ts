// Facts as a command shows them: lines of the terminal, a picture, a page, or JSON with all digits.

import type { Figure } from '../show/figure.ts'
import { figureLines } from '../show/figureLines.ts'
import { figurePage } from '../show/figurePage.ts'
import { figureSvg } from '../show/figureSvg.ts'
import { cut } from '../show/visible.ts'
import { path, toggle } from './flags.ts'
import { page, picture, type SavedKind } from './savedKinds.ts'
import { checkAreApart, checkCanSave, checkIsOther, saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'

export const figureFlags = {
  svg: path('save a picture, for documents', { value: 'FILE' }),
  html: path('save a page, with the numbers', { value: 'FILE' }),
  json: toggle('print the facts as JSON, with all digits'),
}

export interface FigureFlags {
  readonly svg: string | undefined
  readonly html: string | undefined
  readonly json: boolean
}

/** A file of another kind that a flag names. */
export interface OtherFile {
  readonly file: string
  readonly kind: SavedKind
}

/**
 * Throws where a picture or a page could not be saved: that is said before the work.
 *
 * - `read`: the files that the command reads; `others`: what it saves besides
 */
export async function checkFigureFlags(
  { svg, html }: FigureFlags,
  terminal: Terminal,
  read: readonly string[] = [],
  others: readonly OtherFile[] = [],
): Promise<void> {
  checkAreApart(svg, html, ...others.map(({ file }) => file))
  for (const { file, kind } of [{ file: svg, kind: picture }, { file: html, kind: page }, ...others]) {
    if (file === undefined) continue
    terminal.goOn()
    for (const each of read) checkIsOther(file, each)
    await checkCanSave(file, kind)
  }
}

/** The things that facts are of. They stand before the facts in JSON, and in the first notes of the figure. */
export interface Asked {
  readonly run?: string
  /** Two runs, where they are compared. */
  readonly runs?: readonly string[]
  readonly text?: string | undefined
  readonly file?: string
  readonly files?: readonly string[]
  /** The edits as they were given; of two runs, those of each. */
  readonly edits?: readonly string[] | readonly (readonly string[])[]
}

/** A longer text is cut in a note. */
const mostOfText = 80

/** `Of runs/emma; what is read: “Emma was”` and `With edits: …`: the notes that say what a figure is of. */
function askedNotes({ run, runs, text, file, files, edits = [] }: Asked): string[] {
  const of = run === undefined ? (runs ?? []) : [run]
  const read = text === undefined ? (file ?? files?.join(' and ')) : `“${cut(text, mostOfText)}”`
  const told = (own: readonly string[], which = ''): string[] =>
    own.length > 0 ? [`With edits${which}: ${own.join('; ')}`] : []
  return [
    ...(of.length === 0
      ? []
      : [`Of ${[...new Set(of)].join(' and ')}${read === undefined ? '' : `; what is read: ${read}`}`]),
    ...told(edits.filter((each) => typeof each === 'string')),
    ...edits
      .filter((each) => typeof each !== 'string')
      .flatMap((own, i) => told(own, ` of the ${i === 0 ? 'first' : 'second'} run`)),
  ]
}

/** Shows facts in the way that the flags ask for, and what they are of. */
export async function showFacts(
  terminal: Terminal,
  { svg, html, json }: FigureFlags,
  {
    asked,
    facts: found,
    figure: own,
    page,
    files = [],
  }: {
    readonly asked: Asked
    readonly facts: object
    readonly figure: () => Figure
    /** The page, given the notes of the figure; that of the figure if not given. */
    readonly page?: ((notes: readonly string[]) => Promise<string>) | undefined
    /** The contents of other files. */
    readonly files?: readonly { readonly file: string; readonly content: () => string }[] | undefined
  },
): Promise<void> {
  const facts = { ...asked, ...found }
  const figure = (): Figure => {
    const made = own()
    return { ...made, notes: [...askedNotes(facts), ...(made.notes ?? [])] }
  }
  if (svg !== undefined) await saveFile(svg, figureSvg(figure()))
  if (html !== undefined) await saveFile(html, await (page?.(figure().notes ?? []) ?? figurePage(figure())))
  for (const { file, content } of files) await saveFile(file, content())
  const saved = [svg, html, ...files.map(({ file }) => file)].filter((file) => file !== undefined)
  const { width, hasColours } = terminal
  if (json) terminal.print(JSON.stringify(facts, plainNumbers))
  else if (saved.length === 0) terminal.print(terminal.painted(figureLines(figure(), { width, hasColours }).join('\n')))
  else terminal.print(`Saved in ${saved.join(' and ')}.`)
}

/** Lists of numbers as JSON has them; what it has no number for is a word, as edits have it. */
function plainNumbers(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
