// A picture in a file as a model that sees reads it, in every command that is given one.

import { openPicture, pictureOrReason } from '../data/openPicture.ts'
import { seenPicture } from '../encode/seen.ts'
import { type OpenRun, tellWarnings } from './openRun.ts'
import { readingProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

type Seen = Awaited<ReturnType<typeof seenFile>>

/** The pictures in files. */
interface SeenFiles {
  readonly seen: readonly (Seen & { readonly file: string })[]
  /** A sentence about each file that could not be read, which begins with its name. */
  readonly leftOut: readonly string[]
}

/** As `seenFile`, of several files; it is told how many are read. Throws where none can be. */
export async function seenFiles(
  command: string,
  folder: string,
  run: OpenRun,
  files: readonly string[],
  terminal: Terminal,
): Promise<SeenFiles> {
  const report = readingProgress(command, terminal)
  const seen: SeenFiles['seen'][number][] = []
  const leftOut: string[] = []
  for (const [i, file] of files.entries()) {
    const found = await pictureOrReason(() => seenFile(command, folder, run, file))
    if (typeof found === 'string') leftOut.push(found)
    else seen.push({ ...found, file })
    report(i + 1, files.length)
  }
  if (leftOut.length > 0 && seen.length === 0)
    throw new Error(
      files.length === 1 ? leftOut[0] : `${leftOut[0]} It is the first of ${files.length}, of which none can be read.`,
    )
  return { seen, leftOut }
}

/** Says which files are left out, beside what is said of the others. */
export const tellLeftOut = (leftOut: readonly string[], terminal: Terminal): void =>
  tellWarnings(
    leftOut.map((each) => `left out: ${each}`),
    terminal,
  )

/** The same in JSON, where there are any. */
export const leftOutJSON = (leftOut: readonly string[]): { readonly leftOut?: readonly string[] } =>
  leftOut.length === 0 ? {} : { leftOut }

/** The exit code: whoever asked for files of which some are left out has not got all. */
export const codeOf = (leftOut: readonly string[]): number => (leftOut.length === 0 ? 0 : 1)

/** The numbers of a picture, and how it then looks. Throws where the model sees none, and for what is no picture. */
export async function seenFile(
  command: string,
  folder: string,
  { model, preparation }: OpenRun,
  file: string,
): Promise<ReturnType<typeof seenPicture>> {
  if (preparation === undefined)
    throw new Error(
      `${command}: ${folder} reads no pictures, but ${file} was given. Leave it out, or name a run that does.`,
    )
  return seenPicture(await openPicture(file), { model, preparation }, file)
}
