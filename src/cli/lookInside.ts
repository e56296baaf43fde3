// Commands that look inside a run: open it, read the text and the edits, and show what an instrument finds.

import type { Looking } from '../inspect/editedPass.ts'
import type { ModelKind } from '../model/language.ts'
import type { Figure } from '../show/figure.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { tokenText } from '../text/tokenText.ts'
import { atPlace } from './atPlace.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { checkFigureFlags, type FigureFlags, figureFlags, type OtherFile, showFacts } from './figureFlags.ts'
import { text } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags } from './opening.ts'
import { noRun, type OpenRun, openRun, type RunFlags, runFlags } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { textInputs } from './textInputs.ts'

export const lookingFlags = {
  target: text('for a translator: the target that it writes, rather than what it would write itself'),
  ...editFlags,
  ...figureFlags,
  ...openingFlags,
  ...runFlags,
}

export interface LookingFlags extends FigureFlags, RunFlags {
  readonly target: string | undefined
  readonly edit: readonly string[]
  readonly noSpecial: boolean
}

/** The most tokens of a file that are looked at: what is made of them grows with their square. */
export const mostOfFile = 1024

/** A text in a run, ready to be looked at. */
export interface TextInRun {
  readonly run: OpenRun
  readonly looking: Looking
  /** The ids that the model reads, and of an encoder's source. */
  readonly ids: ArrayLike<number>
  readonly sourceIds?: ArrayLike<number>
  /** The texts of the tokens. */
  readonly tokens: readonly string[]
  readonly source?: readonly string[]
  /** The ids of the patches of a picture that the model drew of the text; the positions are those at which they were drawn. */
  readonly drawn?: readonly number[]
}

/** Facts, and the figure that is made of them. */
export interface Found {
  readonly facts: object
  readonly figure: () => Figure
  /** The page, where it is another than that of the figure. `notes`: those of the figure. */
  readonly page?: (notes: readonly string[]) => Promise<string>
  /** The contents of the other files that are saved. */
  readonly files?: readonly { readonly file: string; readonly content: () => string }[]
}

/** Opens a run and a text, lets an instrument look, and shows what it found: the work of most commands that look inside. */
export async function lookInside(
  command: string,
  {
    values,
    folder,
    given,
    more = [],
    file,
    place = command,
    kinds,
    saved,
  }: {
    readonly values: LookingFlags
    readonly folder: string | undefined
    readonly given: string | undefined
    /** Words behind the text, for which there is no use. */
    readonly more?: readonly string[] | undefined
    /** The file that the text comes from, of which `mostOfFile` tokens are read. */
    readonly file?: string | undefined
    /** Where the text was given, for messages: `patch: pairs.tsv, line 1`. */
    readonly place?: string | undefined
    readonly kinds?: readonly ModelKind[]
    /** The files that it saves besides a picture and a page. */
    readonly saved?: readonly OtherFile[]
  },
  terminal: Terminal,
  look: (sight: TextInRun) => Promise<Found>,
): Promise<number> {
  if (folder === undefined) throw await noRun(command, kinds)
  if (given === undefined || given === '')
    throw new Error(`${command} needs a text: ${cutaway(`${command} ${quoted(folder)} "a text"`)}.`)
  if (more.length > 0)
    throw new Error(`${command} takes one text, but got also "${more.join(' ')}". Put the text in quotes.`)
  await checkFigureFlags(values, terminal, file === undefined ? [] : [file], saved)
  const run = await openRun(folder, values, terminal)
  try {
    const special = !values.noSpecial
    if (run.codec && command !== 'attention')
      throw new Error(
        `${command}: ${folder} writes no text, so that what it says has no words. "${cutaway(`attention ${quoted(folder)} "…"`)}" shows where it looks.`,
      )
    const inputs = await atPlace(place, () =>
      textInputs(place, folder, run, terminal, {
        given,
        target: values.target,
        special,
        ...(file !== undefined && { most: mostOfFile }),
      }),
    )
    const { model, engine, tokenizer } = run
    const edits = await editsOf(command, folder, run, values)
    const tokens = inputs.drawn?.map((_, patch) => `patch ${patch}`) ?? tokenTexts(tokenizer, inputs.ids)
    const source = inputs.source && !run.features ? tokenTexts(tokenizer, inputs.source) : undefined
    const { facts, figure, page, files } = await look({
      run,
      looking: {
        model,
        engine,
        inputs: { ids: inputs.ids, ...(inputs.source && { source: inputs.source }) },
        ...(edits.length > 0 && { edits }),
      },
      ids: inputs.ids,
      tokens,
      ...(inputs.source && source && { sourceIds: inputs.source, source }),
      ...(inputs.drawn && { drawn: inputs.drawn }),
    })
    const asked = {
      run: folder,
      ...(file === undefined ? { text: given } : { file }),
      ...editsSaid(values),
    }
    terminal.clear()
    await showFacts(terminal, values, {
      asked,
      facts: { tokens, ...(source && { source }), ...facts },
      figure,
      page,
      files,
    })
    return 0
  } finally {
    run.engine.close()
  }
}

/** The texts of tokens. */
export const tokenTexts = (tokenizer: Tokenizer, ids: ArrayLike<number>): string[] =>
  Array.from(ids, (id) => tokenText(tokenizer, id))

/** The id of a text that is one token. Throws for one that is not, saying how it is cut. */
export function tokenOf(command: string, flag: string, tokenizer: Tokenizer, given: string): number {
  const ids = tokenizer.encode(given, { special: false })
  if (ids.length === 1) return ids[0]
  const pieces = tokenTexts(tokenizer, ids).map((piece) => JSON.stringify(piece))
  const cut =
    ids.length === 0
      ? 'no token'
      : `${ids.length} tokens, ${pieces.slice(0, 8).join(' ')}${pieces.length > 8 ? ' …' : ''}`
  throw new Error(
    `${command}: --${flag} ${JSON.stringify(given)} is ${cut}. Give a text that is one token; a space before a word is part of it in many vocabularies.`,
  )
}

/** The place of a position, counted from 0. Throws for one that the text does not have. */
export function askedPosition(command: string, position: number | undefined, length: number): number {
  const asked = position ?? -1
  if (asked >= -length && asked < length) return asked < 0 ? asked + length : asked
  throw new Error(
    `${command}: --position ${asked}: the text has the positions 0 to ${length - 1}. Give one of these, or count from the end: -1 is the last.`,
  )
}
