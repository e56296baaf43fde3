// A picture in a file as a model that sees reads it, in every command that is given one.

import { openPicture } from '../data/openPicture.ts'
import { seenPicture } from '../encode/seen.ts'
import type { OpenRun } from './openRun.ts'
import { readingProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** As `seenFile`, of several files; it is told how many are read. */
export async function seenFiles(
  command: string,
  folder: string,
  run: OpenRun,
  files: readonly string[],
  terminal: Terminal,
): Promise<Awaited<ReturnType<typeof seenFile>>[]> {
  const report = readingProgress(command, terminal)
  const seen: Awaited<ReturnType<typeof seenFile>>[] = []
  for (const file of files) {
    seen.push(await seenFile(command, folder, run, file))
    report(seen.length, files.length)
  }
  return seen
}

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
