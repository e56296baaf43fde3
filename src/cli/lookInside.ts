// Commands that look inside a run: open it, read the edits and what the model reads, a text, a recording or a picture, and show what an
// instrument finds.

import type { Looking } from '../inspect/editedPass.ts'
import type { InputValues } from '../model/inputValues.ts'
import type { ModelKind } from '../model/language.ts'
import type { Figure } from '../show/figure.ts'
import type { PatchedPicture } from '../show/patchedPicture.ts'
import type { HeardSound } from '../show/soundPanel.ts'
import { type AnswerWords, answerWords } from './answerWords.ts'
import { atPlace } from './atPlace.ts'
import { codedPicture } from './codedPicture.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { checkFigureFlags, type FigureFlags, figureFlags, type OtherFile, showFacts } from './figureFlags.ts'
import { text } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { openingFlags } from './opening.ts'
import {
  type Medium,
  mediumOf,
  noRun,
  type OpenRun,
  openRun,
  type RunFlags,
  readerOf,
  readsCodes,
  runFlags,
} from './openRun.ts'
import { pictureSight } from './pictureSight.ts'
import { seenFile } from './seen.ts'
import type { Terminal } from './terminal.ts'
import { namesRead, textInputs } from './textInputs.ts'

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

/** An example in a run, ready to be looked at. */
export interface ExampleInRun {
  readonly run: OpenRun
  readonly looking: Looking
  /** The words of what the model answers. */
  readonly answers: AnswerWords
  /** The ids that the model reads, and of an encoder's source; none of a picture that is read as numbers. */
  readonly ids?: ArrayLike<number>
  readonly sourceIds?: ArrayLike<number>
  /** The texts of the tokens; of a picture the names of its positions: "class", and the row and column of each patch. */
  readonly tokens: readonly string[]
  /** The texts of a source's tokens; of a recording the seconds at which its positions begin. */
  readonly source?: readonly string[]
  /** The picture that the model reads. */
  readonly picture?: PatchedPicture
  /** The recording that the model hears. */
  readonly sound?: HeardSound
  /** Reads another picture or recording for the model: the values that take the place of this one's. */
  readonly readOther?: (file: string) => Promise<InputValues>
  /** The ids of the patches of a picture that the model drew of the text; the positions are those at which they were drawn. */
  readonly drawn?: readonly number[]
}

