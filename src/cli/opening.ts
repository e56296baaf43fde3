// How the commands that read or write a text begin it: the flag and the help for what src/text/opening.ts does.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toggle } from './flags.ts'

export const openingFlags = {
  noSpecial: toggle('leave out the special tokens that the tokenizer puts around a text, such as <s>'),
}

/** What the help says of it. */
export const openingHelp =
  'A text begins with what the tokenizer puts before it (<s>, where it has that), and with nothing else: the same in generate, eval and attention. Without a text, a model begins with what the tokenizer puts before one, or else with its own bos_token_id; a run that was trained here begins a new line, and so do all with --no-special.'

/** The id with which a model begins a text of its own. One that was trained here has only seen texts as they stand. */
export async function beginOf(folder: string, begin: number | undefined): Promise<number | undefined> {
  if (begin === undefined) return undefined
  const isOurs = await stat(join(folder, 'training.safetensors')).catch(() => undefined)
  return isOurs ? undefined : begin
}