/** A text in a run. */
export interface TextInRun extends ExampleInRun {
  readonly ids: ArrayLike<number>
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

/** The words and flags of a command that looks inside. */
interface Given {
  readonly values: LookingFlags
  readonly folder: string | undefined
  /** The text, or the file of a recording or a picture. */
  readonly given: string | undefined
  /** Words behind it, for which there is no use. */
  readonly more?: readonly string[] | undefined
  /** The file that a text comes from, of which `mostOfFile` tokens are read. */
  readonly file?: string | undefined
  /** Where the text was given, for messages: `patch: pairs.tsv, line 1`. */
  readonly place?: string | undefined
  readonly kinds?: readonly ModelKind[]
  /** The files that it saves besides a picture and a page. */
  readonly saved?: readonly OtherFile[]
  /** True for an instrument that looks at texts alone. */
  readonly isForTexts?: boolean
}

/** Opens a run and what it is to read, lets an instrument look, and shows what it found: the work of most commands that look inside. */
export async function lookInside(
  command: string,
  { values, folder, given, more = [], file, place = command, kinds, saved, isForTexts = false }: Given,
  terminal: Terminal,
  look: (sight: ExampleInRun) => Promise<Found>,
): Promise<number> {
  if (folder === undefined) throw await noRun(command, kinds)
  const medium = await mediumOf(folder, given)
  const isOfPictures = medium === 'picture'
  if (isOfPictures && isForTexts)
    throw new Error(
      `${command}: ${folder} reads pictures, and ${command} looks at texts. Try "${cutaway(`attention ${quoted(folder)} picture.png`)}", or read, lens, attribute, journey, graph, explain or check.`,
    )
  if (given === undefined || given === '') {
    throw new Error(`${command} needs a ${medium}: ${cutaway(`${command} ${quoted(folder)} ${examples[medium]}`)}.`)
  }
  if (more.length > 0)
    throw new Error(
      `${command} takes one ${medium}, but got also "${more.join(' ')}". ${medium === 'text' ? 'Put the text in quotes' : 'Leave it out'}.`,
    )
  const read = medium === 'text' ? file : given
  await checkFigureFlags(values, terminal, read === undefined ? [] : [read], saved)
  const sight = isOfPictures
    ? await pictureInRun(command, { folder, given, values }, terminal)
    : await textInRun(command, { folder, given, file, place, values }, terminal)
  try {
    const { tokens, source } = sight
    const { facts, figure, page, files } = await look(sight)
    const asked = {
      run: folder,
      ...(read === undefined ? { text: given } : { file: read }),
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
    sight.run.engine.close()
  }
}

/** The word of a command line for each. */
const examples: Readonly<Record<Medium, string>> = {
  text: '"a text"',
  picture: 'picture.png',
  recording: 'speech.wav',
}

/** As `lookInside`, for instruments that look at texts alone. */
export const lookInsideText = (
  command: string,
  settings: Given,
  terminal: Terminal,
  look: (sight: TextInRun) => Promise<Found>,
): Promise<number> =>
  lookInside(command, { ...settings, isForTexts: true }, terminal, (sight) => look({ ...sight, ids: sight.ids ?? [] }))

/** A picture in a run. */
async function pictureInRun(
  command: string,
  { folder, given: file, values }: { readonly folder: string; readonly given: string; readonly values: LookingFlags },
  terminal: Terminal,
): Promise<ExampleInRun> {
  if (values.target !== undefined)
    throw new Error(`${command}: --target is for translators; this model reads pictures. Leave it out.`)
  if (values.noSpecial)
    throw new Error(`${command}: --no-special is for texts; this model reads pictures. Leave it out.`)
  const run = readerOf(await openRun(folder, values, terminal), 'pictures')
  try {
    const { model, engine } = run
    if (readsCodes(run)) return await codesInRun(command, { folder, given: file, values }, run)
    const readOther = async (other: string) => ({ pixels: (await seenFile(command, folder, run, other)).pixels })
    const { pixels, tokens, picture } = await pictureSight(run, await seenFile(command, folder, run, file))
    const edits = await editsOf(command, folder, run, values)
    const looking = { model, engine, inputs: { pixels }, ...(edits.length > 0 && { edits }) }
    return { run, looking, answers: answerWords(run), tokens, picture, readOther }
  } catch (error) {
    run.engine.close()
    throw error
  }
}

/** A picture in a run that reads it as codes. */
async function codesInRun(
  command: string,
  { folder, given: file, values }: { readonly folder: string; readonly given: string; readonly values: LookingFlags },
  run: OpenRun,
): Promise<ExampleInRun> {
  const { model, engine } = run
  const readOther = async (other: string) => ({ ids: await codedPicture(command, folder, run, other) })
  const inputs = await readOther(file)
  const edits = await editsOf(command, folder, run, values)
  const looking = { model, engine, inputs, ...(edits.length > 0 && { edits }) }
  return { run, looking, answers: answerWords(run), ...inputs, ...(await namesRead(run, inputs)), readOther }
}

/** A text in a run, or a recording in one that hears. */
async function textInRun(
  command: string,
  {
    folder,
    given,
    file,
    place,
    values,
  }: Pick<Given, 'file' | 'values'> & { readonly folder: string; readonly given: string; readonly place: string },
  terminal: Terminal,
): Promise<TextInRun> {
  const run = readerOf(await openRun(folder, values, terminal), 'texts')
  try {
    const { model, engine } = run
    const asked = {
      given,
      target: values.target,
      special: !values.noSpecial,
      ...(file !== undefined && { most: mostOfFile }),
    }
    const inputs = await atPlace(place, () => textInputs(place, folder, run, terminal, asked))
    const edits = await editsOf(command, folder, run, values)
    const { tokens, source } = await namesRead(run, inputs)
    const heard = run.features && (await import('./heard.ts'))
    const readOther =
      heard && (async (other: string) => ({ source: (await heard.heardFrames(command, folder, run, other)).data }))
    return {
      run,
      looking: {
        model,
        engine,
        inputs: { ids: inputs.ids, ...(inputs.source && { source: inputs.source }) },
        ...(edits.length > 0 && { edits }),
      },
      answers: answerWords(run),
      ids: inputs.ids,
      tokens,
      ...(source && { source }),
      ...(run.features &&
        inputs.source && {
          sound: { frames: inputs.source, mels: run.features.mel.mels, seconds: run.features.seconds },
        }),
      ...(readOther ? { readOther } : inputs.source && { sourceIds: inputs.source }),
      ...(inputs.drawn && { drawn: inputs.drawn }),
    }
  } catch (error) {
    run.engine.close()
    throw error
  }
}

/** The position that is looked at where none is asked for: that of the class token, which a classifier or an encoder of pictures reads, or the last. */
export const usualPosition = ({ run: { model } }: Pick<ExampleInRun, 'run'>): number =>
  model.kind === 'classifier' || 'pixels' in model.reads ? 0 : -1

/** The place of a position, counted from 0. `usual`: where none is asked for. Throws for one that is not there. */
export function askedPosition(command: string, position: number | undefined, length: number, usual = -1): number {
  const asked = position ?? usual
  if (asked >= -length && asked < length) return asked < 0 ? asked + length : asked
  throw new Error(
    `${command}: --position ${asked}: there are the positions 0 to ${length - 1}. Give one of these, or count from the end: -1 is the last.`,
  )
}
